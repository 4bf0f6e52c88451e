"""The order in which a scan takes files: those in view first, and photos before videos."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from tinyface_core.media.sources import is_video


def wanted_first(
    paths: Iterable[Path], wanted: Callable[[], Sequence[Path]], is_left: Callable[[Path], bool]
) -> Iterator[Path]:
    """Each path once: wanted files first, then photos, and videos last, since one may take hours.

    `wanted` is called before each path, and returns a new object if the wish changes. `is_left` tells whether a wanted
    file still has to be scanned.
    """
    early: set[Path] = set()
    wishes: Sequence[Path] = ()
    waiting: Iterator[Path] = iter(())

    def take_wanted() -> Iterator[Path]:
        nonlocal wishes, waiting
        while True:
            if (now := wanted()) is not wishes:
                wishes, waiting = now, iter(now)
            path = next((path for path in waiting if path not in early and is_left(path)), None)
            if path is None:
                return
            early.add(path)
            yield path

    videos: list[Path] = []
    for path in paths:
        yield from take_wanted()
        if is_video(path):
            videos.append(path)
        elif path not in early:
            yield path
    for path in videos:
        yield from take_wanted()
        if path not in early:
            yield path
