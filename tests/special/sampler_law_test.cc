// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The law of the samplers, against distribution functions that are integrated
// here from the densities, in long double.
//
// Each case compares the empirical distribution function at about 1600 points
// with the exact one (Dvoretzky-Kiefer-Wolfowitz-Massart: P(sup |F_n - F| > e)
// <= 2 exp(-2 n e^2), Massart, Ann. Probab. 18 (1990) 1269) and the counts
// between the points (chi-squared), each with a false-alarm rate of 1e-9. With
// about 110 cases in all, a sampler that is right fails this test for one
// choice of seeds in 4e6; the seeds are fixed. The chi-squared test sees what
// the supremum does not: a local error of a few percent in one of the bins.
//
// TF_IMPLICIT_LAW_DRAWS=10000000 in the environment draws more than the default
// of 1e6 per case: 0.1 % becomes visible instead of 0.33 %.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/cpu/cpu_target.h"
#include "kernels/cpu/samplers.h"
#include "kernels/special/random_gamma.h"
#include "kernels/special/random_von_mises.h"

namespace tf_implicit {
namespace {

using Real = long double;

constexpr double kFalseAlarm = 1e-9;
// A standard normal variable is larger with probability kFalseAlarm.
constexpr double kDeviations = 6.11;
constexpr RandomSeed kSeed = {{1234, 5678}};

int64_t Draws() {
  const char* wanted = std::getenv("TF_IMPLICIT_LAW_DRAWS");
  return wanted != nullptr ? std::atoll(wanted) : 1000000;
}

const Real kPi = std::acos(-1.0L);

// The integral of f from a to b: 20-point Gauss-Legendre, nodes by Newton's
// method.
Real Integrate(const std::function<Real(Real)>& f, Real a, Real b) {
  constexpr int kPoints = 20;
  static const auto rule = [] {
    std::vector<std::pair<Real, Real>> nodes;
    for (int i = 0; i < kPoints; ++i) {
      Real x = std::cos(kPi * (i + 0.75L) / (kPoints + 0.5L)), slope = 1;
      for (int step = 0; step < 10; ++step) {
        Real p0 = 1, p1 = x;
        for (int k = 2; k <= kPoints; ++k) {
          const Real p2 = ((2 * k - 1) * x * p1 - (k - 1) * p0) / k;
          p0 = p1;
          p1 = p2;
        }
        slope = kPoints * (x * p1 - p0) / (x * x - 1);
        x -= p1 / slope;
      }
      nodes.emplace_back(x, 2 / ((1 - x * x) * slope * slope));
    }
    return nodes;
  }();
  Real sum = 0;
  for (const auto& [x, weight] : rule) {
    sum += weight * f((a + b) / 2 + (b - a) / 2 * x);
  }
  return sum * (b - a) / 2;
}

// A distribution in a variable v in which its density is smooth.
struct Law {
  std::function<Real(Real)> density;
  // Increasing; nearly all probability lies between the first and last.
  std::vector<Real> points;
  Real below = 0;  // the probability below the first point
  // From a sample to v.
  std::function<Real(Real)> variable = [](Real x) { return x; };
  // From v to a sample.
  std::function<Real(Real)> sample = [](Real v) { return v; };
};

// The numbers of type T at which F_n and F are compared, and F there: the
// probability that the exact sample rounds to the number or one below.
template <class T>
struct Reference {
  std::vector<T> x;
  std::vector<double> cdf;
};

template <class T>
Reference<T> MakeReference(const Law& law) {
  Reference<T> reference;
  Real last = law.points.front(), cdf = law.below;
  for (Real point : law.points) {
    const T x = static_cast<T>(law.sample(point));
    const T next = std::nextafter(x, std::numeric_limits<T>::infinity());
    if (!std::isfinite(next)) continue;
    const Real edge = law.variable((static_cast<Real>(x) + next) / 2);
    if (!(edge > last)) continue;
    cdf += Integrate(law.density, last, edge);
    last = edge;
    reference.x.push_back(x);
    reference.cdf.push_back(static_cast<double>(cdf));
  }
  // The distribution function itself is checked by what it ends with.
  const Real end = std::max(law.points.back(), last);
  cdf += Integrate(law.density, last, end);
  EXPECT_NEAR(static_cast<double>(cdf), 1, 1e-7);
  return reference;
}

template <class T>
std::vector<T> Draw(SampleLoop<T> sample, T parameter, int64_t n,
                    const RandomSeed& seed = kSeed, int64_t first = 0) {
  std::vector<T> out(n);
  sample(seed, first, n, &parameter, 1, out.data());
  return out;
}

// The number of standard deviations by which a chi-squared variable is above
// its expectation (Wilson and Hilferty's cube root).
double ChiSquaredDeviation(double chi_squared, double degrees) {
  const double spread = 2 / (9 * degrees);
  return (std::cbrt(chi_squared / degrees) - (1 - spread)) / std::sqrt(spread);
}

template <class T>
void ExpectLaw(const std::string& name, const std::vector<T>& samples,
               const Law& law) {
  const Reference<T> reference = MakeReference<T>(law);
  std::vector<int64_t> count(reference.x.size() + 1);
  for (T x : samples) {
    ASSERT_FALSE(std::isnan(x)) << name;
    ++count[std::lower_bound(reference.x.begin(), reference.x.end(), x) -
            reference.x.begin()];
  }
  const double n = samples.size();
  double sup = 0, chi_squared = 0, bins = 0;
  double last_cdf = 0, observed = 0, total = 0;
  for (size_t i = 0; i < count.size(); ++i) {
    const bool at_end = i + 1 == count.size();
    const double cdf = at_end ? 1 : reference.cdf[i];
    total += count[i];
    observed += count[i];
    if (!at_end) sup = std::max(sup, std::abs(total / n - cdf));
    // Bins in which at least 50 are expected.
    const double expected = n * (cdf - last_cdf);
    if (expected < 50 || n * (1 - cdf) < 50) {
      if (!at_end) continue;
    }
    chi_squared += (observed - expected) * (observed - expected) / expected;
    ++bins;
    observed = 0;
    last_cdf = cdf;
  }
  const double bound = std::sqrt(std::log(2 / kFalseAlarm) / (2 * n));
  const double deviation = ChiSquaredDeviation(chi_squared, bins - 1);
  std::printf("%-28s sup %.2e (bound %.2e)  chi2 %7.1f of %4.0f: %+.1f sd\n",
              name.c_str(), sup, bound, chi_squared, bins - 1, deviation);
  EXPECT_LT(sup, bound) << name;
  EXPECT_LT(deviation, kDeviations) << name;
}

// Points first, first + step, ... up to last.
void AppendRange(Real first, Real last, int steps, std::vector<Real>* points) {
  for (int i = 0; i <= steps; ++i) {
    points->push_back(first + (last - first) * i / steps);
  }
}

// Gamma(a, 1) in v = log z. `logarithmic`: samples are v, else z.
Law GammaLaw(double alpha, bool logarithmic) {
  const Real a = alpha;
  Law law;
  law.density = [a](Real v) {
    return std::exp(a * v - std::exp(v) - std::lgamma(a));
  };
  if (alpha < 1) {
    // F is close to exp(a v) / Gamma(a + 1) below v = -5, and the density e^v
    // dominates above.
    for (int i = 1; i < 1000; ++i) {
      const Real v = (std::log(i / 1000.0L) + std::lgamma(a + 1)) / a;
      if (v < -5) law.points.push_back(v);
    }
    AppendRange(-5, 5, 600, &law.points);
    std::sort(law.points.begin(), law.points.end());
    const Real v = law.points.front(), z = std::exp(v);
    // DLMF 8.7.1.
    law.below = std::exp(a * v - std::lgamma(a + 1)) *
                (1 - a * z / (a + 1) + a * z * z / (2 * (a + 2)));
  } else {
    AppendRange(std::log(a) - 24 / std::sqrt(a), std::log(a) + 8 / std::sqrt(a),
                1600, &law.points);
  }
  if (!logarithmic) {
    law.variable = [](Real z) { return std::log(z); };
    law.sample = [](Real v) { return std::exp(v); };
  }
  return law;
}

Law VonMisesLaw(double kappa) {
  const Real k = kappa;
  Law law;
  AppendRange(-kPi, kPi, kappa < 30 ? 1600 : 20, &law.points);
  // Beyond these the exponent is below -40.
  const Real width = std::min<Real>(9 / std::sqrt(k), kPi);
  if (kappa > 0.1) AppendRange(-width, width, 1600, &law.points);
  std::sort(law.points.begin(), law.points.end());
  const auto relative = [k](Real theta) {
    const Real s = std::sin(theta / 2);
    return std::exp(-2 * k * s * s);
  };
  Real total = 0;
  for (size_t i = 1; i < law.points.size(); ++i) {
    total += Integrate(relative, law.points[i - 1], law.points[i]);
  }
  law.density = [relative, total](Real theta) {
    return std::abs(theta) > kPi ? 0 : relative(theta) / total;
  };
  return law;
}

// The angle to the mean direction.
Law VonMisesFisherLaw(int dimension, double kappa) {
  const Real k = kappa, power = dimension - 2;
  // The maximum of the density, in half angles.
  const Real scale = power / 2 + std::hypot(power / 2, k);
  const Real mode = scale > 0 ? std::acos(k / scale) : 0;
  const auto relative = [=](Real theta) -> Real {
    if (theta <= 0 || theta >= kPi) return dimension == 2 && theta == 0 ? 1 : 0;
    const Real gap =
        -2 * std::sin((theta + mode) / 2) * std::sin((theta - mode) / 2);
    const Real sine = mode > 0 ? std::sin(theta) / std::sin(mode) : 1;
    return std::exp(k * gap) * std::pow(sine, power);
  };
  Law law;
  AppendRange(0, kPi, kappa + dimension < 30 ? 1600 : 20, &law.points);
  // Beyond these the exponent is below -40.
  const Real width = 9 / std::sqrt(k + dimension);
  AppendRange(std::max<Real>(mode - width, 0),
              std::min<Real>(mode + width, kPi), 1600, &law.points);
  std::sort(law.points.begin(), law.points.end());
  Real total = 0;
  for (size_t i = 1; i < law.points.size(); ++i) {
    total += Integrate(relative, law.points[i - 1], law.points[i]);
  }
  law.density = [=](Real theta) { return relative(theta) / total; };
  return law;
}

Law NormalLaw() {
  Law law;
  AppendRange(-9, 9, 1600, &law.points);
  law.density = [](Real x) {
    return std::exp(-x * x / 2) / std::sqrt(2 * kPi);
  };
  return law;
}

template <class T>
class SamplerLawTest : public ::testing::Test {
 protected:
  static std::string Name(const char* distribution, T parameter) {
    char name[64];
    std::snprintf(name, sizeof(name), "%s %s(%g)",
                  sizeof(T) == 8 ? "float64" : "float32", distribution,
                  static_cast<double>(parameter));
    return name;
  }

  // Sums over samples: `mean` with the standard error `error`.
  static void ExpectMean(const std::string& name, double sum, double n,
                         double mean, double deviation) {
    const double z = (sum / n - mean) / (deviation / std::sqrt(n));
    EXPECT_LT(std::abs(z), kDeviations) << name;
  }

  const Samplers<T>& samplers_ = SelectedSamplers().get<T>();
};
using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(SamplerLawTest, Types);

TYPED_TEST(SamplerLawTest, Normal) {
  using T = TypeParam;
  const auto x = Draw(this->samplers_.normal, T(0), Draws());
  ExpectLaw(this->Name("normal", 0), x, NormalLaw());
  double sum[5] = {};
  for (double v : x) {
    for (int k = 1; k <= 4; ++k) sum[k] += std::pow(v, k);
  }
  // Moments 1, 0, 3, 15, 105 of even order give the deviations.
  this->ExpectMean("mean", sum[1], x.size(), 0, 1);
  this->ExpectMean("variance", sum[2], x.size(), 1, std::sqrt(2.0));
  this->ExpectMean("third moment", sum[3], x.size(), 0, std::sqrt(15.0));
  this->ExpectMean("fourth moment", sum[4], x.size(), 3, std::sqrt(96.0));
}

TYPED_TEST(SamplerLawTest, Gamma) {
  using T = TypeParam;
  for (T alpha : {T(1e-3), T(0.01), T(0.1), T(0.3), T(0.7), T(0.999), T(1),
                  T(1.5), T(2.5), T(10), T(30), T(1e4), T(1e8)}) {
    const auto z = Draw(this->samplers_.gamma, alpha, Draws());
    const std::string name = this->Name("gamma", alpha);
    ExpectLaw(name, z, GammaLaw(alpha, false));
    const double a = alpha;
    double sum = 0, squares = 0;
    for (double v : z) {
      sum += v - a;
      squares += (v - a) * (v - a);
    }
    // Central moments a and 3 a^2 + 6 a.
    this->ExpectMean(name + " mean", sum, z.size(), 0, std::sqrt(a));
    this->ExpectMean(name + " variance", squares, z.size(), a,
                     std::sqrt(2 * a * a + 6 * a));
  }
}

TYPED_TEST(SamplerLawTest, LogGamma) {
  using T = TypeParam;
  for (T alpha :
       {T(1e-6), T(1e-3), T(0.01), T(0.3), T(0.999), T(1), T(2.5), T(1e3)}) {
    ExpectLaw(this->Name("log_gamma", alpha),
              Draw(this->samplers_.log_gamma, alpha, Draws()),
              GammaLaw(alpha, true));
  }
}

TYPED_TEST(SamplerLawTest, VonMises) {
  using T = TypeParam;
  for (T kappa : {T(0), T(1e-3), T(0.5), T(1.15), T(1.59), T(1.61), T(1.81),
                  T(3), T(10), T(50), T(1e4), T(1e8), T(1e10)}) {
    const auto theta = Draw(this->samplers_.von_mises, kappa, Draws());
    const std::string name = this->Name("von_mises", kappa);
    ExpectLaw(name, theta, VonMisesLaw(kappa));
    double sine = 0, squares = 0;
    for (double v : theta) {
      sine += std::sin(v);
      squares += std::sin(v) * std::sin(v);
    }
    // E sin = 0, with the deviation that was observed.
    this->ExpectMean(name + " sine", sine, theta.size(), 0,
                     std::sqrt(squares / theta.size()));
  }
}

TYPED_TEST(SamplerLawTest, VonMisesFisher) {
  using T = TypeParam;
  for (int dimension : {2, 3, 11, 1000}) {
    for (T kappa : {T(0), T(1), T(20), T(1e4), T(1e8)}) {
      std::vector<T> theta(Draws());
      this->samplers_.von_mises_fisher_angle(kSeed, dimension, 0, theta.size(),
                                             &kappa, 1, theta.data());
      ExpectLaw(this->Name(std::to_string(dimension).c_str(), kappa), theta,
                VonMisesFisherLaw(dimension, kappa));
    }
  }
}

// Beyond the last points that ExpectLaw resolves: counts of rare values, of
// expectation 100 at the default number of draws and above.
TYPED_TEST(SamplerLawTest, Tails) {
  using T = TypeParam;
  const int64_t n = 20 * Draws();
  constexpr int64_t kBatch = 1000000;
  const auto expect_count = [&](const std::string& name, int64_t count,
                                Real probability) {
    const double expected = static_cast<double>(probability * n);
    std::printf("%-28s %lld, expected %.1f\n", name.c_str(),
                static_cast<long long>(count), expected);
    EXPECT_NEAR(count, expected, kDeviations * std::sqrt(expected) + 6);
  };
  int64_t normal = 0, gamma_high = 0, gamma_low = 0, von_mises = 0;
  for (int64_t first = 0; first < n; first += kBatch) {
    for (T x : Draw(this->samplers_.normal, T(0), kBatch, kSeed, first)) {
      normal += std::abs(x) > T(4.5);
    }
    for (T z : Draw(this->samplers_.gamma, T(2), kBatch, kSeed, first)) {
      gamma_high += z > T(15);
      gamma_low += z < T(0x1p-9);
    }
    for (T t : Draw(this->samplers_.von_mises, T(4), kBatch, kSeed, first)) {
      von_mises += std::abs(t) > T(3);
    }
  }
  expect_count("normal, |x| > 4.5", normal, std::erfc(4.5L / std::sqrt(2.0L)));
  // Gamma(2): P(z > x) = (1 + x) exp(-x).
  expect_count("gamma(2), z > 15", gamma_high, 16 * std::exp(-15.0L));
  const Real low = 0x1p-9L;
  expect_count("gamma(2), z < 2^-9", gamma_low, 1 - (1 + low) * std::exp(-low));
  const Law law = VonMisesLaw(4);
  expect_count("von_mises(4), |theta| > 3", von_mises,
               2 * Integrate(law.density, 3, kPi));
}

// Which of kCells parts of equal number each sample belongs to, by rank.
constexpr int kCells = 16;
template <class T>
std::vector<int> Cells(const std::vector<T>& samples) {
  std::vector<T> edges(samples);
  std::sort(edges.begin(), edges.end());
  for (int c = 1; c < kCells; ++c) {
    edges[c - 1] = edges[c * edges.size() / kCells];
  }
  edges.resize(kCells - 1);
  std::vector<int> cells;
  for (T x : samples) {
    cells.push_back(std::upper_bound(edges.begin(), edges.end(), x) -
                    edges.begin());
  }
  return cells;
}

// Pairs of draws that should be independent, in a table of 16 x 16.
TYPED_TEST(SamplerLawTest, Independence) {
  using T = TypeParam;
  const int64_t n = Draws();
  const auto check = [&](const std::string& name, const int* x, const int* y) {
    double table[kCells][kCells] = {}, rows[kCells] = {}, columns[kCells] = {};
    for (int64_t i = 0; i < n; ++i) {
      ++table[x[i]][y[i]];
      ++rows[x[i]];
      ++columns[y[i]];
    }
    double chi_squared = 0;
    for (int i = 0; i < kCells; ++i) {
      for (int j = 0; j < kCells; ++j) {
        const double expected = rows[i] * columns[j] / n;
        chi_squared +=
            (table[i][j] - expected) * (table[i][j] - expected) / expected;
      }
    }
    const double deviation =
        ChiSquaredDeviation(chi_squared, (kCells - 1) * (kCells - 1));
    std::printf("%-40s %+.1f sd\n", name.c_str(), deviation);
    EXPECT_LT(std::abs(deviation), kDeviations) << name;
  };
  struct Case {
    const char* name;
    SampleLoop<T> sample;
    T parameter;
  };
  for (const Case& c :
       {Case{"normal", this->samplers_.normal, T(0)},
        Case{"gamma(0.5)", this->samplers_.gamma, T(0.5)},
        Case{"gamma(3)", this->samplers_.gamma, T(3)},
        Case{"von_mises(1)", this->samplers_.von_mises, T(1)},
        Case{"von_mises(4)", this->samplers_.von_mises, T(4)}}) {
    constexpr int kLargestLag = 1024;
    const auto x = Cells(Draw(c.sample, c.parameter, n + kLargestLag));
    // The partner in a pair is 16 elements away, the next group 32; in float
    // the neighbour shares the block of the boost.
    for (int lag : {1, 2, 15, 16, 17, 32, kLargestLag}) {
      check(std::string(c.name) + " lag " + std::to_string(lag), &x[0],
            &x[lag]);
    }
    RandomSeed low = kSeed, high = kSeed;
    ++low.word[0];
    ++high.word[1];
    check(std::string(c.name) + " seed + 1", &x[0],
          &Cells(Draw(c.sample, c.parameter, n, low))[0]);
    check(std::string(c.name) + " second seed + 1", &x[0],
          &Cells(Draw(c.sample, c.parameter, n, high))[0]);
  }
  // Different distributions of one seed. (Gamma and log-Gamma are the same
  // draw.)
  const auto normal = Cells(Draw(this->samplers_.normal, T(0), n));
  const auto gamma = Cells(Draw(this->samplers_.gamma, T(3), n));
  const auto von_mises = Cells(Draw(this->samplers_.von_mises, T(4), n));
  check("normal, gamma(3)", &normal[0], &gamma[0]);
  check("normal, von_mises(4)", &normal[0], &von_mises[0]);
  check("gamma(3), von_mises(4)", &gamma[0], &von_mises[0]);
}

// The inequalities that make the rejections exact, on grids.
TEST(EnvelopeTest, GammaSqueezeNeverAcceptsWhatTheTestRejects) {
  // exp(h) >= 1 - t^2 x^2 / (12 (1 + min(t, 0))).
  for (Real log_d = std::log(2.0L / 3); log_d < 14; log_d += 0.05L) {
    const Real d = std::exp(log_d);
    for (Real x = -8.6L; x <= 8.6L; x += 0.01L) {
      const Real t = x / (3 * std::sqrt(d));
      if (t <= -1) continue;
      const Real h = 3 * d * (std::log1p(t) - t + t * t / 2 - t * t * t / 3);
      const Real squeeze = t * t * x * x / (12 * (1 + std::min(t, 0.0L)));
      ASSERT_GE(std::exp(h), 1 - squeeze - 1e-15L) << d << " " << x;
    }
  }
}

TEST(EnvelopeTest, VonMisesProposalsCoverTheDensity) {
  const Real q0 = special::internal::kVonMisesEdge;
  const Real width = special::internal::kVonMisesTailWidth;
  EXPECT_NEAR(static_cast<double>(std::exp(-2 * q0) - (1 - q0)), 0, 1e-13);
  EXPECT_NEAR(static_cast<double>(kPi - 2 * std::asin(std::sqrt(q0)) - width),
              0, 1e-13);
  // R(q) <= 1 below q0, and at least the bound of the squeeze.
  for (Real q = 0; q <= q0; q += 1e-5L) {
    const Real ratio = std::exp(-q) / std::sqrt(1 - q);
    ASSERT_LE(ratio, 1);
    ASSERT_GE(ratio, 1 - std::min(q / 2, 0.1423L));
  }
  // Beyond q0 the uniform part covers the rest.
  Real least = 10, least_kappa = 0;
  for (Real kappa = 1.6L; kappa < 1000; kappa *= 1.0005L) {
    const Real y = 1 / (kappa - 0.5L);
    const Real p = y * y * (0.117L - 0.05L * y);
    const Real needed =
        2 * width * std::exp(-2 * kappa * q0) / std::sqrt(2 * kPi * y);
    const Real ratio = p / (1 - p) / needed;
    if (ratio < least) {
      least = ratio;
      least_kappa = kappa;
    }
  }
  std::printf("least p / needed: %.4Lf at kappa = %.2Lf\n", least, least_kappa);
  EXPECT_GE(least, 1);
}

}  // namespace
}  // namespace tf_implicit
