"""All faces of the opened pictures as a Qt table model, with verdicts and notes.

Filter and order are in `VisibleFaces`, what the analyst can undo in `FaceCommands`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from itertools import islice, zip_longest
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage

from tinyface_core.project.records import ProjectFace
from tinyface_core.project.verdicts import carry_over
from tinyface_core.types import LEFT_OUT, FindResult, Verdict

from ..style import colours_of, icon
from ..style.labels import as_tip
from ..work import in_turns
from .face_columns import COLUMN_TEXTS, SORT_VALUES, TEXTS, Column, column_titles
from .face_entry import FaceEntry, describe
from .index import NO_PARENT, Index
from .looks import LookTable
from .thumbnails import Thumbnails
from .tracks import TrackTable
from .verdict import verdict_icon

Fields = Mapping[str, Mapping[int, Any]]
"""New values by field of `FaceEntry` and by key; every field has the same keys in the same order."""

_MOST_AT_ONCE = 500
"""Number of faces changed in one turn of the event loop."""

_MOST_THUMBNAILS = 4000
"""Those of a long video or a large folder would fill the memory."""

KEY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The entry's key, int."""
ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 2
"""The whole `FaceEntry`."""
CROPS_ROLE = int(Qt.ItemDataRole.UserRole) + 3
"""Other good thumbnails of a track, `list[QImage]`."""
GROUP_ROLE = int(Qt.ItemDataRole.UserRole) + 4
"""Number of the group of similar faces; 0 for none."""


class FacesModel(QAbstractTableModel):
    """The faces of all opened pictures, in the order of finding."""

    verdicts_changed = Signal(object)
    """Keys of faces, `tuple[int, ...]`, whose verdict or note has changed."""
    searched = Signal(object, object)
    """A `FindResult` that was added, and its `tuple[FaceEntry, ...]`."""
    written = Signal(object)
    """Faces, `tuple[FaceEntry, ...]`, that the analyst changed or drew."""
    moved = Signal(object)
    """Faces, `tuple[FaceEntry, ...]`, whose motion in other frames has changed."""
    taken = Signal(object)
    """Drawn faces, `tuple[FaceEntry, ...]`, that the analyst deleted."""
    thumbnail_wanted = Signal(object)
    """A visible `FaceEntry` whose thumbnail is missing."""
    note_entered = Signal(int, str)
    """Key of a face, and the note that was typed for it."""
    tracks_changed = Signal()
    """The tracks of faces have changed."""
    looks_changed = Signal()
    """Groups or similarities have changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[FaceEntry] = []
        self._rows: dict[int, int] = {}
        self._rows_of: dict[tuple[str, int | None], list[int]] = {}
        self._thumbnails = Thumbnails[int](_MOST_THUMBNAILS)
        self._values: dict[Column, NDArray[Any]] = {}
        self._changing: deque[Iterator[FaceEntry]] = deque()
        """Pending changes of many faces."""
        self._next_key = 1
        self.tracks = TrackTable()
        """The tracks of the faces."""
        self.looks = LookTable()
        """Groups and similarities of the faces."""

    def entries(self) -> Sequence[FaceEntry]:
        """All faces, row by row."""
        return self._entries

    def entry(self, key: int) -> FaceEntry | None:
        """The face with a key; None after its picture was closed."""
        row = self._rows.get(key)
        return None if row is None else self._entries[row]

    def entries_of(self, source: str, index: int | None = None) -> list[FaceEntry]:
        """The faces of one picture, or of one frame of a video."""
        return [self._entries[row] for row in self._rows_of.get((source, index), ())]

    def thumbnail(self, key: int) -> QImage:
        """Thumbnail of a face; if it is missing, a null image, and the thumbnail is requested."""
        image = self._thumbnails.used(key)
        if image is None and (entry := self.entry(key)) is not None:
            self.thumbnail_wanted.emit(entry)
        return image or QImage()

    def known_thumbnails(self, keys: Iterable[int]) -> dict[int, QImage]:
        """The existing thumbnails of these faces; missing ones are not requested."""
        return {key: self._thumbnails[key] for key in keys if key in self._thumbnails}

    def key_of(self, source: str, index: int | None, id_: int) -> int | None:
        """The key of a face by its id in a picture or frame; None if it is not in the model."""
        return next((entry.key for entry in self.entries_of(source, index) if entry.id == id_), None)

    def lead(self, entry: FaceEntry) -> FaceEntry:
        """The face whose row represents this one: the leading face of its track, or itself."""
        return self.entry(self.tracks.lead(entry)) or entry

    def row_of(self, key: int) -> int | None:
        """Row of the face with a key."""
        return self._rows.get(key)

    def values(self, column: Column) -> NDArray[Any]:
        """Sort keys of a column as an array, by row; NaN or -1 if there is none.

        Verdicts are indices in `VERDICT_ORDER`. The array is cached and must not be changed.
        """
        known = self._values.get(column)
        count = 0 if known is None else len(known)
        if known is None or count < len(self._entries):
            value = self._sort_value(column)
            # An array of texts would have the width of the longest in each row.
            kind = object if column in TEXTS else None
            new = np.array([value(entry) for entry in self._entries[count:]], kind)
            self._values[column] = known = new if known is None or not count else np.concatenate([known, new])
        return known

    def _sort_value(self, column: Column) -> Callable[[FaceEntry], Any]:
        return SORT_VALUES.get(column) or partial(self.looks.value, column)

    def take_key(self) -> int:
        """The key of a new face."""
        self._next_key += 1
        return self._next_key - 1

    def add_result(
        self,
        result: FindResult,
        thumbnails: Sequence[QImage] = (),
        sharpness: Sequence[float] = (),
        least: float = 0,
    ) -> tuple[int, ...]:
        """Add the faces of one frame, in place of those of an earlier search.

        Drawn faces stay. Verdicts and notes are carried over to the new faces that overlap the old ones; an old face
        without such a face stays.

        Args:
            result: result of the search.
            thumbnails: of each of `result.faces`, see `app.models.images.cut_thumbnail`; may be empty.
            sharpness: of each of them, see `tinyface_core.sharpness`; may be empty.
            least: faces of lower scores are only told by `searched`, as left out until linking takes them in.

        Returns:
            The keys of the new faces, in the order of `result.faces`.
        """
        self.finish_changes()
        earlier = [entry for entry in self.entries_of(result.source, result.index) if not entry.drawn]
        found = [
            FaceEntry(result.source, face, result.index, result.seconds, sharpness=sharp, key=self.take_key())
            for face, sharp in zip_longest(result.faces, sharpness)
        ]
        entries = carry_over(earlier, found)
        added, kept = entries[: len(found)], entries[len(found) :]
        faint = {one.key for one in added if one.face.score < least and not (one.verdict or one.note)}
        self._remove({entry.key for entry in earlier} - {entry.key for entry in kept})
        for entry, thumbnail in zip(added, thumbnails, strict=False):
            if not thumbnail.isNull():
                self._thumbnails[entry.key] = thumbnail
        self._append([entry for entry in added if entry.key not in faint])
        told = (one.with_track(LEFT_OUT, settled=False) if one.key in faint else one for one in entries)
        self.searched.emit(result, tuple(told))
        return tuple(entry.key for entry in added)

    def add_saved(self, faces: Sequence[ProjectFace]) -> None:
        """Add faces of a project; those already in the model do not change."""
        self._append(self._new(faces))

    def set_moves(self, entries: Iterable[FaceEntry]) -> None:
        """Set how faces of tracks moved through frames that were not searched."""
        moved = []
        for told in entries:
            row = self._rows.get(told.key)
            if row is not None:
                before = self._entries[row]
                entry = replace(before, moves_before=told.moves_before, moves_behind=told.moves_behind)
                self._entries[row] = entry
                self.tracks.note(before, entry)
                moved.append(entry)
        self.moved.emit(tuple(moved))

    def add_found(self, faces: Sequence[ProjectFace]) -> None:
        """Add faces that a second look has found, or that linking took in."""
        self.put(self._new(faces))

    def _new(self, faces: Sequence[ProjectFace]) -> list[FaceEntry]:
        frames = {(face.source, face.index) for face in faces}
        known = {entry.id for frame in frames for entry in self.entries_of(*frame)}
        return [_entry(face, self.take_key()) for face in faces if face.id not in known]

    def set_thumbnails(self, thumbnails: dict[int, QImage]) -> None:
        """Store thumbnails by key, for faces of a project."""
        known = {key: image for key, image in thumbnails.items() if key in self._rows}
        self._thumbnails.update(known)
        rows = [self._rows[self.tracks.lead(self._entries[self._rows[key]])] for key in known]
        if rows:
            self.dataChanged.emit(self.index(min(rows), Column.FACE), self.index(max(rows), Column.FACE))

    def link(self, tracks: Mapping[int, tuple[int, Verdict, str]]) -> None:
        """Set the tracks that linking assigned to faces, by key, with their verdicts and notes."""
        linked = []
        for key, (track, verdict, note) in tracks.items():
            entry = self.entry(key)
            if entry is not None and not entry.settled:
                said = replace(entry, verdict=entry.verdict or verdict, note=entry.note or note)
                linked.append(said.with_track(track, settled=False))
        self.put(linked)
        self._forget_thumbnails(entry.key for entry in linked if entry.face.track == LEFT_OUT)

    def set_groups(self, numbers: Mapping[int, int]) -> None:
        """Set the groups of faces by id; other faces have none."""
        if numbers != self.looks.numbers:
            self.looks.numbers = numbers
            self._tell_looks(Column.GROUP)

    def set_likeness(self, likeness: Mapping[int, float]) -> None:
        """Set the similarities of faces to a chosen one, by id."""
        self.looks.likeness = likeness
        self._tell_looks(Column.LIKENESS)

    def _tell_looks(self, column: Column) -> None:
        self._values.pop(column, None)
        if self._entries:
            self.dataChanged.emit(self.index(0, column), self.index(len(self._entries) - 1, column))
        self.looks_changed.emit()

    def remove_picture(self, source: str) -> None:
        """Remove the faces of a closed picture."""
        self._remove([entry.key for entry in self._entries if entry.source == source])

    def clear(self) -> None:
        """Remove all faces."""
        self.finish_changes()
        self._remove(list(self._rows))
        self.looks = LookTable()

    def change(self, entries: Iterator[FaceEntry]) -> None:
        """Replace entries; many of them in several turns of the event loop, so that the window is not blocked."""
        self.finish_changes()
        self._changing.append(entries)
        if self._change_some():
            in_turns(self, iter(self._change_some, False))

    def set_fields(self, fields: Fields) -> None:
        """Change faces, as `change`."""
        self.finish_changes()
        # A face whose picture was closed meanwhile is left out.
        entries = (entry for key in next(iter(fields.values())) if (entry := self.entry(key)) is not None)
        self.change(replace(entry, **{name: values[entry.key] for name, values in fields.items()}) for entry in entries)

    def _change_some(self) -> bool:
        """Make a part of the pending changes; returns whether there are more."""
        if self._changing:
            some = list(islice(self._changing[0], _MOST_AT_ONCE))
            if len(some) < _MOST_AT_ONCE:
                self._changing.popleft()
            if some:
                self.put(some)
        return bool(self._changing)

    def finish_changes(self) -> None:
        """Make all pending changes at once, before faces are read, written or changed again."""
        while self._changing:
            self._change_some()

    def put(self, entries: Iterable[FaceEntry], thumbnails: Mapping[int, QImage] | None = None) -> None:
        """Replace or add entries by their keys, with thumbnails of new ones, without an undo step."""
        self._thumbnails.update(thumbnails or {})
        self.written.emit(self._put(entries))

    def follow(self, changed: Sequence[FaceEntry], new: Sequence[ProjectFace], gone: Sequence[int]) -> None:
        """Apply changes that another program made to the project; does not emit `written`."""
        self._put(changed)
        self._remove(gone)
        self.add_saved(new)

    def _put(self, entries: Iterable[FaceEntry]) -> tuple[FaceEntry, ...]:
        new, changed, columns = [], [], set[Column]()
        for entry in entries:
            row = self._rows.get(entry.key)
            if row is None:
                new.append(entry)
            else:
                before = self._entries[row]
                columns |= _changed_columns(before, entry)
                if entry.summary is not before.summary:
                    entry = replace(entry, summary=before.summary)
                self._entries[row] = entry
                self.tracks.note(before, entry)
                changed.append(row)
        self._note_values(changed, columns)
        if new:
            self._append(new)
        else:
            self._follow_tracks()
        if changed:
            self.dataChanged.emit(self.index(min(changed), 0), self.index(max(changed), len(Column) - 1))
            self.verdicts_changed.emit(tuple(self._entries[row].key for row in changed))
        return (*new, *(self._entries[row] for row in changed))

    def take(self, *keys: int) -> None:
        """Remove faces, without an undo step; their thumbnails stay."""
        entries = [entry for key in keys if (entry := self.entry(key)) is not None]
        self._remove(keys, forget_thumbnails=False)
        self.taken.emit(tuple(entries))

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Number of faces."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Titles and tool tips of the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return column_titles()[Column(section)][0]
        if role == Qt.ItemDataRole.ToolTipRole:
            return column_titles()[Column(section)][1]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only notes are editable."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == Column.NOTE:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Data of a cell: text, thumbnail, colour, and the roles of this model."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        column = index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                text = COLUMN_TEXTS.get(Column(column))
                return self.looks.text(Column(column), entry) if text is None else text(entry)
            case Qt.ItemDataRole.DecorationRole:
                if column == Column.FACE:
                    return self.thumbnail((entry if entry.summary is None else entry.summary.best).key)
                if column == Column.VERDICT and entry.verdict:
                    colours = colours_of(QGuiApplication.palette())
                    return icon(verdict_icon(entry.verdict), colours.verdict(entry.verdict))
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(describe(entry))
            case Qt.ItemDataRole.AccessibleTextRole:
                return describe(entry)
            case Qt.ItemDataRole.TextAlignmentRole:
                if column not in (Column.FACE, Column.VERDICT, Column.PICTURE, Column.NOTE):
                    return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case int() if role == KEY_ROLE:
                return entry.key
            case int() if role == ENTRY_ROLE:
                return entry
            case int() if role == GROUP_ROLE:
                return self.looks.group(entry)
            case int() if role == CROPS_ROLE:
                crops = () if entry.summary is None else entry.summary.crops[1:]
                return [image for crop in crops if not (image := self.thumbnail(crop.key)).isNull()]
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for a note that was typed into its cell."""
        if role != Qt.ItemDataRole.EditRole or index.column() != Column.NOTE:
            return False
        self.note_entered.emit(self._entries[index.row()].key, str(value))
        return True

    def _append(self, entries: list[FaceEntry]) -> None:
        if not entries:
            return
        first = len(self._entries)
        self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
        for entry in entries:
            self.tracks.note(None, entry)
        self._entries.extend(replace(entry, summary=None) if entry.summary else entry for entry in entries)
        self._note_rows(first)
        self.endInsertRows()
        self._follow_tracks()

    def _follow_tracks(self) -> None:
        """Update the summaries of tracks."""
        summaries = self.tracks.take_changes()
        rows = []
        for key, summary in summaries.items():
            row = self._rows.get(key)
            if row is not None:
                self._entries[row] = replace(self._entries[row], summary=summary)
                rows.append(row)
                if summary is not None:  # a long video has more crops than fit into memory
                    shown = {crop.key for crop in summary.crops}
                    self._forget_thumbnails(
                        one.key for one in self.tracks.members(self._entries[row]) if one.key not in shown
                    )
        self._note_values(rows, set(Column))
        if rows:
            self.dataChanged.emit(self.index(min(rows), 0), self.index(max(rows), len(Column) - 1))
        if summaries:
            self.tracks_changed.emit()

    def _forget_thumbnails(self, keys: Iterable[int]) -> None:
        for key in keys:
            self._thumbnails.pop(key, None)

    def _note_rows(self, first: int) -> None:
        for row in range(first, len(self._entries)):
            entry = self._entries[row]
            self._rows[entry.key] = row
            self._rows_of.setdefault((entry.source, entry.index), []).append(row)

    def _note_values(self, rows: list[int], columns: Iterable[Column]) -> None:
        for column in columns:
            known = self._values.get(column)
            if known is not None:
                value = self._sort_value(column)
                inside = [row for row in rows if row < len(known)]
                known[inside] = [value(self._entries[row]) for row in inside]

    def _remove(self, keys: Iterable[int], forget_thumbnails: bool = True) -> None:
        gone = set(keys) & self._rows.keys()
        if not gone:
            return
        self.beginResetModel()
        stay = np.ones(len(self._entries), np.bool_)
        stay[[self._rows[key] for key in gone]] = False
        self._values = {column: known[stay[: len(known)]] for column, known in self._values.items()}
        for key in gone:
            self.tracks.note(self._entries[self._rows[key]], None)
        self._entries = [entry for entry in self._entries if entry.key not in gone]
        self._rows.clear()
        self._rows_of.clear()
        self._note_rows(0)
        if forget_thumbnails:
            self._forget_thumbnails(gone)
        self.endResetModel()
        self._follow_tracks()


def _changed_columns(before: FaceEntry, after: FaceEntry) -> set[Column]:
    if before.face is not after.face or before.settled != after.settled:
        return set(Column)
    verdict = {Column.VERDICT} if before.verdict != after.verdict else set()
    return verdict | {Column.NOTE} if before.note != after.note else verdict


_SAVED = attrgetter(*(field.name for field in fields(ProjectFace)))


def _entry(face: ProjectFace, key: int) -> FaceEntry:
    return FaceEntry(*_SAVED(face), key=key)
