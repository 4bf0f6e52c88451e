"""Groups of similar faces in the list, and the similarity of each face to a chosen one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..style.figures import decimal, whole
from .face_columns import Column
from .face_entry import FaceEntry

_NOTHING: Mapping[int, int] = MappingProxyType({})


class LookTable:
    """By the ids of faces, as the project has them; both are replaced as a whole."""

    def __init__(self) -> None:
        self.numbers: Mapping[int, int] = _NOTHING
        """Of groups; faces that are alone have none."""
        self.likeness: Mapping[int, float] = _NOTHING
        """To the face that was chosen last, from -1 to 1; of those that were compared."""

    def group(self, entry: FaceEntry) -> int:
        """Number of the face's group, 0 where it is in none."""
        return self.numbers.get(entry.id, 0)

    def value(self, column: Column, entry: FaceEntry) -> float:
        """What a face is sorted by; those in no group come last."""
        if column == Column.GROUP:
            return float(self.group(entry) or "inf")
        return float(self.likeness.get(entry.id, -2.0))

    def text(self, column: Column, entry: FaceEntry) -> str:
        """What the column says of a face."""
        if column == Column.GROUP:
            return whole(number) if (number := self.group(entry)) else ""
        return "" if entry.id not in self.likeness else decimal(self.likeness[entry.id], 2)
