# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""One flag for each field of a binary's configuration."""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from absl import flags

__all__ = ["define", "define_quick", "field", "may_change", "settings"]

# The flags belong to the program that asks for them: its --help lists them.
flags.disclaim_key_flags()


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
        choices: All values, of a string or of a tuple's elements.
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
            bool, int, float, str, or one of these or None, or a tuple of
            strings: with choices, a flag that can be repeated; without, one
            with commas between.
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
            define_choice = (
                flags.DEFINE_multi_enum if kind is tuple else flags.DEFINE_enum
            )
            define_choice(
                item.name,
                item.default,
                list(options["choices"]),
                options["help"],
                flag_values=values,
            )
        elif kind is tuple:
            flags.DEFINE_list(
                item.name,
                list(item.default),
                options["help"],
                flag_values=values,
            )
        elif kind is bool:
            flags.DEFINE_bool(*arguments, flag_values=values)
        elif kind is int:
            flags.DEFINE_integer(*arguments, flag_values=values, **bounds)
        elif kind is float:
            flags.DEFINE_float(*arguments, flag_values=values, **bounds)
            # NaN is beyond no bound.
            flags.register_validator(
                item.name, _is_finite, "must be finite", flag_values=values
            )
        else:
            flags.DEFINE_string(*arguments, flag_values=values)


def define_quick(preset: Mapping[str, Any], values: flags.FlagValues) -> None:
    """Defines --quick, which is to be the preset of `settings`.

    Args:
        preset: What it sets.
        values: Where to define it.
    """
    flags.DEFINE_bool(
        "quick",
        False,
        "A short look at all of it. Sets, unless given: "
        + ", ".join(f"--{name}={_text(v)}" for name, v in preset.items()),
        flag_values=values,
    )


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
    found = {}
    for item in dataclasses.fields(config_class):
        flag = values[item.name]
        preferred = flag.using_default_value and item.name in preset
        value = preset[item.name] if preferred else flag.value
        # A flag of several values holds a list.
        found[item.name] = tuple(value) if isinstance(value, list) else value
    return found


def may_change(config_class: type) -> frozenset[str]:
    """Returns the names of the fields that a resumed run may change."""
    return frozenset(
        item.name
        for item in dataclasses.fields(config_class)
        if item.metadata["may_change"]
    )


def _is_finite(value: float | None) -> bool:
    return value is None or math.isfinite(value)


def _text(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _plain_type(annotation: Any) -> type:
    """Returns T of T and of `T | None`, tuple of `tuple[T, ...]`."""
    if typing.get_origin(annotation) is tuple:
        return tuple
    kinds = [t for t in typing.get_args(annotation) if t is not type(None)]
    return kinds[0] if kinds else annotation
