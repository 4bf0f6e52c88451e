"""A round of review: its faces, their order and the current position."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import chain
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Qt, Signal

from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.types import Verdict

from .face_columns import Column
from .face_commands import FaceCommands
from .face_entry import FaceEntry
from .faces import KEY_ROLE, FacesModel
from .index import NO_PARENT, Index

PAGE = 30
"""Faces that the grid shows at once."""
MOST_OF_GROUP = 99
"""Maximum number of faces of a group on a page: two digits number them."""

MARKED_ROLE = KEY_ROLE + 100
"""Whether a face of the page is marked as an exception."""


class Order(StrEnum):
    """Orders of the faces in a round."""

    DOUBT = "doubt"
    SMALLEST = "smallest"
    LARGEST = "largest"
    GROUP = "group"
    LISTED = "listed"


def _doubt(entry: FaceEntry) -> float:
    return abs(entry.score - LEAST_SHOWN)


_SORT_BY: dict[Order, Callable[[FaceEntry], Any]] = {
    Order.DOUBT: _doubt,
    Order.SMALLEST: lambda entry: entry.size,
    Order.LARGEST: lambda entry: -entry.size,
    Order.GROUP: _doubt,
    Order.LISTED: lambda entry: 0,
}


class ReviewRound(QAbstractListModel):
    """The faces to be reviewed, one by one or in pages; as a Qt model it contains those of the current page."""

    moved = Signal()
    """The current face or page has changed, or the round has ended."""
    progressed = Signal()
    """`judged` has changed."""

    def __init__(self, faces: FacesModel, commands: FaceCommands, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._faces, self._commands = faces, commands
        self._keys: list[int] = []
        self._groups: list[int] = []
        self._rows: dict[int, int] = {}
        self._page: list[int] = []
        self._marked: set[int] = set()
        self._given_marked: set[int] = set()  # when their pages got verdicts
        self._open: set[int] = set()
        self._giving = False
        self.place = 0
        """Row of the current face, or of the first one of the page."""
        faces.verdicts_changed.connect(self._follow)
        faces.rowsInserted.connect(self._come_back)
        faces.modelReset.connect(self._drop_gone)
        faces.dataChanged.connect(lambda *_: self._repaint())

    def begin(self, entries: Iterable[FaceEntry], order: Order) -> None:
        """Start a round with the undecided faces of `entries`."""
        undecided = [entry for entry in entries if entry.verdict == Verdict.UNDECIDED]
        group = self._faces.looks.group
        ordered = sorted(undecided, key=_SORT_BY[order])
        self._groups = []
        if order == Order.GROUP:
            ordered.sort(key=lambda entry: group(entry) or sys.maxsize)
            self._groups = [group(entry) for entry in ordered]
        self._keys = [entry.key for entry in ordered]
        self._rows = {key: row for row, key in enumerate(self._keys)}
        self._open = set(self._keys)
        self._go_to(0)

    @property
    def total(self) -> int:
        """Number of faces in the round."""
        return len(self._keys)

    @property
    def judged(self) -> int:
        """Number of faces with a verdict since."""
        return len(self._keys) - len(self._open)

    @property
    def entry(self) -> FaceEntry | None:
        """The current face; None at the end."""
        return self._faces.entry(self._keys[self.place]) if self.place < len(self._keys) else None

    @property
    def page(self) -> Sequence[int]:
        """Keys of the faces on the page."""
        return self._page

    @property
    def group(self) -> int:
        """Number of the group that the page shows; 0 if pages are not by group."""
        return self._groups[self.place] if self.place < len(self._groups) else 0

    def following(self) -> FaceEntry | None:
        """The face after the current one."""
        row = self._next_open(self.place + 1)
        return self._faces.entry(self._keys[row]) if row < len(self._keys) else None

    def give(self, verdict: Verdict) -> None:
        """Give the current face a verdict and go to the next undecided one."""
        if self.entry is not None:
            self._give({self._keys[self.place]: verdict})
            if verdict != Verdict.UNDECIDED:
                self._go_to(self._next_open(self.place + 1))

    def give_rest(self, verdict: Verdict) -> None:
        """Give the page a verdict, its marked faces the opposite, as one undo step, and go to the next page."""
        contrary = Verdict.NOT_A_FACE if verdict == Verdict.CONFIRMED else Verdict.CONFIRMED
        rest = {key: verdict for key in self._page if key in self._open and key not in self._marked}
        if self._page:
            self._given_marked = self._given_marked.difference(self._page) | self._marked
            self._give(rest | dict.fromkeys(sorted(self._marked), contrary))
            self._go_to(self._next_open(self._end_of_page(self.place)))

    def mark(self, key: int) -> None:
        """Mark a face of the page as an exception, or remove the mark."""
        self._marked ^= {key} & set(self._page)
        self._repaint()

    def go(self, by: int) -> None:
        """Go some faces forwards or backwards without a verdict."""
        self._go_to(min(max(self.place + by, 0), max(len(self._keys) - 1, 0)))

    def turn(self, by: int) -> None:
        """Show the next or the previous page without a verdict."""
        starts, row = [0], 0
        while (row := self._end_of_page(row)) < len(self._keys):
            starts.append(row)
        here = bisect_right(starts, self.place) - 1
        if 0 <= here + by < len(starts):
            self._go_to(starts[here + by])

    def _end_of_page(self, row: int) -> int:
        """The row after the last one of the page that starts with a row."""
        if not self._groups or not self._groups[row]:  # pages of faces that are alone are as others
            return min(row + PAGE, len(self._keys))
        end = bisect_right(self._groups, self._groups[row], row, key=lambda number: number or sys.maxsize)
        return min(end, row + MOST_OF_GROUP)

    def _give(self, verdicts: dict[int, Verdict]) -> None:
        self._giving = True
        try:
            self._commands.set_each(verdicts)
        finally:
            self._giving = False
        self._note(verdicts)
        self.progressed.emit()

    def _note(self, keys: Iterable[int]) -> None:
        for key in keys:
            entry = self._faces.entry(key)
            (self._open.add if entry is not None and not entry.verdict else self._open.discard)(key)

    def _next_open(self, start: int) -> int:
        """Row of the next undecided face, cyclically; the number of rows if there is none."""
        if not self._open:
            return len(self._keys)
        rows = chain(range(start, len(self._keys)), range(min(start, len(self._keys))))
        return next((row for row in rows if self._keys[row] in self._open), len(self._keys))

    def _go_to(self, row: int) -> None:
        self.beginResetModel()
        self.place = row
        end = self._end_of_page(row) if row < len(self._keys) else row
        self._page = [key for key in self._keys[row:end] if self._faces.entry(key) is not None]
        self._marked.clear()
        self.endResetModel()
        self.moved.emit()
        self.progressed.emit()

    def _follow(self, keys: Sequence[int]) -> None:
        """Go back to a face whose verdict was removed elsewhere, for example by undo."""
        if self._giving:
            return
        rows = [self._rows[key] for key in keys if key in self._rows]
        judged = [row for row in rows if self._keys[row] not in self._open]
        self._note(self._keys[row] for row in rows)
        undone = [row for row in judged if self._keys[row] in self._open]
        if undone:
            self._go_to(min(undone))
            self._marked = self._given_marked & self._open & set(self._page)
            self._repaint()
        elif rows and self.entry is not None and self.entry.verdict:
            self._go_to(self._next_open(self.place))
        elif rows:
            self.progressed.emit()

    def _come_back(self, _parent: Index, first: int, last: int) -> None:
        """Go back to drawn faces whose deletion was undone."""
        self._follow([entry.key for entry in self._faces.entries()[first : last + 1]])

    def _drop_gone(self) -> None:
        if self._keys and not self._giving:
            self._note(self._keys)
            self._go_to(self.place if self.entry is not None else self._next_open(self.place))

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Number of faces on the page."""
        return 0 if parent.isValid() else len(self._page)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The same as in the list of faces."""
        if not index.isValid():
            return None
        key = self._page[index.row()]
        row = self._faces.row_of(key)
        if role == MARKED_ROLE:
            return key in self._marked
        return None if row is None else self._faces.index(row, Column.FACE).data(role)

    def _repaint(self) -> None:
        if self._page:
            self.dataChanged.emit(self.index(0), self.index(len(self._page) - 1))
