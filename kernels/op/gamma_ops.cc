// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// CPU kernels of the Gamma derivatives (ops/gamma_ops.cc). The cost per element
// is that of float on AVX-512, rounded up: it only sizes the shards.

#include "kernels/op/map_op.h"

namespace tf_implicit {
namespace {

TFI_REGISTER_MAP_OP("TFImplicit>IgammaGradA", kIgammaGradA, 10);
TFI_REGISTER_MAP_OP("TFImplicit>IgammaGradAPartials", kIgammaGradAPartials, 20);
TFI_REGISTER_MAP_OP("TFImplicit>IgammaGradAPaper", kIgammaGradAPaper, 50);
TFI_REGISTER_MAP_OP("TFImplicit>RandomGammaGrad", kRandomGammaGrad, 5);
TFI_REGISTER_MAP_OP("TFImplicit>RandomGammaGradPartials",
                    kRandomGammaGradPartials, 15);
TFI_REGISTER_MAP_OP("TFImplicit>RandomGammaGradPaper", kRandomGammaGradPaper,
                    50);
TFI_REGISTER_MAP_OP("TFImplicit>RandomLogGammaGrad", kRandomLogGammaGrad, 5);
TFI_REGISTER_MAP_OP("TFImplicit>RandomLogGammaGradPartials",
                    kRandomLogGammaGradPartials, 15);

}  // namespace
}  // namespace tf_implicit
