# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Where the time of a TensorFlow program goes, op by op."""

import pathlib
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import tensorflow as tf
from google.protobuf import (
    descriptor_pb2,
    descriptor_pool,
    message,
    message_factory,
)

__all__ = ["op_seconds"]

# What is read of the profiler's file, a protocol buffer `XSpace`: field
# numbers and types as in xplane.proto of OpenXLA's repository, which
# TensorFlow does not offer in its public API. A map is a repeated message of
# a key and a value.
_FIELDS = {
    "Space": [("planes", 1, "Plane", True)],
    "Plane": [
        ("lines", 3, "Line", True),
        ("names", 4, "Entry", True),
    ],
    "Entry": [("key", 1, int, False), ("value", 2, "Kind", False)],
    "Kind": [("name", 2, str, False)],
    "Line": [("events", 4, "Event", True)],
    "Event": [
        ("kind", 1, int, False),
        ("offset_ps", 2, int, False),
        ("duration_ps", 3, int, False),
    ],
}
# "while/body/mul_1:Mul": a node and its type.
_OP = re.compile(r"[^: ]+:(TFImplicit>)?\w+")


def op_seconds(run: Callable[[], Any]) -> Counter[str]:
    """Returns the seconds that each op took while `run()` ran.

    Args:
        run: Returns when its work is done; called once.

    Returns:
        By "node:type", the time within the op and not within another that it
        calls; the profiler's own work on it counts, too.
    """
    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(
            folder,
            tf.profiler.experimental.ProfilerOptions(
                host_tracer_level=2, python_tracer_level=0
            ),
        )
        try:
            run()
        finally:
            tf.profiler.experimental.stop()
        space = _space_type()()
        for path in pathlib.Path(folder).rglob("*.xplane.pb"):
            space.MergeFromString(path.read_bytes())
    seconds = Counter()
    for plane in space.planes:
        names = {entry.key: entry.value.name for entry in plane.names}
        for line in plane.lines:
            spans = [
                (event.offset_ps, event.duration_ps, names[event.kind])
                for event in line.events
                if _OP.fullmatch(names[event.kind])
            ]
            for name, picoseconds in _own_times(spans):
                seconds[name] += picoseconds / 1e12
    return seconds


def _own_times(
    spans: Iterable[tuple[int, int, str]],
) -> Iterator[tuple[str, int]]:
    """Yields durations, and what lies within a span as negative ones of it.

    Args:
        spans: Begin, duration and name; of two, one holds the other, or they
            do not meet.
    """
    open_spans = []
    for begin, duration, name in sorted(spans, key=lambda s: (s[0], -s[1])):
        while open_spans and open_spans[-1][0] <= begin:
            open_spans.pop()
        yield name, duration
        if open_spans:
            yield open_spans[-1][1], -duration
        open_spans.append((begin + duration, name))


def _space_type() -> type[message.Message]:
    """Returns the class of what the file holds."""
    types = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="tf_implicit_profile.proto",
        package="tf_implicit_profile",
        syntax="proto3",
    )
    for name, fields in _FIELDS.items():
        kind = file.message_type.add(name=name)
        for field, number, holds, repeated in fields:
            kind.field.add(
                name=field,
                number=number,
                label=types.LABEL_REPEATED
                if repeated
                else types.LABEL_OPTIONAL,
                type={int: types.TYPE_INT64, str: types.TYPE_STRING}.get(
                    holds, types.TYPE_MESSAGE
                ),
                type_name=f".{file.package}.{holds}"
                if isinstance(holds, str)
                else None,
            )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(
        pool.FindMessageTypeByName(f"{file.package}.Space")
    )
