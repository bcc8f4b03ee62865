# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Calls the CUDA kernels of a library made of launchers.cc; needs NumPy only.

The library is either for a device or an emulation of one by the processor
(emulation/cuda_runtime.h).
"""

import ctypes
import pathlib

import numpy as np

# Not resolved: under Bazel, the libraries stand in the tree of links.
FOLDER = pathlib.Path(__file__).absolute().parent
# By Bazel, or by build.py.
LIBRARIES = {
    "device": FOLDER / "device_launchers.so",
    "emulated": FOLDER / "emulated_launchers.so",
}
# CudaStorage of kernels/cuda_launch.h. NumPy has no bfloat16: its bits.
STORAGES = {
    np.dtype(np.float32): 0,
    np.dtype(np.float64): 1,
    np.dtype(np.float16): 2,
    np.dtype(np.uint16): 3,
}
_TO_DEVICE, _FROM_DEVICE, _ON_DEVICE = range(3)


class _Dims(ctypes.Structure):
    _fields_ = (
        ("rank", ctypes.c_int),
        ("dims", ctypes.POINTER(ctypes.c_int64)),
    )

    def __init__(self, shape):
        super().__init__(len(shape), (ctypes.c_int64 * len(shape))(*shape))


class Array:
    """Memory of the device that holds `size` elements of `dtype`."""

    def __init__(self, launchers, size, dtype):
        self._launchers = launchers
        self.size = size
        self.dtype = np.dtype(dtype)
        self.nbytes = size * self.dtype.itemsize
        self.pointer = ctypes.c_void_p()
        launchers.call(
            "TfiAllocate",
            ctypes.c_int64(max(self.nbytes, 1)),
            ctypes.byref(self.pointer),
        )

    def __del__(self):
        if self.pointer:
            self._launchers.call("TfiFree", self.pointer)

    def write(self, values):
        """Copies a NumPy array to the device."""
        values = np.ascontiguousarray(values, self.dtype)
        self._copy(self.pointer, values.ctypes, values.nbytes, _TO_DEVICE)

    def read(self):
        """Returns the elements, after all work so far is done."""
        values = np.empty(self.size, self.dtype)
        self._launchers.call("TfiSynchronize")
        self._copy(values.ctypes, self.pointer, self.nbytes, _FROM_DEVICE)
        return values

    def read_part(self, first, count):
        """Returns `count` elements from number `first` on."""
        values = np.empty(count, self.dtype)
        self._launchers.call("TfiSynchronize")
        self._copy(
            values.ctypes, self._element(first), values.nbytes, _FROM_DEVICE
        )
        return values

    def repeat(self, values):
        """Fills the array with a NumPy array, over and over."""
        filled = min(values.size, self.size)
        values = np.ascontiguousarray(values[:filled], self.dtype)
        self._copy(self.pointer, values.ctypes, values.nbytes, _TO_DEVICE)
        while filled < self.size:
            count = min(filled, self.size - filled)
            self._copy(
                self._element(filled),
                self.pointer,
                count * self.dtype.itemsize,
                _ON_DEVICE,
            )
            filled += count

    def _element(self, k):
        return ctypes.c_void_p(self.pointer.value + k * self.dtype.itemsize)

    def copy_from(self, other):
        """Copies from another array of the device, of the same size."""
        self._copy(self.pointer, other.pointer, self.nbytes, _ON_DEVICE)

    def _copy(self, target, source, size, kind):
        def address(x):
            return (
                x
                if isinstance(x, ctypes.c_void_p)
                else x.data_as(ctypes.c_void_p)
            )

        self._launchers.call(
            "TfiCopy", address(target), address(source), ctypes.c_int64(size),
            ctypes.c_int(kind),
        )  # fmt: skip


class Launchers:
    """The functions of one library. RuntimeError where CUDA reports one.

    Attributes:
      SCRATCH: kCudaDirichletScratch of kernels/cuda/cuda_launch.h.
    """

    SCRATCH = 32

    def __init__(self, path):
        self._path = path
        self._library = ctypes.CDLL(str(path))
        self._library.TfiDeviceName.restype = ctypes.c_char_p
        self._loops = self._numbers("TfiLoopName")
        self._rows = self._numbers("TfiRowsName")

    def _numbers(self, function):
        """The numbers of the functions, by their names."""
        name_of = getattr(self._library, function)
        name_of.restype = ctypes.c_char_p
        numbers = {}
        while name := name_of(len(numbers)):
            numbers[name.decode()] = len(numbers)
        return numbers

    @property
    def loops(self):
        """The names of the elementwise functions."""
        return list(self._loops)

    @property
    def row_functions(self):
        """The names of the functions over rows."""
        return list(self._rows)

    def is_device(self):
        """Whether the kernels run on a device, not on the processor."""
        return self._path == LIBRARIES["device"]

    def device_count(self):
        """0 as well where there is no driver."""
        return self._library.TfiDeviceCount()

    def device_name(self):
        """The name of the first device."""
        return self._library.TfiDeviceName().decode()

    def call(self, name, *arguments):
        """Calls a function that returns an error message or null."""
        function = getattr(self._library, name)
        function.restype = ctypes.c_char_p
        error = function(*arguments)
        if error is not None:
            raise RuntimeError(f"{name}: {error.decode()}")

    def array(self, values):
        """Returns a copy of a NumPy array on the device, flat."""
        result = Array(self, values.size, values.dtype)
        result.write(values)
        return result

    def empty(self, size, dtype):
        """Returns an array of the device whose elements are undefined."""
        return Array(self, size, dtype)

    def inputs_of(self, loop):
        """The number of inputs of an elementwise function."""
        return self._library.TfiLoopInputs(self._loops[loop])

    def outputs_of(self, loop):
        """The number of outputs of an elementwise function."""
        return self._library.TfiLoopOutputs(self._loops[loop])

    def start(self, loop, shapes, inputs, outputs):
        """Starts an elementwise function on arrays of the device."""
        self.call(
            "TfiMap",
            self._loops[loop],
            STORAGES[inputs[0].dtype],
            len(inputs),
            (_Dims * len(shapes))(*map(_Dims, shapes)),
            (ctypes.c_void_p * len(inputs))(*(x.pointer for x in inputs)),
            (ctypes.c_void_p * len(outputs))(*(x.pointer for x in outputs)),
        )

    def map(self, loop, *inputs):
        """Returns the outputs for NumPy arrays that are broadcast."""
        shape = np.broadcast_shapes(*(x.shape for x in inputs))
        size = int(np.prod(shape))
        arrays = [self.array(x) for x in inputs]
        outputs = [
            self.empty(size, inputs[0].dtype)
            for _ in range(self.outputs_of(loop))
        ]
        self.start(loop, [x.shape for x in inputs], arrays, outputs)
        return [x.read().reshape(shape) for x in outputs]

    def processor_map(self, loop, *inputs):
        """As map, by the processor's loop, for arrays of one shape."""
        outputs = [
            np.empty_like(inputs[0]) for _ in range(self.outputs_of(loop))
        ]
        self._library.TfiProcessorMap(
            self._loops[loop],
            STORAGES[inputs[0].dtype],
            ctypes.c_int64(inputs[0].size),
            (ctypes.c_void_p * len(inputs))(*(x.ctypes.data for x in inputs)),
            (ctypes.c_void_p * len(outputs))(*(x.ctypes.data for x in outputs)),
        )
        return outputs

    def rows_inputs_of(self, name):
        """The number of inputs of a function over rows."""
        return self._library.TfiRowsInputs(self._rows[name])

    def start_rows(self, name, shape, inputs, value, gradients):
        """Starts a function over the rows of arrays of the device."""
        self.call(
            "TfiRows",
            *self._rows_arguments(name, shape, inputs[0].dtype),
            (ctypes.c_void_p * len(inputs))(*(x.pointer for x in inputs)),
            value.pointer,
            (ctypes.c_void_p * len(inputs))(*(x.pointer for x in gradients)),
        )

    def rows(self, name, *inputs):
        """Returns the value and the derivatives for NumPy arrays [rows, size].

        The arrays are of one shape.
        """
        shape, dtype = inputs[0].shape, inputs[0].dtype
        value = self.empty(shape[0], dtype)
        gradients = [self.empty(inputs[0].size, dtype) for _ in inputs]
        arrays = [self.array(x) for x in inputs]
        self.start_rows(name, shape, arrays, value, gradients)
        return value.read(), *(x.read().reshape(shape) for x in gradients)

    def processor_rows(self, name, *inputs):
        """The same by the processor's loop, float32 and float64."""
        inputs = [np.ascontiguousarray(x) for x in inputs]
        value = np.empty(inputs[0].shape[0], inputs[0].dtype)
        gradients = [np.empty_like(x) for x in inputs]
        self._library.TfiProcessorRows(
            *self._rows_arguments(name, inputs[0].shape, inputs[0].dtype),
            (ctypes.c_void_p * len(inputs))(*(x.ctypes.data for x in inputs)),
            ctypes.c_void_p(value.ctypes.data),
            (ctypes.c_void_p * len(inputs))(
                *(x.ctypes.data for x in gradients)
            ),
        )
        return value, *gradients

    def small_mat_mul(self, a, b, transpose_a, transpose_b):
        """Returns the products of NumPy arrays [count, n, k], [count, k, m].

        The matrices of an array may be stored transposed.
        """
        count, n, k = a.shape
        m = b.shape[1 if transpose_b else 2]
        if transpose_a:
            n, k = k, n
        arrays = [self.array(x) for x in (a, b)]
        product = self.empty(count * n * m, a.dtype)
        self.call(
            "TfiSmallMatMul",
            STORAGES[a.dtype],
            *map(ctypes.c_int64, (count, n, k, m)),
            *map(int, (transpose_a, transpose_b)),
            *(x.pointer for x in (*arrays, product)),
        )
        return product.read().reshape(count, n, m)

    def _rows_arguments(self, name, shape, dtype):
        return (
            self._rows[name],
            STORAGES[dtype],
            ctypes.c_int64(shape[0]),
            ctypes.c_int64(shape[1]),
        )

    def start_sampler(
        self, name, seed, shape, parameter_shape, parameter, out, dimension=0,
        log_gamma=None, draws=None, scratch=None,
    ):  # fmt: skip
        """Starts a sampler on arrays of the device; see launchers.cc."""

        def pointer(x):
            return None if x is None else x.pointer

        self.call(
            "TfiSample",
            name.encode(),
            STORAGES[out.dtype],
            ctypes.c_uint64(seed[0]),
            ctypes.c_uint64(seed[1]),
            dimension,
            _Dims(shape),
            _Dims(parameter_shape),
            *map(pointer, (parameter, out, log_gamma, draws, scratch)),
        )

    def sample(self, name, seed, shape, parameter, dimension=0):
        """Returns samples of NumPy parameters; of "dirichlet" a pair."""
        size = int(np.prod(shape))
        out = self.empty(size, parameter.dtype)
        extra = {}
        if name == "dirichlet":
            real = np.float64 if parameter.dtype == np.float64 else np.float32
            log_gamma = self.empty(size, parameter.dtype)
            extra = {
                "log_gamma": log_gamma,
                "draws": log_gamma
                if parameter.dtype == real
                else self.empty(size, real),
                "scratch": self.empty(size // shape[-1] * self.SCRATCH, real),
            }
        self.start_sampler(
            name, seed, shape, parameter.shape, self.array(parameter), out,
            dimension, **extra,
        )  # fmt: skip
        if extra:
            return out.read().reshape(shape), log_gamma.read().reshape(shape)
        return out.read().reshape(shape)

    def processor_sample(self, name, seed, shape, parameter, dimension=0):
        """The same by the sampler of the processor, float32 and float64."""
        parameters = np.broadcast_to(parameter, shape)
        return self.processor_samples_from(
            0, name, seed, shape, parameters, dimension
        )

    def processor_samples_from(
        self, first, name, seed, shape, parameters, dimension=0
    ):
        """Samples of `shape` from row `first` of a larger array on.

        Element i of all rows has parameter number i of `parameters`, which
        begin anew at their end. A row is the last axis for "dirichlet", and an
        element for the others.
        """
        parameters = np.ascontiguousarray(parameters)
        out = np.empty(shape, parameters.dtype)
        log_gamma = np.empty(shape, parameters.dtype)
        components = shape[-1] if name == "dirichlet" else 1
        self._library.TfiProcessorSample(
            name.encode(),
            STORAGES[parameters.dtype],
            ctypes.c_uint64(seed[0]),
            ctypes.c_uint64(seed[1]),
            dimension,
            ctypes.c_int64(first),
            ctypes.c_int64(out.size // components),
            ctypes.c_int64(components),
            None if name == "normal" else parameters.ctypes.data_as(
                ctypes.c_void_p
            ),
            ctypes.c_int64(1 if name == "normal" else parameters.size),
            out.ctypes.data_as(ctypes.c_void_p),
            log_gamma.ctypes.data_as(ctypes.c_void_p),
        )  # fmt: skip
        return (out, log_gamma) if name == "dirichlet" else out

    def seconds(self, work, repetitions):
        """The time that the device takes for work(), the least of several."""
        events = [ctypes.c_void_p(), ctypes.c_void_p()]
        for event in events:
            self.call("TfiEvent", ctypes.byref(event))
        milliseconds = ctypes.c_float()
        least = float("inf")
        for _ in range(repetitions):
            self.call("TfiRecord", events[0])
            work()
            self.call("TfiRecord", events[1])
            self.call("TfiElapsed", *events, ctypes.byref(milliseconds))
            least = min(least, milliseconds.value / 1e3)
        return least
