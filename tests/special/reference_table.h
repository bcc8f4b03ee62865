// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// Reads the tables of tests/reference/.

#ifndef TF_IMPLICIT_TESTS_SPECIAL_REFERENCE_TABLE_H_
#define TF_IMPLICIT_TESTS_SPECIAL_REFERENCE_TABLE_H_

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace tf_implicit {

// The columns of tests/reference/<name>.csv. Tests run in the top folder.
class ReferenceTable {
 public:
  explicit ReferenceTable(const std::string& name) {
    const std::string path = "tests/reference/" + name + ".csv";
    std::ifstream file(path);
    std::string line, cell;
    std::getline(file, line);  // the comment
    std::getline(file, line);
    for (std::istringstream cells(line); std::getline(cells, cell, ',');) {
      names_.push_back(cell);
    }
    columns_.resize(names_.size());
    while (std::getline(file, line)) {
      std::istringstream cells(line);
      for (std::vector<long double>& column : columns_) {
        std::getline(cells, cell, ',');
        column.push_back(std::strtold(cell.c_str(), nullptr));
      }
    }
    if (names_.empty() || columns_[0].empty()) {
      throw std::runtime_error("no data in " + path);
    }
  }

  int size() const { return static_cast<int>(columns_[0].size()); }

  const std::vector<long double>& operator[](const std::string& name) const {
    for (size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) return columns_[i];
    }
    throw std::runtime_error("no column " + name);
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<long double>> columns_;
};

}  // namespace tf_implicit

#endif  // TF_IMPLICIT_TESTS_SPECIAL_REFERENCE_TABLE_H_
