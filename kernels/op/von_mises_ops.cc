// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CPU kernels of the von Mises CDF and derivatives (ops/von_mises_ops.cc).

#include "kernels/op/map_op.h"

namespace tf_implicit {
namespace {

TFI_REGISTER_MAP_OP("TFImplicit>VonMisesCdf", kVonMisesCdf, 15);
TFI_REGISTER_MAP_OP("TFImplicit>VonMisesCdfGrad", kVonMisesCdfGrad, 15);
TFI_REGISTER_MAP_OP("TFImplicit>VonMisesCdfGradPartials",
                    kVonMisesCdfGradPartials, 25);
TFI_REGISTER_MAP_OP("TFImplicit>RandomVonMisesGrad", kRandomVonMisesGrad, 5);
TFI_REGISTER_MAP_OP("TFImplicit>RandomVonMisesGradPartials",
                    kRandomVonMisesGradPartials, 15);
TFI_REGISTER_MAP_OP("TFImplicit>RandomVonMisesGradPaper",
                    kRandomVonMisesGradPaper, 100);

}  // namespace
}  // namespace tf_implicit
