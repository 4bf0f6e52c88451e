"""Progress of commands on the error stream: bars on a terminal, else an occasional line."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from tinyface_core.pace import Advance, Pace

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

T = TypeVar("T")

SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_DRAWINGS = 0.1


@contextmanager
def shown_progress() -> Iterator[ShownProgress]:
    """A progress display on the error stream, so that the output of a command can be piped."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"))
    # Redrawn on calls, not by a thread: trainings fork processes.
    piped = not sys.stdout.isatty()
    with Bars(*columns, console=console, transient=True, auto_refresh=False, redirect_stdout=not piped) as bars:
        yield _Stages(bars)


def tracked(items: Sequence[T], stage: str) -> Iterator[T]:
    """Yield the items one by one and show how many are done."""
    with shown_progress() as progress:
        for done, item in enumerate(items):
            progress(stage, done, len(items))
            yield item


class ShownProgress(ABC):
    """Called by long work as `progress(stage, done, total)`; stages may be nested."""

    def __init__(self) -> None:
        self._paces: dict[str, Pace] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show the progress of a stage."""
        self.show(stage, self._paces.setdefault(stage, Pace()).advance(time.monotonic(), done, total))

    @abstractmethod
    def show(self, stage: str, advance: Advance) -> None:
        """Show progress with a rate and remaining time that the caller has estimated itself."""


class _Stages(ShownProgress):
    def __init__(self, bars: Bars) -> None:
        super().__init__()
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._drawn = 0.0

    def show(self, stage: str, advance: Advance) -> None:
        """See `ShownProgress`."""
        done, total, said = advance.done, advance.total, _said(advance)
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, said="")
        self._bars.update(self._tasks[stage], completed=done, total=total, visible=done < total, said=said)
        if time.monotonic() - self._drawn > _SECONDS_BETWEEN_DRAWINGS or done == total:
            self._bars.refresh()
            self._drawn = time.monotonic()


class _Lines(ShownProgress):
    """Prints a line with the progress and remaining time of a stage every few seconds."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._told: dict[str, float] = {}

    def show(self, stage: str, advance: Advance) -> None:
        """See `ShownProgress`."""
        now = time.monotonic()
        if stage not in self._told or not advance.done:
            self._told[stage] = now
        elif now - self._told[stage] >= SECONDS_BETWEEN_LINES and advance.done < advance.total:
            self._told[stage] = now
            parts = [f"{advance.done} of {advance.total}", *filter(None, [_said(advance)])]
            self._console.print(f"{stage}: {', '.join(parts)}", highlight=False)


def _said(advance: Advance) -> str:
    left = advance.seconds_left
    duration = f"{left:.0f} s" if left < 100 else f"{left / 60:.0f} min"
    parts = [rate(advance.per_second) if advance.per_second else "", f"about {duration} left" if left >= 0 else ""]
    return ", ".join(filter(None, parts))


def rate(per_second: float) -> str:
    """A rate as text, per second, minute or hour: the first of these units in which it is at least 1."""
    if per_second >= 1:
        return f"{per_second:.0f} a second" if per_second >= 10 else f"{per_second:.1f} a second"
    per_minute = per_second * 60
    return f"{per_minute:.0f} a minute" if per_minute >= 1 else f"{per_minute * 60:.0f} an hour"
