// Copyright 2026 The tf_implicit Authors.
// SPDX-License-Identifier: Apache-2.0
//
// The one list of elementwise ops: their names, families and costs. From it
// come the loops' numbers and table (kernels/cpu), the CUDA kernels' table
// (kernels/cuda), the OpKernels of processor and GPU (kernels/op), the XLA
// kernels and custom calls (kernels/xla) and the functions that tests/gpu
// calls. Holds macros only: whoever includes it says what an entry becomes.
//
// An entry X(Name, nanoseconds) is
//   the op              TFImplicit>Name, whose signature stands in ops/,
//   its formula         special::NameFunction (kernels/special/function.h),
//   its loop            LoopId::kName, instantiated in kernels/families;
// nanoseconds are what an element costs, about, in float on AVX-512, rounded
// up: they only size the pieces for the threads.
//
// To add an op to a family is one line here. A new family is a list, a line in
// TFI_FAMILIES, and a file in kernels/families. Small families compile at the
// same time: one per group of formulas.

#ifndef TF_IMPLICIT_KERNELS_OP_LIST_H_
#define TF_IMPLICIT_KERNELS_OP_LIST_H_

#define TFI_BETA_OPS(X)               \
  X(RandomBetaGrad, 50)               \
  X(RandomLogitBetaGrad, 50)          \
  X(RandomLogitBetaGradPartials, 300) \
  X(RandomRadialStudentTGrad, 30)

#define TFI_BETA_DENSITY_OPS(X) \
  X(BetaDivergence, 20)         \
  X(BetaEntropy, 5)             \
  X(BetaFisherInformation, 5)   \
  X(BetaLogProb, 10)            \
  X(GammaGammaLogProb, 20)      \
  X(LogEulerIntegral, 3000)     \
  X(LogitBetaLogProb, 10)

#define TFI_BETAINC_OPS(X)        \
  X(Betainc, 60)                  \
  X(BetaincPartials, 120)         \
  X(LogBetainc, 60)               \
  X(LogBetaincPartials, 120)      \
  X(Betaincinv, 1000)             \
  X(LogitBetaCdf, 60)             \
  X(LogitBetaCdfPartials, 120)    \
  X(LogitBetaLogCdf, 60)          \
  X(LogitBetaLogCdfPartials, 120) \
  X(LogitBetaQuantile, 1000)

#define TFI_BOX_COX_OPS(X) \
  X(BoxCox, 3)             \
  X(InverseBoxCox, 3)

#define TFI_EX_GAUSSIAN_OPS(X) X(ExponentiallyModifiedGaussianLogProb, 10)

#define TFI_GAMMA_OPS(X)             \
  X(IgammaGradA, 10)                 \
  X(IgammaGradAPaper, 50)            \
  X(IgammaGradAPartials, 20)         \
  X(RandomGammaGrad, 5)              \
  X(RandomGammaGradPaper, 50)        \
  X(RandomGammaGradPartials, 15)     \
  X(RandomGeneralizedNormalGrad, 15) \
  X(RandomLogGammaGrad, 5)           \
  X(RandomLogGammaGradPartials, 15)

#define TFI_GAMMA_LAW_OPS(X)    \
  X(ChiLogProb, 5)              \
  X(ExpGammaEntropy, 3)         \
  X(ExpGammaLogProb, 6)         \
  X(ExpGammaLogRateLogProb, 6)  \
  X(GammaDivergence, 8)         \
  X(GammaEntropy, 4)            \
  X(GammaLogProb, 5)            \
  X(GammaLogRateDivergence, 10) \
  X(GammaLogRateLogProb, 6)     \
  X(InverseGammaEntropy, 4)     \
  X(InverseGammaLogProb, 5)     \
  X(LogHypergeometric0F1, 60)

#define TFI_IGAMMA_OPS(X)      \
  X(Igamma, 15)                \
  X(Igammac, 15)               \
  X(LogIgamma, 15)             \
  X(LogIgammac, 15)            \
  X(IgammaGrad, 15)            \
  X(IgammaGradPartials, 25)    \
  X(LogIgammaGrad, 25)         \
  X(LogIgammaGradPartials, 30) \
  X(LogIgammacGrad, 25)        \
  X(LogIgammacGradPartials, 30)

#define TFI_IGAMMA_INVERSE_OPS(X) \
  X(Igammainv, 60)                \
  X(Igammacinv, 60)               \
  X(LogIgammainv, 60)             \
  X(LogIgammacinv, 60)

#define TFI_INVERSE_GAUSSIAN_OPS(X) \
  X(InverseGaussianLogProb, 4)      \
  X(LogBesselK1e, 8)                \
  X(RandomInverseGaussianLogGrad, 10)

#define TFI_NORMAL_OPS(X) X(NormalLogProb, 2)

#define TFI_POLYGAMMA_OPS(X) \
  X(Digamma, 2)              \
  X(Lgamma, 2)               \
  X(Tetragamma, 2)           \
  X(Trigamma, 2)

#define TFI_SCALED_SAMPLE_OPS(X) \
  X(BoundedSigmoid, 2)           \
  X(GammaFromUnitRate, 1)        \
  X(MovedAngle, 1)               \
  X(ScaledExponential, 2)

#define TFI_STUDENT_T_OPS(X)        \
  X(RandomStudentTGrad, 20)         \
  X(RandomStudentTGradPartials, 60) \
  X(RandomStudentTLogGrad, 20)      \
  X(RandomTwoPieceStudentTGrad, 25) \
  X(StudentTFromNormals, 2)         \
  X(TwoPieceStudentTFromNormals, 2)

#define TFI_STUDENT_T_CDF_OPS(X) \
  X(StudentTCdf, 60)             \
  X(StudentTCdfPartials, 80)     \
  X(StudentTDivergence, 5000)    \
  X(StudentTEntropy, 10)         \
  X(StudentTEntropyGrad, 10)     \
  X(StudentTLogCdf, 60)          \
  X(StudentTLogCdfPartials, 80)  \
  X(StudentTLogProb, 10)         \
  X(StudentTQuantile, 1000)

#define TFI_TRUNCATED_CAUCHY_OPS(X) \
  X(RandomTruncatedCauchyGrad, 15)  \
  X(TruncatedCauchyQuantile, 15)

#define TFI_TRUNCATED_NORMAL_OPS(X) \
  X(RandomTruncatedNormalGrad, 20)  \
  X(TruncatedNormalLogProb, 20)     \
  X(TruncatedNormalQuantile, 25)

#define TFI_VON_MISES_OPS(X)        \
  X(RandomVonMisesGrad, 5)          \
  X(RandomVonMisesGradPaper, 100)   \
  X(RandomVonMisesGradPartials, 15) \
  X(VonMisesCdf, 15)                \
  X(VonMisesCdfGrad, 15)            \
  X(VonMisesCdfGradPartials, 25)    \
  X(VonMisesLogCdf, 30)             \
  X(VonMisesQuantile, 80)

#define TFI_VON_MISES_DENSITY_OPS(X) \
  X(VonMisesDivergence, 10)          \
  X(VonMisesEntropy, 5)              \
  X(VonMisesLogProb, 5)              \
  X(VonMisesMean, 5)                 \
  X(VonMisesThird, 5)                \
  X(VonMisesUniformDivergence, 5)    \
  X(VonMisesVariance, 5)

#define TFI_VON_MISES_FISHER_OPS(X)        \
  X(RandomVonMisesFisherGrad, 500)         \
  X(RandomVonMisesFisherGradPartials, 500) \
  X(VonMisesFisherMoments, 400)

// F(Family, its list, whatever else is given).
#define TFI_FAMILIES(F, ...)                                 \
  F(Beta, TFI_BETA_OPS, __VA_ARGS__)                         \
  F(BetaDensity, TFI_BETA_DENSITY_OPS, __VA_ARGS__)          \
  F(Betainc, TFI_BETAINC_OPS, __VA_ARGS__)                   \
  F(BoxCox, TFI_BOX_COX_OPS, __VA_ARGS__)                    \
  F(ExGaussian, TFI_EX_GAUSSIAN_OPS, __VA_ARGS__)            \
  F(Gamma, TFI_GAMMA_OPS, __VA_ARGS__)                       \
  F(GammaLaw, TFI_GAMMA_LAW_OPS, __VA_ARGS__)                \
  F(Igamma, TFI_IGAMMA_OPS, __VA_ARGS__)                     \
  F(IgammaInverse, TFI_IGAMMA_INVERSE_OPS, __VA_ARGS__)      \
  F(InverseGaussian, TFI_INVERSE_GAUSSIAN_OPS, __VA_ARGS__)  \
  F(Normal, TFI_NORMAL_OPS, __VA_ARGS__)                     \
  F(Polygamma, TFI_POLYGAMMA_OPS, __VA_ARGS__)               \
  F(ScaledSample, TFI_SCALED_SAMPLE_OPS, __VA_ARGS__)        \
  F(StudentT, TFI_STUDENT_T_OPS, __VA_ARGS__)                \
  F(StudentTCdf, TFI_STUDENT_T_CDF_OPS, __VA_ARGS__)         \
  F(TruncatedCauchy, TFI_TRUNCATED_CAUCHY_OPS, __VA_ARGS__)  \
  F(TruncatedNormal, TFI_TRUNCATED_NORMAL_OPS, __VA_ARGS__)  \
  F(VonMises, TFI_VON_MISES_OPS, __VA_ARGS__)                \
  F(VonMisesDensity, TFI_VON_MISES_DENSITY_OPS, __VA_ARGS__) \
  F(VonMisesFisher, TFI_VON_MISES_FISHER_OPS, __VA_ARGS__)

// X(Name, nanoseconds) for every op of every family.
#define TFI_OPS(X) TFI_FAMILIES(TFI_OPS_OF_FAMILY, X)
#define TFI_OPS_OF_FAMILY(family, ops, X) ops(X)

// Ops over rows, the last axis. X(Name, inputs, nanoseconds) is an
// op TFImplicit>Name, a value for each row of the inputs and its derivatives in
// them; nanoseconds are those of a component in a long row. The formulas are
// special::NameRow, instantiated in kernels/cpu/rows and kernels/cuda/rows.
#define TFI_ROW_OPS(X)          \
  X(DirichletDivergence, 2, 10) \
  X(DirichletEntropy, 1, 5)     \
  X(DirichletLogProb, 2, 5)

#endif  // TF_IMPLICIT_KERNELS_OP_LIST_H_
