"""The order in which a scan takes files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tinyface_core.search.wanted import wanted_first


def paths(names: str) -> list[Path]:
    return [Path(name) for name in names.split()]


def test_what_is_wanted_comes_next_and_each_file_once_and_videos_last() -> None:
    wishes: list[Sequence[Path]] = [()]
    taken: list[str] = []
    listed = paths("a.jpg film.mp4 b.jpg c.jpg d.jpg e.jpg last.mov")
    for path in wanted_first(listed, lambda: wishes[-1], lambda path: path.name not in taken):
        taken.append(path.name)
        if path.name == "a.jpg":
            wishes.append(paths("d.jpg a.jpg last.mov e.jpg"))
        if path.name == "d.jpg":
            wishes.append(paths("c.jpg d.jpg"))
    assert " ".join(taken) == "a.jpg d.jpg c.jpg b.jpg e.jpg film.mp4 last.mov"
