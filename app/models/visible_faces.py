"""Filters and sorts the list of faces, as a proxy model that works with numpy.

`QSortFilterProxyModel` calls Python twice for every comparison. This one filters and sorts 100,000 faces in about 60 ms
each, so that sliders can be dragged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractProxyModel, QModelIndex, QObject, Qt, Signal

from tinyface_core.names import natural_key
from tinyface_core.project.listing import FaceCriteria

from .face_columns import TEXTS, VERDICT_ORDER, Column
from .face_entry import FaceEntry
from .faces import FacesModel
from .index import NO_PARENT, Index

_MOST_STEPS = 64
_MOST_MOVES = 300_000
"""Each step moves all rows after it; past this many it is cheaper to begin anew."""
_Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class FaceFilter(FaceCriteria):
    """Filter for faces.

    Attributes:
        ids: ids of the faces that match `question`, as far as known; None for all.
    """

    ids: frozenset[int] | None = None

    def accepts(self, entry: FaceEntry) -> bool:
        """Whether a face with a row is shown; drawn faces are, whatever their score."""
        return (
            entry.frames > 0
            and (entry.drawn or self.lowest_score <= entry.score <= self.highest_score)
            and self.smallest <= entry.size <= self.largest
            and (self.verdicts is None or entry.verdict in self.verdicts)
            and (self.source is None or entry.source == self.source)
            and (self.ids is None or entry.id in self.ids)
        )


class VisibleFaces(QAbstractProxyModel):
    """The faces that pass the filter, sorted."""

    filter_changed = Signal(object)
    """The new `FaceFilter`."""
    order_changed = Signal()
    """The faces are to be in another order; see `order`."""
    excerpt_changed = Signal()
    """Others are the faces of the excerpt, or `listed_of`."""
    more_wanted = Signal()
    """A view shows the last face of an excerpt."""

    def __init__(self, faces: FacesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.faces = faces
        """The model behind."""
        self.filter = FaceFilter()
        """The filter in force; see `set_filter`."""
        self._column: Column | None = None
        self._order_kind = Qt.SortOrder.AscendingOrder
        self._holds = False
        self._late: set[int] = set()
        self._rows: _Rows = np.zeros(0, np.intp)
        self._places: _Rows = np.zeros(0, np.intp)
        self._held_keys: list[int] = []
        self._excerpt: list[int] | None = None
        self._known_answers: tuple[frozenset[int] | None, NDArray[np.bool_]] = None, np.zeros(0, np.bool_)
        self.listed_of: int | None = None
        """How many faces the project has that pass the filter, where an excerpt of them is listed; 0 till counted."""
        self.setSourceModel(faces)
        faces.rowsInserted.connect(self._refresh)
        faces.tracks_changed.connect(self._refresh)
        faces.dataChanged.connect(self._pass_on_data)
        faces.looks_changed.connect(self._follow_looks)
        faces.modelAboutToBeReset.connect(self._begin_reset)
        faces.modelReset.connect(self._end_reset)
        self._set_rows(self._wanted_rows())

    def set_filter(self, wanted: FaceFilter) -> None:
        """Set the filter."""
        if wanted != self.filter:
            self.filter = wanted
            self._go_over_to(self._wanted_rows())
            self._late.clear()
            self.filter_changed.emit(wanted)

    @property
    def order(self) -> tuple[Column | None, bool]:
        """The column by which faces are sorted (None: order of finding), and whether in descending order."""
        return self._column, self._order_kind == Qt.SortOrder.DescendingOrder

    def show_excerpt(self, keys: list[int] | None, of: int | None) -> None:
        """List only these faces, the first of `count`, in this order; None: list all faces as usual."""
        self._excerpt, self.listed_of = keys, of
        self._late.clear()
        self._go_over_to(self._wanted_rows())
        self.excerpt_changed.emit()

    def accepts(self, entry: FaceEntry) -> bool:
        """Whether a face of any frame is shown; for a face of a track, whether the track is."""
        return self.filter.accepts(self.faces.lead(entry))

    def hold_order(self, hold: bool) -> None:
        """Set whether new faces are appended, so that no row moves while the user works, or sorted in."""
        self._holds = hold
        if not hold and self.unsorted:
            self.sort(-1 if self._column is None else self._column, self._order_kind)

    @property
    def unsorted(self) -> int:
        """Number of appended faces that are not sorted in; faces linked since then have no row."""
        known = [row for key in self._late if (row := self.faces.row_of(key)) is not None and row < len(self._places)]
        return int(np.count_nonzero(self._places[known] >= 0))

    def counts(self) -> Counter[str]:
        """Number of faces of each picture that pass the filter, also of pictures that are not shown.

        Not for excerpts, which contain only some of the faces.
        """
        entries = self.faces.entries()
        return Counter(entries[row].source for row in self._passing(replace(self.filter, source=None)).tolist())

    def entries(self) -> list[FaceEntry]:
        """The listed faces, in order."""
        entries = self.faces.entries()
        return [entries[row] for row in self._rows]

    def keys(self, rows: Iterable[int]) -> list[int]:
        """Keys of the faces in these rows."""
        chosen = np.fromiter(rows, np.intp)
        behind = self._rows[chosen[chosen < len(self._rows)]].tolist()
        return [entry.key for entry in map(self.faces.entries().__getitem__, behind)]

    def runs_of(self, keys: Iterable[int]) -> list[tuple[int, int]]:
        """First and last row of every run of rows that have these faces; those that are not shown are in none."""
        behind = [row for key in keys if (row := self.faces.row_of(key)) is not None and row < len(self._places)]
        places = self._places[behind]
        chosen = np.zeros(len(self._rows), np.bool_)
        chosen[places[places >= 0]] = True
        return _runs(chosen)

    def index_of(self, key: int, column: int = 0) -> QModelIndex:
        """Index of a face; invalid if it is not shown."""
        row = self.faces.row_of(key)
        return QModelIndex() if row is None else self.mapFromSource(self.faces.index(row, column))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, stably; -1: in the order of finding."""
        self._column = None if column < 0 else Column(column)
        self._order_kind = order
        self._late.clear()
        if self._excerpt is not None:
            self.order_changed.emit()
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        sources = [self.mapToSource(index) for index in before]
        self._set_rows(self._wanted_rows())
        self.changePersistentIndexList(before, [self.mapFromSource(index) for index in sources])
        self.layoutChanged.emit()

    def mapToSource(self, index: Index) -> QModelIndex:
        """Index in the source model."""
        if not index.isValid() or index.row() >= len(self._rows):
            return QModelIndex()
        return self.faces.index(int(self._rows[index.row()]), index.column())

    def mapFromSource(self, index: Index) -> QModelIndex:
        """Index in this model; invalid if the face is not shown."""
        if not index.isValid() or index.row() >= len(self._places):
            return QModelIndex()
        place = int(self._places[index.row()])
        return QModelIndex() if place < 0 else self.createIndex(place, index.column())

    def index(self, row: int, column: int, parent: Index = NO_PARENT) -> QModelIndex:
        """Index of a cell."""
        if parent.isValid() or not (0 <= row < len(self._rows) and 0 <= column < len(Column)):
            return QModelIndex()
        return self.createIndex(row, column)

    def parent(self, child: Index = NO_PARENT) -> QModelIndex:  # type: ignore[override]
        """A table has no parents."""
        return QModelIndex()

    def canFetchMore(self, parent: Index = NO_PARENT) -> bool:
        """Whether an excerpt can grow."""
        return self._excerpt is not None and len(self._excerpt) < (self.listed_of or 0)

    def fetchMore(self, parent: Index = NO_PARENT) -> None:
        """Request more faces of the excerpt."""
        self.more_wanted.emit()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Number of faces shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        """Titles of the source model; rows are numbered as shown."""
        return self.faces.headerData(section, orientation, role)

    def _passing(self, wanted: FaceFilter) -> _Rows:
        score, size = self.faces.values(Column.SCORE), self.faces.values(Column.SIZE)
        if not len(score):
            return np.zeros(0, np.intp)
        entries = self.faces.entries()
        passes = (score >= wanted.lowest_score) & (score <= wanted.highest_score)
        passes &= self.faces.values(Column.FRAMES) > 0
        if wanted.highest_score < 1:
            # Drawn faces have score 1 and are shown all the same.
            drawn = (row for row in np.flatnonzero(score == 1).tolist() if entries[row].drawn)
            passes[[row for row in drawn if entries[row].frames]] = True
        passes &= (size >= wanted.smallest) & (size <= wanted.largest)
        if wanted.verdicts is not None:
            order = [VERDICT_ORDER[verdict] for verdict in wanted.verdicts]
            passes &= np.isin(self.faces.values(Column.VERDICT), order)
        if wanted.source is not None:
            passes &= self.faces.values(Column.PICTURE) == wanted.source
        if wanted.ids is not None:
            passes &= self._answering(wanted.ids)
        return np.flatnonzero(passes)

    def _answering(self, ids: frozenset[int]) -> NDArray[np.bool_]:
        """For each source row, whether its face is one of these; cached for the steps of a slider."""
        known = self._known_answers[1] if self._known_answers[0] is ids else np.zeros(0, np.bool_)
        new = [entry.id in ids for entry in self.faces.entries()[len(known) :]]
        self._known_answers = ids, np.concatenate([known, np.array(new, np.bool_)])
        return self._known_answers[1]

    def _wanted_rows(self) -> _Rows:
        rows = self._passing(self.filter)
        if self._excerpt is not None:
            of_excerpt = (self.faces.row_of(key) for key in self._excerpt)
            listed = np.array([row for row in of_excerpt if row is not None], np.intp)
            return listed[self._mask(rows)[listed]]
        if self._column is None or not len(rows):
            return rows
        values = self.faces.values(self._column)[rows]
        if self._column in TEXTS:
            values = _places_of(values, _natural if self._column == Column.PICTURE else str)
        if self._order_kind == Qt.SortOrder.AscendingOrder:
            return rows[np.argsort(values, kind="stable")]
        # Falling order with equal ones still in the order found: sort the reversed list, then turn it round.
        return rows[len(rows) - 1 - np.argsort(values[::-1], kind="stable")[::-1]]

    def _set_rows(self, rows: _Rows) -> None:
        self._rows = rows
        self._places = np.full(self.faces.rowCount(), -1, np.intp)
        self._places[rows] = np.arange(len(rows))

    def _refresh(self) -> None:
        wanted = self._wanted_rows()
        self._go_over_to(self._held(self._rows, wanted) if self._holds else wanted)

    def _go_over_to(self, new: _Rows) -> None:
        """Change the shown rows by few removals and insertions, so that selections are preserved."""
        old = self._rows
        kept, known = self._mask(new)[old], self._mask(old)[new]
        removals, insertions = _runs(~kept), _runs(~known)
        steps = len(removals) + len(insertions)
        many = steps > _MOST_STEPS or steps * max(len(old), len(new)) > _MOST_MOVES
        if many or not np.array_equal(old[kept], new[known]):
            self.beginResetModel()
            self._set_rows(new)
            self.endResetModel()
            return
        if not steps:
            self._set_rows(new)
            return
        self._remove(removals)
        for first, last in insertions:
            self.beginInsertRows(QModelIndex(), first, last)
            self._set_rows(np.insert(self._rows, first, new[first : last + 1]))
            self.endInsertRows()

    def _remove(self, runs: list[tuple[int, int]]) -> None:
        for first, last in reversed(runs):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._set_rows(np.delete(self._rows, np.s_[first : last + 1]))
            self.endRemoveRows()

    def _mask(self, rows: _Rows) -> NDArray[np.bool_]:
        mask = np.zeros(self.faces.rowCount(), np.bool_)
        mask[rows] = True
        return mask

    def _pass_on_data(self, first: QModelIndex, last: QModelIndex) -> None:
        places = self._places[first.row() : last.row() + 1]
        shown = places[places >= 0]
        if len(shown):
            self.dataChanged.emit(
                self.index(int(shown.min()), first.column()), self.index(int(shown.max()), last.column())
            )
        if self.filter.verdicts is not None:
            self._drop_refused()

    def _follow_looks(self) -> None:
        if self._column in (Column.GROUP, Column.LIKENESS):
            self.sort(self._column, self._order_kind)

    def _drop_refused(self) -> None:
        """Apply the filter after changed verdicts, but keep the order, so that no row moves while the user works."""
        wanted = self._wanted_rows()
        self._remove(_runs(~self._mask(wanted)[self._rows]))
        if len(wanted) != len(self._rows):
            self._refresh()

    def _begin_reset(self) -> None:
        self._known_answers = None, np.zeros(0, np.bool_)
        entries = self.faces.entries()
        self._held_keys = [entries[row].key for row in self._rows] if self._holds else []
        self.beginResetModel()

    def _end_reset(self) -> None:
        wanted = self._wanted_rows()
        if self._held_keys:
            rows = (self.faces.row_of(key) for key in self._held_keys)
            wanted = self._held(np.array([row for row in rows if row is not None], np.intp), wanted)
        self._set_rows(wanted)
        self.endResetModel()

    def _held(self, before: _Rows, wanted: _Rows) -> _Rows:
        """The wanted rows: previous ones in their order, then new ones."""
        stay = before[self._mask(wanted)[before]]
        if not len(stay):
            return wanted
        late = wanted[~self._mask(stay)[wanted]]
        entries = self.faces.entries()
        self._late.update(entries[row].key for row in late)
        return np.concatenate([stay, late])


def _places_of(column: NDArray[np.object_], key: Callable[[str], Any]) -> NDArray[np.intp]:
    """The rank of each text by `key`; of paths in natural order, as in the film strip."""
    texts: list[str] = column.tolist()
    places = {text: place for place, text in enumerate(sorted(set(texts), key=lambda text: (key(text), text)))}
    return np.fromiter(map(places.__getitem__, texts), np.intp, len(texts))


_natural = lru_cache(maxsize=2**17)(natural_key)  # faces are sorted again with each picture that is searched


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(first), int(after) - 1) for first, after in zip(edges[::2], edges[1::2], strict=True)]
