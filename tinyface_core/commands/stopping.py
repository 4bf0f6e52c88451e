"""Treats SIGTERM and SIGHUP like Ctrl+C: finished work is saved before the command ends; and tells how it goes on."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

ENDINGS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals sent at a logout, at shutdown, or when the terminal is closed."""


FIRST_SIGNAL = 128
"""Exit codes from here on are those of commands that a signal ended; its number is added."""

_IMPORTING = "<frozen importlib"
"""Begin of the names of Python's files that import modules. An error in some places there leaves a lock behind, for
which the other threads would wait for ever."""

_SOON = 0.02
"""Seconds until a signal that came at a bad moment is sent again."""


class EndAsked(KeyboardInterrupt):
    """The system asked the program to end; `exit_code` is that of shells for the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(f"The system asked the program to end ({signal.Signals(number).name}).")
        self.exit_code = FIRST_SIGNAL + number


def exit_code(reason: BaseException) -> int:
    """The exit code of an interrupted command: 130 after Ctrl+C, after a signal of the system 128 plus its number."""
    return reason.exit_code if isinstance(reason, EndAsked) else FIRST_SIGNAL + signal.SIGINT


def ended(reason: BaseException) -> str:
    """What is told of an interrupted command: what ended it, and how it goes on (`going_on`)."""
    return " ".join([str(reason) or "Interrupted.", *getattr(reason, "__notes__", ())])


@contextmanager
def orderly_end() -> Iterator[None]:
    """Raise `EndAsked` in the main thread at the first of these signals, and `KeyboardInterrupt` at Ctrl+C.

    Ignored signals stay ignored (nohup). While Python imports a module, signals wait.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, *ENDINGS)}
    heard = [number for number, handler in before.items() if handler != signal.SIG_IGN]

    def end(number: int, frame: FrameType | None) -> None:
        if frame is not None and frame.f_code.co_filename.startswith(_IMPORTING):
            threading.Timer(_SOON, _send_again, (number,)).start()
            return
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        for other in heard:  # a logout sends both, and saving must not be interrupted
            if other != signal.SIGINT:
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


def apart(work: Callable[[], T]) -> T:
    """The result of some work in a thread of its own, which Ctrl+C leaves behind.

    A network may compute for seconds without a break, in which no signal is handled by the thread that runs it.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=run, name="working", daemon=True).start()
    while not wait([outcome], timeout=_SOON).done:  # Windows handles no signal in an endless wait
        pass
    return outcome.result()


def _send_again(number: int) -> None:
    if sys.platform == "win32":
        signal.raise_signal(number)
    else:  # so that the main thread does not go on waiting
        signal.pthread_kill(threading.main_thread().ident or 0, number)
