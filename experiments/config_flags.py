# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""One flag for each field of a binary's configuration."""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from absl import flags

__all__ = ["define", "field", "may_change", "settings"]


def field(
    default: Any,
    help: str,
    *,
    lower: float | None = None,
    upper: float | None = None,
    choices: Sequence[str] | None = None,
    may_change: bool = False,
) -> Any:
    """Returns a field of a configuration dataclass that is a flag, too.

    Args:
        default: Default of both.
        help: What the flag means.
        lower: Smallest value.
        upper: Largest value.
        choices: All values, of a string.
        may_change: Whether a resumed run may have another value.
    """
    metadata = {
        "help": help,
        "lower": lower,
        "upper": upper,
        "choices": choices,
        "may_change": may_change,
    }
    return dataclasses.field(default=default, metadata=metadata)


def define(config_class: type, values: flags.FlagValues) -> None:
    """Defines a flag for each field, by its type.

    Args:
        config_class: Dataclass whose fields are made by `field`, of the types
            bool, int, float, str, or one of these or None.
        values: Where to define them.
    """
    types_ = typing.get_type_hints(config_class)
    for item in dataclasses.fields(config_class):
        options = item.metadata
        arguments = (item.name, item.default, options["help"])
        bounds = {
            "lower_bound": options["lower"],
            "upper_bound": options["upper"],
        }
        kind = _plain_type(types_[item.name])
        if options["choices"]:
            flags.DEFINE_enum(
                item.name,
                item.default,
                list(options["choices"]),
                options["help"],
                flag_values=values,
            )
        elif kind is bool:
            flags.DEFINE_bool(*arguments, flag_values=values)
        elif kind is int:
            flags.DEFINE_integer(*arguments, flag_values=values, **bounds)
        elif kind is float:
            flags.DEFINE_float(*arguments, flag_values=values, **bounds)
        else:
            flags.DEFINE_string(*arguments, flag_values=values)


def settings(
    config_class: type,
    values: flags.FlagValues,
    preset: Mapping[str, Any] = types.MappingProxyType({}),
) -> dict[str, Any]:
    """Returns what the command line says, by name.

    Args:
        config_class: The dataclass.
        values: The parsed flags.
        preset: Values of flags that the command line does not mention.
    """
    return {
        item.name: preset[item.name]
        if item.name in preset and values[item.name].using_default_value
        else values[item.name].value
        for item in dataclasses.fields(config_class)
    }


def may_change(config_class: type) -> frozenset[str]:
    """Returns the names of the fields that a resumed run may change."""
    return frozenset(
        item.name
        for item in dataclasses.fields(config_class)
        if item.metadata["may_change"]
    )


def _plain_type(annotation: Any) -> type:
    """Returns T of T and of `T | None`."""
    kinds = [t for t in typing.get_args(annotation) if t is not type(None)]
    return kinds[0] if kinds else annotation
