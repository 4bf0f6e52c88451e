"""Groups of similar faces in the list, and the similarity of each face to a chosen one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..style.figures import decimal, whole
from .face_columns import Column
from .face_entry import FaceEntry

_NOTHING: Mapping[int, int] = MappingProxyType({})


class LookTable:
    """Groups and similarities by the ids of faces in the project."""

    def __init__(self) -> None:
        self.numbers: Mapping[int, int] = _NOTHING
        """Of groups; faces that are alone have none."""
        self.likeness: Mapping[int, float] = _NOTHING
        """To the face that was chosen last, from -1 to 1; of those that were compared."""

    def group(self, entry: FaceEntry) -> int:
        """Number of the face's group; 0 if it has none."""
        return self.numbers.get(entry.id, 0)

    def value(self, column: Column, entry: FaceEntry) -> float:
        """Sort key of a face; faces without a group come last."""
        if column == Column.GROUP:
            return float(self.group(entry) or "inf")
        return float(self.likeness.get(entry.id, -2.0))

    def text(self, column: Column, entry: FaceEntry) -> str:
        """Text of the column for a face."""
        if column == Column.GROUP:
            return whole(number) if (number := self.group(entry)) else ""
        return "" if entry.id not in self.likeness else decimal(self.likeness[entry.id], 2)
