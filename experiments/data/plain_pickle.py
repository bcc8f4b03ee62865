# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reads lists, dicts, numbers, texts and arrays of numbers out of pickles.

A pickle is a program for a small machine with a stack, whose instructions
GLOBAL and REDUCE import and call anything. Here these two build no object but
what stands in `_REDUCERS`: numbers, bytes, and arrays of numbers that are cut
out of bytes after their length was compared. NumPy's own unpickling is not
used: by it, a crafted array makes the process read any address.

The forms are those in which Python 2 and 3 with NumPy 1 and 2 write lists of
lists or arrays, such as the public files of 20 Newsgroups.
"""

import io
import math
import pathlib
import pickletools
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from experiments.data import files

__all__ = ["load"]

# Kinds of numbers and their sizes, as `numpy.dtype` spells them.
_NUMBERS = frozenset(
    {"b1", *(f"{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8))}
    | {"f4", "f8"}
)
# What `pickletools` hands over as the value itself.
_VALUES = frozenset(
    {"INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4"}
    | {"STRING", "BINSTRING", "SHORT_BINSTRING", "FLOAT", "BINFLOAT"}
    | {"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"}
    | {"BINBYTES", "SHORT_BINBYTES", "BINBYTES8"}
)
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_MULTIARRAY = ("numpy.core.multiarray", "numpy._core.multiarray")


class _Global(NamedTuple):
    """What GLOBAL names; never imported."""

    module: str
    name: str


class _Dtype:
    """A dtype of numbers; BUILD tells the order of its bytes."""

    def __init__(self, code: str):
        if code not in _NUMBERS and code != "O8":
            raise ValueError(f"an array of {code!r}")
        self.code = code
        self.order = "<"

    def build(self, state) -> None:
        if state[1] not in ("<", ">", "|", "="):
            raise ValueError(f"a byte order of {state[1]!r}")
        self.order = state[1]

    def numbers(self) -> np.dtype:
        """Returns the dtype; there is none for objects."""
        if self.code == "O8":
            raise ValueError("objects where numbers should be")
        return np.dtype(self.order.replace("|", "") + self.code)


class _Array:
    """An array that BUILD fills."""

    value: Any = None

    def build(self, state) -> None:
        _, shape, dtype, fortran, content = state
        if not all(type(n) is int and n >= 0 for n in shape):
            raise ValueError(f"an array of the shape {shape}")
        count = math.prod(shape)
        if isinstance(content, list):
            if dtype.code != "O8" or len(shape) != 1 or len(content) != count:
                raise ValueError("an array of objects that is no plain list")
            self.value = content
            return
        if isinstance(content, str):
            # Python 2's bytes.
            content = content.encode("latin-1")
        numbers = dtype.numbers()
        if len(content) != count * numbers.itemsize:
            raise ValueError(
                f"{len(content)} bytes for {count} numbers of {numbers}"
            )
        flat = (
            np.frombuffer(content, numbers) if count else np.zeros(0, numbers)
        )
        self.value = flat.reshape(shape, order="F" if fortran else "C")


def _scalar(dtype: _Dtype, content):
    if isinstance(content, str):
        content = content.encode("latin-1")
    (value,) = np.frombuffer(content, dtype.numbers())
    return value.item()


def _encode(text: str, encoding: str) -> bytes:
    if encoding not in ("latin1", "latin-1"):
        raise ValueError(f"bytes by the encoding {encoding!r}")
    return text.encode("latin-1")


# Names of functions, and what is done when a pickle calls them.
_REDUCERS = {
    _Global("numpy", "dtype"): lambda code, *_: _Dtype(str(code)),
    _Global("_codecs", "encode"): _encode,
    **{_Global(m, "_reconstruct"): lambda *_: _Array() for m in _MULTIARRAY},
    **{_Global(m, "scalar"): _scalar for m in _MULTIARRAY},
}
_TYPES = frozenset({_Global("numpy", "ndarray")})


class _Machine:
    """Runs one pickle."""

    def __init__(self):
        self.stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}

    def step(self, name: str, argument: Any) -> None:
        """Runs one instruction."""
        if name in _VALUES:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name not in ("PROTO", "FRAME"):
            method = getattr(self, "_" + name.lower(), None)
            if method is None:
                raise ValueError(f"the instruction {name}")
            method(argument)

    def _mark(self, _):
        self._marks.append(len(self.stack))

    def _since_mark(self) -> list[Any]:
        start = self._marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def _empty_list(self, _):
        self.stack.append([])

    def _list(self, _):
        self.stack.append(self._since_mark())

    def _append(self, _):
        item = self.stack.pop()
        self._top(list).append(item)

    def _appends(self, _):
        items = self._since_mark()
        self._top(list).extend(items)

    def _empty_dict(self, _):
        self.stack.append({})

    def _dict(self, _):
        items = self._since_mark()
        self.stack.append(dict(zip(items[::2], items[1::2], strict=True)))

    def _setitem(self, _):
        value, key = self.stack.pop(), self.stack.pop()
        self._top(dict)[key] = value

    def _setitems(self, _):
        items = self._since_mark()
        self._top(dict).update(zip(items[::2], items[1::2], strict=True))

    def _empty_tuple(self, _):
        self.stack.append(())

    def _tuple(self, _):
        self.stack.append(tuple(self._since_mark()))

    def _tuple1(self, _):
        self._last(1)

    def _tuple2(self, _):
        self._last(2)

    def _tuple3(self, _):
        self._last(3)

    def _last(self, count):
        if len(self.stack) < count:
            raise ValueError("an empty stack")
        self.stack[-count:] = [tuple(self.stack[-count:])]

    def _put(self, index):
        self._memo[index] = self.stack[-1]

    _binput = _long_binput = _put

    def _memoize(self, _):
        self._memo[len(self._memo)] = self.stack[-1]

    def _get(self, index):
        self.stack.append(self._memo[index])

    _binget = _long_binget = _get

    def _global(self, argument):
        self._push_global(*argument.split(" ", 1))

    def _stack_global(self, _):
        name, module = self.stack.pop(), self.stack.pop()
        self._push_global(module, name)

    def _push_global(self, module, name):
        named = _Global(module, name)
        if named not in _REDUCERS and named not in _TYPES:
            raise ValueError(
                f"{module}.{name}, where only plain data should be"
            )
        self.stack.append(named)

    def _reduce(self, _):
        arguments, function = self.stack.pop(), self.stack.pop()
        if not isinstance(function, _Global) or function not in _REDUCERS:
            raise ValueError("a call of what is no function")
        self.stack.append(_REDUCERS[function](*arguments))

    def _build(self, _):
        state = self.stack.pop()
        self._top((_Array, _Dtype)).build(state)

    def _top(self, kind):
        if not isinstance(self.stack[-1], kind):
            raise ValueError(f"{type(self.stack[-1]).__name__} as a container")
        return self.stack[-1]


def load(file: BinaryIO, path: pathlib.Path) -> Any:
    """Reads the pickle that starts where the file stands.

    Args:
        file: The open file.
        path: Its name.

    Returns:
        Lists, dicts, tuples, numbers, texts, bytes; arrays of numbers as
        NumPy's, arrays of objects as lists.

    Raises:
        files.DataError: The pickle is damaged, or holds anything else.
    """
    place = "its start"
    machine = _Machine()
    with files.reading(path, "a pickle of plain data"):
        # Of a file in memory, a length that a pickle makes up takes none.
        file = io.BytesIO(file.read())
        try:
            for opcode, argument, position in pickletools.genops(file):
                place = f"byte {position}"
                if opcode.name == "STOP":
                    break
                machine.step(opcode.name, argument)
            (result,) = machine.stack
            return _values(result)
        except (
            ArithmeticError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            raise files.DataError(
                f"{path}: not a pickle of plain data: at {place}: {error}. "
                "Fetch the file again, from its authors"
            ) from error


def _values(item: Any) -> Any:
    """Puts the arrays in the place of what stands for them."""
    if isinstance(item, _Array):
        item = item.value
    if isinstance(item, list):
        return [x.value if isinstance(x, _Array) else x for x in item]
    if isinstance(item, _Dtype | _Global):
        raise ValueError("a dtype instead of data")
    return item
