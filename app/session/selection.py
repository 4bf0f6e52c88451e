"""The visible faces and the selected one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from tinyface_core.boxes import best_matches
from tinyface_core.types import Box, Frame, Verdict

from ..models.face_commands import FaceCommands
from ..models.face_entry import FaceEntry
from ..models.images import cut_thumbnail
from ..models.visible_faces import VisibleFaces
from ..settings import Settings
from .shown import ShownPicture
from .tracks import VideoTracks

_SAME_FACE = 0.5
"""IoU with the box of the search before from which a new face is the same."""


class Selection(QObject):
    """Tracks visible and selected faces, and sets verdicts and boxes of faces."""

    faces_shown = Signal(list)
    """Faces of the shown picture or frame that pass the filter, `list[FaceEntry]`."""
    face_selected = Signal(int, bool)
    """Key of the selected face (-1: none), and whether the view should go to it."""
    awaited = Signal(int)
    """Key of a face that will be selected once its picture is loaded: from now on verdicts are meant for it."""
    failed = Signal(str, str)
    """One sentence for the user, details to copy."""

    def __init__(
        self,
        shown: ShownPicture,
        visible: VisibleFaces,
        commands: FaceCommands,
        tracks: VideoTracks,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._shown, self._visible, self._tracks, self._settings = shown, visible, tracks, settings
        self._shown_faces: list[FaceEntry] = []
        self._faces, self._commands = visible.faces, commands
        faces = visible.faces
        self._awaited = -1
        self._insists = False
        self.key = -1
        """Key of the selected face, -1 for none; see `select`."""
        self._selected: FaceEntry | None = None
        self._changed: FaceEntry | None = None
        self._forgetting = QTimer(self, singleShot=True, interval=0)
        self._forgetting.timeout.connect(lambda: setattr(self, "_changed", None))
        for written in (faces.written, faces.taken):
            written.connect(self._note_change)
        self._refresh = QTimer(self, singleShot=True, interval=0)
        self._refresh.timeout.connect(self._look_again)
        changes = (visible.filter_changed, faces.verdicts_changed, faces.rowsInserted, faces.modelReset)
        for changed in (*changes, faces.tracks_changed):
            changed.connect(lambda *_: self._refresh.start())
        tracks.followed.connect(self._refresh.start)
        shown.changed.connect(self._leave)
        shown.frame_shown.connect(self._follow)

    def faces(self) -> list[FaceEntry]:
        """Faces of the shown picture or frame that pass the filter, best first."""
        frame = self._shown.frame
        if frame is None:
            return []
        accepts = self._visible.accepts
        shown = [entry for entry in self._faces.entries_of(frame.source, frame.index) if accepts(entry)]
        return sorted(shown + self._tracks.faces_at(frame), key=lambda entry: -entry.face.score)

    def here(self) -> FaceEntry | None:
        """The selected face in the shown picture or frame; None if it is not there."""
        selected = self._faces.entry(self.key)
        if selected is None:
            return None
        lead = self._faces.tracks.lead
        return next((entry for entry in self._shown_faces if lead(entry) == lead(selected)), None)

    def select(self, key: int, go_there: bool = False) -> None:
        """Select a face; `go_there` opens its picture (of a track that of the best face) and moves the view."""
        entry = self._faces.entry(key)
        if entry is not None and entry.summary is not None and go_there:
            key = entry.summary.best.key
            entry = self._faces.entry(key)
        self.key = key if entry is not None else -1
        self._selected = entry
        self._awaited = -1
        if entry is not None and go_there and not self._is_seen(entry):
            self._awaited = key
            self.awaited.emit(key)
            self._go_to(entry)
        else:
            self.face_selected.emit(self.key, go_there and (self._insists or self._settings.frame_selected))
            self._insists = False

    def visit(self, key: int) -> None:
        """Select a face and zoom to it, whatever the settings."""
        self._insists = True
        self.select(key, go_there=True)

    def visit_undone(self) -> None:
        """Go to the face that an undo step has changed; it may be in another picture."""
        entry = self._changed
        if entry is None:
            return
        if self._faces.entry(entry.key) is not None:
            self.select(entry.key, go_there=True)
        elif not self._is_seen(entry):
            self._go_to(entry)

    def visit_undecided(self, by: int) -> None:
        """Go to the next or previous undecided face of the list, cyclically."""
        entries = self._visible.entries()
        index = self._visible.index_of(self.key)
        here = index.row() if index.isValid() else (-1 if by > 0 else len(entries))
        ring = [(here + by * step) % len(entries) for step in range(1, len(entries) + 1)] if entries else []
        found = next((entries[row] for row in ring if not entries[row].verdict), None)
        if found is not None:
            self.visit(found.key)
        else:
            self.failed.emit(self.tr("No undecided face passes the filters of the list."), "")

    def restore_box(self) -> None:
        """Restore the original box of the selected face."""
        entry = self._faces.entry(self.key)
        if entry is not None and entry.found is not None:
            self.change_box(entry.key, entry.found)

    def select_larger(self, pixels: float) -> None:
        """Select the smallest listed face of at least so many pixels, preferably in the shown picture."""
        large = [entry for entry in self._visible.entries() if entry.face.size >= pixels]
        if large:
            here = self._shown.source
            found = min(large, key=lambda entry: (entry.source != here, entry.face.size))
            self.select(found.key, go_there=True)
        else:
            text = self.tr("No listed face has {pixels} pixels: open another picture, or show all faces.")
            self.failed.emit(text.format(pixels=round(pixels)), "")

    def add_drawn_face(self, box: Box) -> None:
        """Add a face that the user drew in the shown picture or frame."""
        frame = self._shown.frame
        if frame is None:
            return
        key = self._commands.add_drawn_face(
            frame.source, box, frame.index, frame.seconds, cut_thumbnail(frame.pixels, box)
        )
        self._tell_faces()
        self.select(key)

    def change_box(self, key: int, box: Box) -> None:
        """Set the box of a face in the shown picture or frame; if its track has no face there, one is added."""
        frame, entry = self._shown.frame, self._faces.entry(key)
        if frame is None or entry is None:
            return
        thumbnail = cut_thumbnail(frame.pixels, box)
        if self._is_seen(entry):
            self._commands.change_box(key, box, thumbnail)
        else:
            key = self._commands.add_drawn_face(frame.source, box, frame.index, frame.seconds, thumbnail, entry)
        self._tell_faces()  # at once: the next key press starts from it
        self.select(key)

    def split_track(self) -> None:
        """Split the track of the selected face at the shown frame."""
        frame = self._shown.frame
        if frame is not None and frame.index is not None:
            self._tracks.split(self.key, frame.index)

    def give_verdict(self, keys: Sequence[int], verdict: Verdict) -> None:
        """Give a verdict to faces; without keys to the selected one."""
        self._commands.set_verdicts(keys or [self.key], verdict)

    def _is_seen(self, entry: FaceEntry) -> bool:
        frame = self._shown.frame
        return frame is not None and (frame.source, frame.index) == (entry.source, entry.index)

    def _go_to(self, entry: FaceEntry) -> None:
        if entry.source != self._shown.source:
            self._shown.show(entry.source, entry.index or 0)
        elif entry.index is not None:
            self._shown.player.pause()
            self._shown.player.seek(entry.index)

    def _note_change(self, entries: Sequence[FaceEntry]) -> None:
        self._changed = entries[0] if entries else None
        self._forgetting.start()

    def _leave(self, source: str | None) -> None:
        awaited = self._faces.entry(self._awaited)
        if awaited is None or awaited.source != source:
            self.select(-1)
        self._refresh.start()

    def _follow(self, frame: Frame | None) -> None:
        if frame is not None:
            self._tell_faces()
            if self._awaited >= 0:
                self.select(self._awaited, go_there=True)
            elif (here := self.here()) is not None:
                self.key, self._selected = here.key, here
                self.face_selected.emit(self.key, False)

    def _look_again(self) -> None:
        was_here = self.here() is not None
        self._tell_faces()
        if self.key >= 0 and self._faces.entry(self.key) is None:
            self.select(self._successor())
        elif not was_here and self.here() is not None:  # it passes the filter again
            self.face_selected.emit(self.key, False)

    def _successor(self) -> int:
        """Key of the face of a new search that is the selected one of the search before; -1 if there is none."""
        old, new = self._selected, self._shown_faces
        if old is None or not new or (old.source, old.index) != (new[0].source, new[0].index):
            return -1
        (overlap,), (best,) = best_matches(np.array([old.face.box]), np.array([entry.face.box for entry in new]))
        return new[best].key if overlap > _SAME_FACE else -1

    def _tell_faces(self) -> None:
        self._shown_faces = self.faces()
        self.faces_shown.emit(self._shown_faces)
