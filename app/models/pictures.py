"""The opened pictures and videos as a Qt list model: name, state, thumbnail on demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QImage, QTransform

from tinyface_core.names import shown
from tinyface_core.project.records import Remaining

from ..sentences import in_users_language
from ..style.figures import counted
from ..style.labels import as_tip
from .index import NO_PARENT, Index
from .rows import Rows
from .thumbnails import Thumbnails

_MOST_THUMBNAILS = 1000

PICTURE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The whole `Picture`."""


class State(StrEnum):
    """State of a picture; the value is the name of its icon."""

    IDLE = ""
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Picture:
    """One opened photo or video.

    Attributes:
        source: path, or the name of a pasted picture.
        reviewed: whether the analyst has confirmed that every face in it is marked.
        has_pages: whether it has several pages or frames of an animation.
        turn: degrees by which the analyst rotated it clockwise.
        remaining: the rest of an interrupted search of the video.
        changed: whether its file is another one than was searched.
    """

    source: str
    is_video: bool = False
    state: State = State.IDLE
    faces: int = 0
    reason: str = ""
    reviewed: bool = False
    has_pages: bool = False
    turn: int = 0
    remaining: Remaining = Remaining.NOTHING
    changed: bool = False

    @property
    def has_frames(self) -> bool:
        """Whether it has frames or pages."""
        return self.is_video or self.has_pages

    @property
    def name(self) -> str:
        """File name for display."""
        return shown(Path(self.source).name)


class PicturesModel(QAbstractListModel):
    """All opened pictures, in the order of opening."""

    thumbnail_wanted = Signal(object)
    """A visible picture whose thumbnail is missing."""
    reviewed_changed = Signal(object, bool)
    """Source of a picture, and whether the analyst has confirmed that every face is marked."""
    remaining_changed = Signal(object, object)
    """Source of a video, and its `Remaining`."""
    renewed = Signal(object)
    """Source of a picture whose file was changed: what was found in the earlier one does not count any more."""
    turned = Signal(object, int)
    """A rotated `Picture`, and by how many degrees clockwise."""
    failed = Signal(object, str)
    """Source of a picture that cannot be searched, and why."""
    added = Signal(object)
    """New pictures, `list[Picture]`."""
    removed = Signal(object)
    """`list[str]`, sources of pictures that were closed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: list[Picture] = []
        self._rows = Rows()
        self.unsearched_count = 0
        """How many `unsearched` there are."""
        self._counts: dict[str, int] = {}
        self._counted = 0
        self._thumbnails = Thumbnails[str](_MOST_THUMBNAILS)

    def pictures(self) -> Sequence[Picture]:
        """All pictures, row by row."""
        return self._pictures

    def picture(self, source: str) -> Picture | None:
        """The picture with a source; None if it is not open."""
        row = self._rows.get(source)
        return None if row is None else self._pictures[row]

    def row_of(self, source: str) -> int:
        """Row of a picture; -1 if it is not open."""
        return -1 if (row := self._rows.get(source)) is None else row

    def unsearched(self) -> list[str]:
        """Sources of the photos that are neither searched nor waiting for a search."""
        return [p.source for p in self._pictures if _is_unsearched(p)]

    def add(self, pictures: Iterable[Picture]) -> list[str]:
        """Append pictures that are not open yet; returns their sources."""
        new = {p.source: p for p in pictures if p.source not in self._rows}
        if new:
            first = len(self._pictures)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._pictures.extend(new.values())
            self.unsearched_count += sum(map(_is_unsearched, new.values()))
            self._rows.append(list(new))
            self.endInsertRows()
            self.added.emit(list(new.values()))
        return list(new)

    def remove(self, sources: Iterable[str]) -> None:
        """Close pictures."""
        closed = {self._rows[source]: source for source in sources if source in self._rows}
        for row in sorted(closed, reverse=True):
            self.beginRemoveRows(QModelIndex(), row, row)
            self.unsearched_count -= _is_unsearched(self._pictures.pop(row))
            self._rows.remove(row, closed[row])
            self._counted -= row < self._counted
            self._thumbnails.pop(closed[row], None)
            self.endRemoveRows()
        if closed:
            self.removed.emit(list(closed.values()))

    def clear(self) -> None:
        """Close all."""
        self.beginResetModel()
        self._pictures, self._rows, self.unsearched_count, self._counted = [], Rows(), 0, 0
        self._thumbnails.clear()
        self.endResetModel()

    def set_reviewed(self, source: str, reviewed: bool) -> None:
        """Set whether every face of a picture is marked."""
        row = self._rows.get(source)
        if row is not None and self._pictures[row].reviewed != reviewed:
            self._pictures[row] = replace(self._pictures[row], reviewed=reviewed)
            self._changed(row)
            self.reviewed_changed.emit(source, reviewed)

    def set_remaining(self, source: str, remaining: Remaining) -> None:
        """Set the rest of an interrupted search of a video."""
        row = self._rows.get(source)
        if row is not None and self._pictures[row].remaining != remaining:
            self._pictures[row] = replace(self._pictures[row], remaining=remaining)
            self._changed(row)
            self.remaining_changed.emit(source, remaining)

    def renew(self, source: str) -> None:
        """If the file of a picture was changed, forget what was found in the earlier one."""
        row = self._rows.get(source)
        if row is not None and self._pictures[row].changed:
            self._pictures[row] = replace(self._pictures[row], changed=False)
            self.renewed.emit(source)

    def set_turn(self, source: str, turn: int) -> None:
        """Set the rotation of a picture in degrees clockwise."""
        row = self._rows.get(source)
        if row is None or self._pictures[row].turn == turn:
            return
        by = (turn - self._pictures[row].turn) % 360
        self._pictures[row] = replace(self._pictures[row], turn=turn)
        if source in self._thumbnails:
            self._thumbnails[source] = self._thumbnails[source].transformed(QTransform().rotate(by))
        self._changed(row)
        self.turned.emit(self._pictures[row], by)

    def set_state(self, source: str, state: State, faces: int | None = None, reason: str = "") -> None:
        """Set the state of a picture."""
        row = self._rows.get(source)
        if row is None:
            return
        before = self._pictures[row]
        if faces is not None:
            self._counts[source] = faces
        self._put(row, replace(before, state=state, faces=before.faces if faces is None else faces, reason=reason))
        self._changed(row)
        if state == State.FAILED:
            self.failed.emit(source, reason)

    def set_states(self, sources: Sequence[str], state: State) -> None:
        """Set the state of many pictures at once."""
        known = [self._rows[source] for source in sources if source in self._rows]
        rows = [row for row in known if self._pictures[row].state != state]
        for row in rows:
            self._put(row, replace(self._pictures[row], state=state, reason=""))
        self._changed(*rows)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Set how many faces of each searched picture are shown."""
        # Most pictures of a long folder have none, now as before. Of new ones all faces were counted, hidden ones too.
        new, self._counted = self._pictures[self._counted :], len(self._pictures)
        with_faces = {source for source in {**self._counts, **counts} if source in self._rows}
        with_faces |= {picture.source for picture in new if picture.faces}
        self._counts = dict(counts)
        changed = []
        for source in with_faces:
            row = self._rows[source]
            picture = self._pictures[row]
            if picture.faces != counts.get(source, 0) and picture.state != State.FAILED:
                self._pictures[row] = replace(picture, faces=counts.get(source, 0))
                changed.append(row)
        self._changed(*changed)

    def set_thumbnail(self, source: str, image: QImage) -> None:
        """Store a thumbnail; the least recently shown ones are dropped."""
        self._thumbnails[source] = image
        row = self._rows.get(source)
        if row is not None:
            self._changed(row)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Number of pictures."""
        return 0 if parent.isValid() else len(self._pictures)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Name, thumbnail, state of a picture."""
        if not index.isValid():
            return None
        picture = self._pictures[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return picture.name
            case Qt.ItemDataRole.DecorationRole:
                image = self._thumbnails.used(picture.source)
                if image is None:
                    self.thumbnail_wanted.emit(picture.source)
                return image
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(f"{shown(picture.source)}\n{self.state_text(picture)}".strip())
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{picture.name}, {self.state_text(picture)}"
            case int() if role == PICTURE_ROLE:
                return picture
        return None

    def state_text(self, picture: Picture) -> str:
        """Text of the state for the user."""
        match picture.state:
            case State.WAITING:
                return self.tr("waiting")
            case State.RUNNING:
                return self.tr("searching")
            case State.DONE:
                faces = counted(picture.faces, self.tr("1 face"), self.tr("{count} faces"))
                return self.tr("{faces}, search interrupted").format(faces=faces) if picture.remaining else faces
            case State.FAILED:
                return in_users_language(picture.reason)
        return self.tr("not searched")

    def _put(self, row: int, picture: Picture) -> None:
        self.unsearched_count += _is_unsearched(picture) - _is_unsearched(self._pictures[row])
        self._pictures[row] = picture

    def _changed(self, *rows: int) -> None:
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))


def _is_unsearched(picture: Picture) -> bool:
    return picture.state == State.IDLE and not picture.is_video
