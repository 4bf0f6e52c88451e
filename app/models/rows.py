"""Row numbers by key, fast for lists with a million rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

_PARTS = 64


class Rows:
    """Rows by unique names.

    Each name has a constant number, and numbers increase from row to row. They are kept in many small dictionaries,
    since each resize of one with a million entries would block the window.
    """

    def __init__(self) -> None:
        self._numbers: tuple[dict[str, int], ...] = tuple({} for _ in range(_PARTS))
        self._listed: list[int] = []
        self._next = 0

    def __contains__(self, name: str) -> bool:
        return name in self._part(name)

    def __getitem__(self, name: str) -> int:
        return bisect_left(self._listed, self._part(name)[name])

    def get(self, name: str) -> int | None:
        """The row of a name; None if it is not in the list."""
        number = self._part(name).get(name)
        return None if number is None else bisect_left(self._listed, number)

    def append(self, names: Sequence[str]) -> None:
        """Append new names."""
        for number, name in enumerate(names, self._next):
            self._part(name)[name] = number
        self._listed += range(self._next, self._next + len(names))
        self._next += len(names)

    def remove(self, row: int, name: str) -> None:
        """Remove the name in a row; the following ones move up."""
        del self._part(name)[name]
        del self._listed[row]

    def _part(self, name: str) -> dict[str, int]:
        return self._numbers[hash(name) % _PARTS]
