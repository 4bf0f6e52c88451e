"""Treats SIGTERM and SIGHUP like Ctrl+C: finished work is saved before the command ends; and tells how it goes on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ENDINGS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals sent at a logout, at shutdown, or when the terminal is closed."""


class EndAsked(KeyboardInterrupt):
    """The system asked the program to end; `exit_code` is that of shells for the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(f"The system asked the program to end ({signal.Signals(number).name}).")
        self.exit_code = 128 + number


@contextmanager
def orderly_end() -> Iterator[None]:
    """Raise `EndAsked` in the main thread at the first of these signals; ignored signals stay ignored (nohup)."""
    before = {number: signal.getsignal(number) for number in ENDINGS}
    heard = [number for number, handler in before.items() if handler != signal.SIG_IGN]

    def end(number: int, _frame: Any) -> None:
        for other in heard:  # a logout sends both, and saving must not be interrupted
            signal.signal(other, lambda *_: None)  # SIG_IGN would raise an error for a pending signal
        raise EndAsked(number)

    for number in heard:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, before[number])


@contextmanager
def going_on(how: str) -> Iterator[None]:
    """Add to the message of an interrupted command how it goes on."""
    try:
        yield
    except KeyboardInterrupt as reason:
        reason.add_note(how)
        raise
