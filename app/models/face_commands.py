"""Changes to faces as steps that can be undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage, QUndoCommand, QUndoStack

from tinyface_core.types import NO_TRACK, Box, Face, Origin, Verdict

from ..style.figures import counted
from .face_entry import FaceEntry
from .faces import FacesModel, Fields
from .verdict import verdict_label


class Step(QUndoCommand):
    """A change with functions that make and undo it; consecutive steps of the same `topic` are merged."""

    def __init__(
        self, text: str, make: Callable[[], None], take_back: Callable[[], None], topic: object = None
    ) -> None:
        super().__init__(text)
        self._make, self._take_back, self._topic = make, take_back, topic

    def id(self) -> int:
        """The same for all steps: they may be merged."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Merge a later step with the same topic."""
        if not isinstance(other, Step) or self._topic is None or other._topic != self._topic:
            return False
        self._make = other._make
        return True

    def redo(self) -> None:
        """Make the change."""
        self._make()

    def undo(self) -> None:
        """Undo the change."""
        self._take_back()


class FaceCommands(QObject):
    """Changes to faces that the analyst makes, each as one step of `stack`."""

    def __init__(self, faces: FacesModel, parent: QObject | None = None) -> None:
        super().__init__(parent or faces)
        self._faces = faces
        self.stack = QUndoStack(self)
        faces.note_entered.connect(self.set_note)

    def set_verdicts(self, keys: Iterable[int], verdict: Verdict) -> None:
        """Give a verdict to some faces, as one undo step. Drawn faces that are rejected are deleted."""
        self.set_each(dict.fromkeys(keys, verdict))

    def set_each(self, verdicts: Mapping[int, Verdict]) -> None:
        """Give faces, by key, different verdicts, as one undo step; see `set_verdicts`.

        The verdict of a face applies to its whole track; of several for one track the last one counts.
        """
        faces, before = self._faces, dict[int, Verdict]()
        faces.finish_changes()
        if len(set(verdicts.values())) > 1:
            entries = ((faces.entry(key), verdict) for key, verdict in verdicts.items())
            verdicts = {faces.tracks.lead(entry): verdict for entry, verdict in entries if entry is not None}
        given, deleted = verdicts, dict[int, FaceEntry]()
        if Verdict.NOT_A_FACE in verdicts.values():
            refused = (faces.entry(key) for key, verdict in verdicts.items() if verdict == Verdict.NOT_A_FACE)
            deleted = {one.key: one for one in refused if one is not None and one.drawn and one.face.track < 0}
            given = {key: verdict for key, verdict in verdicts.items() if key not in deleted}

        def changed() -> Iterator[FaceEntry]:
            for key, verdict in given.items():
                entry = faces.entry(key)
                for member in () if entry is None else faces.tracks.members(entry):
                    if member.verdict != verdict:
                        before[member.key] = member.verdict
                        yield replace(member, verdict=verdict)

        is_new = next(changed(), None) is not None
        text = self._verdicts_text(Counter(given.values()))
        both = bool(is_new and deleted)
        if both:
            self.stack.beginMacro(text)
        if is_new:
            take_back = partial(faces.set_fields, {"verdict": before})
            self.stack.push(Step(text, lambda: faces.change(changed()), take_back))
        if deleted:
            put_back = partial(self._faces.put, deleted.values())
            self.stack.push(Step(self._deletion_text(len(deleted)), partial(self._faces.take, *deleted), put_back))
        if both:
            self.stack.endMacro()

    def change_box(self, key: int, box: Box, thumbnail: QImage) -> None:
        """Change the box of a face; consecutive changes of the same face are one undo step."""
        entry = self._faces.entry(key)
        if entry is not None and entry.face.box != box:
            known = self._faces.known_thumbnails([key]).get(key, QImage())
            make, give_back = (
                partial(self._give_box, key, *state) for state in ((box, thumbnail), (entry.face.box, known))
            )
            self.stack.push(Step(self.tr("Change the box"), make, give_back, topic=key))

    def _give_box(self, key: int, box: Box, thumbnail: QImage) -> None:
        entry = self._faces.entry(key)
        if entry is not None:
            self._faces.put([entry.with_box(box)])
            self._faces.set_thumbnails({key: thumbnail})

    def set_note(self, key: int, note: str) -> None:
        """Set the note of a face and its whole track, as one undo step."""
        entry = self._faces.entry(key)
        if entry is not None and entry.note != note:
            before = {member.key: member.note for member in self._faces.tracks.members(entry)}
            self._push_fields(self.tr("Note"), {"note": before}, {"note": dict.fromkeys(before, note)})

    def set_tracks(self, tracks: Mapping[int, int], name: str) -> None:
        """Set the tracks of faces, by key, as one undo step called `name`."""
        entries = [entry for key in tracks if (entry := self._faces.entry(key)) is not None]
        if entries:
            settled = [entry.with_track(tracks[entry.key], settled=True) for entry in entries]
            before, after = (
                {name: {entry.key: getattr(entry, name) for entry in part} for name in ("face", "settled")}
                for part in (entries, settled)
            )
            self._push_fields(name, before, after)

    def _push_fields(self, text: str, before: Fields, after: Fields) -> None:
        self.stack.push(Step(text, partial(self._faces.set_fields, after), partial(self._faces.set_fields, before)))

    def add_drawn_face(
        self,
        source: str,
        box: Box,
        index: int | None = None,
        seconds: float | None = None,
        thumbnail: QImage | None = None,
        lead: FaceEntry | None = None,
    ) -> int:
        """Add a face that the analyst drew, as one undo step; returns its key.

        Its verdict is "confirmed"; as part of the track of `lead` it gets the verdict and note of the track.
        """
        track, said, note = (NO_TRACK, Verdict.CONFIRMED, "")
        if lead is not None:
            track, said, note = lead.face.track, lead.verdict, lead.note
        face = Face(box, 1.0, 1.0, track=track, origin=Origin.DRAWN)
        key, settled = self._faces.take_key(), lead is not None
        entry = FaceEntry(source, face, index, seconds, said, note, drawn=True, settled=settled, key=key)
        thumbnails = {} if thumbnail is None else {key: thumbnail}

        def take_away() -> None:
            nonlocal entry  # with what was said of it meanwhile
            entry = self._faces.entry(key) or entry
            self._faces.take(key)

        self.stack.push(Step(self.tr("Draw a face"), lambda: self._faces.put([entry], thumbnails), take_away))
        return key

    def _verdicts_text(self, counts: Mapping[Verdict, int]) -> str:
        """Name of an undo step that sets the verdicts of so many rows of the list."""
        one, many = self.tr("1 face"), self.tr("{count} faces")
        return ", ".join(f"{verdict_label(verdict)}: {counted(count, one, many)}" for verdict, count in counts.items())

    def _deletion_text(self, count: int) -> str:
        """Name of an undo step that deletes so many drawn faces."""
        return counted(count, self.tr("Delete a drawn face"), self.tr("Delete {count} drawn faces"))
