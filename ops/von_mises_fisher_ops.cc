// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The von Mises-Fisher distribution in a dimension from 2 on: derivatives of
// the angle between a sample and the mean direction, and moments of its cosine.
// All are elementwise and broadcast; `dimension` holds integers.

#include "ops/elementwise.h"

namespace tf_implicit {

TFI_ELEMENTWISE_OP(RandomVonMisesFisherGrad, "dimension, concentration, angle",
                   "output",
                   R"doc(
dtheta/dconcentration at theta = angle, for the angle theta between a sample and
the mean direction, at a fixed value of its CDF.

NaN for concentration < 0, NaN and a dimension that is not an integer >= 2; 0 at
angle = 0 and +-pi.
)doc");

TFI_ELEMENTWISE_OP(RandomVonMisesFisherGradPartials,
                   "dimension, concentration, angle",
                   "d_concentration, d_angle",
                   R"doc(
The derivatives of RandomVonMisesFisherGrad h(k, theta): dh/dk and dh/dtheta.
)doc");

TFI_ELEMENTWISE_OP(
    VonMisesFisherMoments, "dimension, concentration",
    "log_partition, mean, complement, variance, third, divergence",
    R"doc(
Moments of the cosine w of the angle between a sample and the mean direction.

log_partition: log E exp(concentration (w - 1)) under the uniform distribution.
mean: A = E w.
complement: 1 - A.
variance: of w.
third: E (w - A)^3.
divergence: the Kullback-Leibler divergence from the uniform distribution.
)doc");

}  // namespace tf_implicit
