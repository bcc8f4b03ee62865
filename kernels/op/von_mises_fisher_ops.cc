// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CPU kernels of the von Mises-Fisher derivatives and moments
// (ops/von_mises_fisher_ops.cc).

#include "kernels/op/map_op.h"

namespace tf_implicit {
namespace {

TFI_REGISTER_MAP_OP("TFImplicit>RandomVonMisesFisherGrad",
                    kRandomVonMisesFisherGrad, 500);
TFI_REGISTER_MAP_OP("TFImplicit>RandomVonMisesFisherGradPartials",
                    kRandomVonMisesFisherGradPartials, 500);
TFI_REGISTER_MAP_OP("TFImplicit>VonMisesFisherMoments", kVonMisesFisherMoments,
                    400);

}  // namespace
}  // namespace tf_implicit
