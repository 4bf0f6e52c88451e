"""What happens to files of every kind, whole and damaged, as the table in docs/reliability.md.

python -m tests.hostile.table     # writes the table anew
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

from tests.hostile.damage import outcome
from tests.hostile.kinds import KINDS, Kind

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


STATES: dict[str, Callable[[Path], object]] = {
    "whole": lambda _path: None,
    "last tenth lost": lambda path: path.write_bytes((data := path.read_bytes())[: len(data) * 9 // 10]),
    "first tenth lost": lambda path: path.write_bytes((data := path.read_bytes())[len(data) // 10 :]),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "empty": lambda path: path.write_bytes(b""),
    "missing": Path.unlink,
    "a folder": _folder,
    "a pipe": _pipe,
}


def _happens(kind: Kind) -> Iterator[str]:
    """What happens in each of the states."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "event")
        folder.mkdir()
        path = kind.make(folder)
        whole = path.read_bytes()
        for change in STATES.values():
            path.write_bytes(whole)
            change(path)
            yield "read" if outcome(kind, path) == "read" else "refused"
            path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)


def _cell(outcomes: Counter[str]) -> str:
    """One word where all kinds of a group fare alike, else how many are read."""
    if len(outcomes) == 1:
        return next(iter(outcomes))
    return f"{outcomes['read']} of {outcomes.total()} read"


def rows() -> list[str]:
    """The table's lines."""
    lines = [f"| | {' | '.join(STATES)} |", "| --- " * (1 + len(STATES)) + "|"]
    for group, kinds in groupby(KINDS, lambda kind: kind.group):
        members = list(kinds)
        cells = [_cell(Counter(fates)) for fates in zip(*map(_happens, members), strict=True)]
        names = ", ".join(kind.name for kind in members)
        lines.append(f"| {group}: {names} | {' | '.join(cells)} |")
    return lines


def main() -> None:
    """Write the table into the page."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + BEGIN + "\n".join(rows()) + "\n" + END + after, "utf-8")


if __name__ == "__main__":
    main()
