"""How far a command has come, on the error stream: bars on a terminal, elsewhere now and then a line."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from tinyface_core.pace import Pace
from tinyface_core.types import Progress

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

T = TypeVar("T")

SECONDS_BETWEEN_LINES = 5.0
_SECONDS_BETWEEN_DRAWINGS = 0.1


@contextmanager
def shown_progress(console: Console | None = None) -> Iterator[Progress]:
    """Give what long work calls as `progress(stage, done, total)`; stages may run inside each other.

    Args:
        console: by default of the error stream, so that what a command prints can be piped.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars
    from rich.text import Text

    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(console)
        return

    class RateColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(rate(task.speed) if task.speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), RateColumn(), TimeRemainingColumn())
    # Drawn when it is told something, by no thread of its own: trainings fork processes.
    piped = not sys.stdout.isatty()
    with Bars(*columns, console=console, transient=True, auto_refresh=False, redirect_stdout=not piped) as bars:
        yield _Stages(bars)


def tracked(items: Sequence[T], stage: str) -> Iterator[T]:
    """Give the items one after the other, and show how many are done."""
    with shown_progress() as progress:
        for done, item in enumerate(items):
            progress(stage, done, len(items))
            yield item


class _Stages:
    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._drawn = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage)
        elif not done:
            self._bars.reset(self._tasks[stage])
        self._bars.update(self._tasks[stage], completed=done, total=total, visible=done < total)
        if time.monotonic() - self._drawn > _SECONDS_BETWEEN_DRAWINGS or done == total:
            self._bars.refresh()
            self._drawn = time.monotonic()


class _Lines:
    """Prints how far a stage has come, and how long it will take, once it has taken a while."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._paces: dict[str, Pace] = {}
        self._told: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        pace = self._paces.setdefault(stage, Pace())
        pace.see(now, done)
        if stage not in self._told or not done:
            self._told[stage] = now
        elif now - self._told[stage] >= SECONDS_BETWEEN_LINES and done < total and pace.per_second:
            self._told[stage] = now
            left = pace.seconds_for(total - done)
            duration = f"{left:.0f} s" if left < 100 else f"{left / 60:.0f} min"
            self._console.print(
                f"{stage}: {done} of {total}, {rate(pace.per_second)}, about {duration} left", highlight=False
            )


def rate(per_second: float) -> str:
    """In words, in a unit of time in which a whole one is done."""
    if per_second >= 1:
        return f"{per_second:.0f} a second" if per_second >= 10 else f"{per_second:.1f} a second"
    per_minute = per_second * 60
    return f"{per_minute:.0f} a minute" if per_minute >= 1 else f"{per_minute * 60:.0f} an hour"
