# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""How a program ends: one line where the user can help, else a trace."""

import contextlib
import sys
from collections.abc import Iterator

from experiments.common import errors, interruption

__all__ = ["exits_with_message"]


@contextlib.contextmanager
def exits_with_message() -> Iterator[None]:
    """Turns what the user can mend, and signals, into a message and a status.

    The status is 1 after an error, and 128 more than the number of a signal.
    """
    try:
        with interruption.handled():
            yield
    except errors.UserError as error:
        sys.exit(f"error: {error}")
    except interruption.Interrupted as stop:
        print(stop, file=sys.stderr)
        sys.exit(128 + stop.number)
