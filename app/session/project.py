"""Keeps the window's models and a project file in agreement: opens, follows and changes files.

There is always a project. Unnamed work is kept in a file in the user's data folder, so that it is not lost, and
"Save project as" gives it a name.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from tinyface_core.project.places import in_project
from tinyface_core.project.query import Answer, Condition, answer
from tinyface_core.project.records import ProjectCounts, ProjectFace
from tinyface_core.project.regions import take_all_regions
from tinyface_core.project.relink import relink
from tinyface_core.types import CancelToken, FindResult

from ..jobs.autosaving import Autosave, OpenFile
from ..jobs.linking import LeftOut
from ..models.pictures import Picture, State
from ..models.tracks import TrackKey, key_of
from ..sentences import in_users_language
from ..style.figures import counted, whole
from ..work import Job, LatestJob, Report, Worker
from .excerpt import Loaded, ProjectExcerpt, is_too_large
from .following import Others, ProjectFollower
from .project_file import ProjectFile, may_be_forgotten
from .project_reading import ProjectRead, listed_pictures, load_project
from .project_writing import ProjectWriter
from .session import Session


@dataclass(frozen=True, slots=True)
class ProjectOffer:
    """The window's project as training data.

    Attributes:
        name: name for the user; empty for unnamed work.
        verdicts, drawn, complete: numbers of verdicts, drawn faces, and pictures in which every face is marked.
    """

    path: Path
    name: str
    verdicts: int
    drawn: int
    complete: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """Result of a scan: pictures, their results without faces, and their faces."""

    pictures: list[Picture]
    results: list[FindResult]
    faces: list[ProjectFace]


@dataclass(frozen=True, slots=True)
class Answered:
    """Matches of a query, and the tracks with a matching face."""

    answer: Answer
    tracks: frozenset[TrackKey]


class ProjectSession(QObject):
    """Joins the window's models with one project file."""

    changed = Signal()
    """Another project is open, or it has another name."""
    loading = Signal()
    """A project is open, and what it holds comes part by part."""
    loaded = Signal()
    """Everything that the project holds is in the window."""
    missing = Signal(int)
    """So many pictures of the project that was opened are not where they were."""
    replaced = Signal(int)
    """The files of so many pictures of the project that was opened are others than were searched."""
    message = Signal(str)
    """A sentence for the status bar."""
    failed = Signal(str, str)
    """One sentence for the user, details to copy."""
    delayed = Signal(str, str)
    """As `failed`, of changes that are kept and tried again until they are `saved`."""
    saved = Signal()
    """Everything told so far is in the file."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = session.settings
        self._file = ProjectFile.unnamed()
        self.is_named = False
        """Whether the user chose the file."""
        self._remembered = False
        self._autosave = Autosave(self._file, self)
        self._worker = Worker(self)
        self._loading = LatestJob(self._worker)
        self._counts: ProjectCounts | None = None
        self._excerpt = ProjectExcerpt(session.visible, self)
        self._excerpt.loaded.connect(self._restore_part)
        self._excerpt.failed.connect(self.failed)
        self._excerpt.reading.connect(session.searches.note_reading)
        session.shown.changed.connect(self._excerpt.show_picture)
        session.faces.searched.connect(lambda *_: self._excerpt.refresh())
        self._told_others = False
        self._place: tuple[str, int] | None = None
        self.follower = ProjectFollower(session.faces.entries, self)
        self.follower.may_look = self._may_look
        self.follower.wrote.connect(self._take_others)
        self.follower.follow(self._file, None)
        self._autosave.failed.connect(self.failed)
        self._autosave.delayed.connect(self.delayed)
        self._autosave.saved.connect(self.saved)
        session.searches.tracks.left_out = self._left_out
        self._writer = ProjectWriter(session, self._autosave, self)
        self._writer.faces_changed.connect(self._remember)
        session.faces.searched.connect(lambda *_: self._remember_search())

    @property
    def path(self) -> Path:
        """The file of the project, named or not."""
        return self._file.path

    @property
    def is_saved(self) -> bool:
        """Whether all changes are in the file."""
        return self._autosave.is_idle

    def can_finish(self) -> bool:
        """Whether no changes are lost if the window is closed now; those that were delayed are tried again."""
        return not self._autosave.is_delayed or self._autosave.finish()

    def offer(self) -> ProjectOffer:
        """The project as training data."""
        entries, pictures = self._session.faces.entries(), self._session.pictures.pictures()
        name = self.path.stem if self.is_named else ""
        if (held := self._counts) is not None:  # as it was opened; the window has not all of it
            return ProjectOffer(self.path, name, held.judged - held.drawn, held.drawn, held.reviewed)
        return ProjectOffer(
            self.path,
            name,
            sum(1 for entry in entries if entry.verdict and not entry.drawn),
            sum(1 for entry in entries if entry.drawn),
            sum(picture.reviewed for picture in pictures),
        )

    def new(self, path: Path) -> None:
        """Start an empty project at `path`; the open one is closed."""
        self._begin(ProjectFile(path, create=True), named=True)
        self._autosave.change(lambda _project: None)  # the file is there from now on

    def close(self) -> None:
        """Start a new unnamed project."""
        self._begin(ProjectFile.unnamed(), named=False)

    def open(self, path: Path) -> None:
        """Open another project; if that fails, the current one stays open and there is a message."""
        self._open(path, None)

    def _open(self, path: Path, place: tuple[str, int] | None) -> None:
        """Open a project at a picture and frame, if it has them."""
        file = ProjectFile(path)
        job = self._worker.start(lambda _cancel, _report: is_too_large(file()))
        job.then(lambda is_large: self._take(file, is_large, place), self.failed.emit)

    def _open_again(self, moved: Mapping[str, str]) -> None:
        """Read the file again at the picture on the screen; `moved`: new places of its pictures."""
        shown = self._session.shown
        source = shown.source or ""
        self._open(self._file.path, (moved.get(source, source), max(shown.player.number, 0)))

    def save_as(self, path: Path) -> None:
        """Continue in a copy at `path`; changes made while it is written are stored there too."""
        before, was_named, file = self._file, self.is_named, ProjectFile(path)

        def work(_cancel: CancelToken, _report: Report) -> None:
            before().save_as(path).close()
            file()

        def go_on(_result: object) -> None:
            self._autosave.use(file)
            self._file, self.is_named, self._remembered = file, True, False
            self.follower.follow(file, None)
            self._remember()
            self.changed.emit()
            self.message.emit(self.tr("Saved as {name}").format(name=path.name))
            if not was_named:
                self._settings.forget_recent(before.path)
                self._autosave.run(lambda _cancel, _report: before.delete())

        def stay(sentence: str, details: str) -> None:
            self._autosave.use(before)
            self.failed.emit(sentence, details)

        self._autosave.hold()
        self._autosave.run(work).then(go_on, stay)

    def relink(self, folder: Path) -> None:
        """Look for missing pictures in a folder."""
        file = self._file
        job = self._worker.start(lambda cancel, report: relink(file(), folder, cancel, report))
        job.then(self._take_relinked, self.failed.emit)

    def take_regions(self) -> None:
        """Import the face regions of the photos as verdicts; existing verdicts do not change."""
        file = self._file
        troubles: list[str] = []

        def work(cancel: CancelToken, _report: Report) -> tuple[int, int]:
            return take_all_regions(file(), lambda _path, error: troubles.append(in_users_language(str(error))), cancel)

        self._autosave.run(work).then(lambda counts: self._take_regions(*counts, troubles), self.failed.emit)

    def _take_regions(self, confirmed: int, added: int, troubles: list[str]) -> None:
        told = self.tr("Faces from regions of photo managers: {confirmed} confirmed, {added} added")
        self.message.emit(told.format(confirmed=whole(confirmed), added=whole(added)))
        if troubles:
            self.failed.emit(troubles[0], "\n".join(troubles))
        if confirmed or added:
            self._open_again({})

    def ask(self, question: Condition) -> Job[Answered]:
        """Find the faces and pictures that match a query; in a large project only pictures."""
        file, with_faces = self._file, not self._excerpt.is_shown
        entries = tuple(self._session.faces.entries()) if with_faces else ()

        def work(_cancel: CancelToken, _report: Report) -> Answered:
            found = answer(file(), question, with_faces)
            tracks = (key for entry in entries if entry.id in found.faces and (key := key_of(entry)) is not None)
            return Answered(found, frozenset(tracks))

        return self._autosave.run(work)

    @property
    def file(self) -> OpenFile:
        """The file, for worker threads."""
        return self._file

    @property
    def is_excerpt(self) -> bool:
        """Whether the project is too large for the window, which then lists only the first of its faces."""
        return self._excerpt.is_shown

    def finish(self) -> None:
        """Write the remaining changes and close the file; for the end of the program."""
        self.follower.stop()
        self._excerpt.stop()
        self._worker.cancel()
        self._autosave.finish()
        self._worker.wait()
        if self._file.close(forget_if_empty=not self.is_named):
            self._settings.forget_recent(self._file.path)

    def _begin(self, file: ProjectFile, named: bool) -> None:
        self._loading.cancel()
        self._session.searches.load(False)
        self._excerpt.show(None)
        self._counts = None
        before, forget = self._file, not self.is_named
        self._session.opened.close_all()
        self._autosave.use(file)
        closing = self._autosave.run(lambda _cancel, _report: before.close(forget_if_empty=forget))
        closing.then(lambda forgotten: self._settings.forget_recent(before.path) if forgotten else None)
        self._file, self.is_named, self._remembered = file, named, False
        self._told_others = False
        self.follower.follow(file, None)
        if named:
            self._remember()
        self.changed.emit()

    def _remember_search(self) -> None:
        if not may_be_forgotten(len(self._session.searches.results)):
            self._remember()

    def _remember(self) -> None:
        if not self._remembered:
            self._remembered = True
            self._settings.remember_recent(self._file.path)

    def _take(self, file: ProjectFile, is_large: bool, place: tuple[str, int] | None) -> None:
        self._begin(file, named=not file.is_unnamed)
        self._place = place
        self._session.searches.load(True)
        self.loading.emit()
        if is_large:
            self._excerpt.show(file)
        missing = self.tr("The file is not where it was: File, Find missing pictures.")
        shown = None if is_large else self._session.visible.filter
        job = self._loading.start(lambda _cancel, report: load_project(file(), missing, shown, report))
        job.partial.connect(self._restore)
        job.then(lambda read: self._finish_loading(file, read), self.failed.emit)

    def _restore(self, part: list[Picture] | Loaded) -> None:
        if isinstance(part, Loaded):
            self._restore_part(part)
            return
        with self._writer.paused():
            self._session.pictures.add(part)
        if self._excerpt.is_shown:
            gc.freeze()  # a million pictures are not to be walked over by every collection of garbage
        if self._place is None:
            self._show_first(part)
        elif self._session.shown.source is None and any(picture.source == self._place[0] for picture in part):
            self._session.shown.show(*self._place)

    def _show_first(self, pictures: Sequence[Picture]) -> None:
        """Show a picture as soon as there is one."""
        if pictures and self._session.shown.source is None:
            self._session.shown.show(pictures[0].source)

    def _may_look(self) -> bool:
        ready = self._file.is_open and self.is_saved and not self._loading.is_busy
        return ready and not self._excerpt.is_shown  # all faces would be compared with all

    def _restore_part(self, part: Loaded) -> None:
        session = self._session
        session.faces.add_saved(part.faces)
        session.searches.results |= {(result.source, result.index): result for result in part.results}
        searched = map(session.pictures.picture, dict.fromkeys(result.source for result in part.results))
        # One that is not where it was has failed, and stays so.
        done = [picture.source for picture in searched if picture is not None and picture.state != State.FAILED]
        session.pictures.set_states(done, State.DONE)

    def _left_out(self, source: str) -> LeftOut:
        file = self._file

        def read(frames: range, cancel: CancelToken) -> list[ProjectFace]:
            self._autosave.await_saved(cancel)
            return file().faces(source, left_out=True, frames=frames)

        return read

    def take_failure(self, source: str, sentence: str, details: str) -> None:
        """Show that a scan could not search a file; the project has the reason already, in the core's own words."""
        with self._writer.paused():
            self._session.searches.take_failure(source, sentence, details)

    def take_scanned(self, scanned: Scanned) -> None:
        """Show the results of a scan; they replace the earlier faces of these pictures."""
        pictures = self._session.pictures
        with self._writer.paused():
            pictures.add([replace(picture, faces=0) for picture in scanned.pictures])
        if not may_be_forgotten(pictures.rowCount()):
            self._remember()
        ids = {face.id for face in scanned.faces}
        entries = [e for r in scanned.results for e in self._session.faces.entries_of(r.source, r.index)]
        self._session.faces.follow([], [], [entry.key for entry in entries if entry.id not in ids])
        self._show_first(scanned.pictures)
        faces = Counter({picture.source: picture.faces for picture in scanned.pictures})
        if self._excerpt.is_shown:
            self._excerpt.refresh()
        else:
            self._restore_part(Loaded(scanned.results, scanned.faces))
            accepts = replace(self._session.visible.filter, source=None).accepts
            found = [e for r in scanned.results for e in self._session.faces.entries_of(r.source, r.index)]
            faces = Counter(entry.source for entry in found if accepts(entry))
        for picture in scanned.pictures:
            pictures.set_state(picture.source, State.DONE, faces[picture.source])

    def _take_others(self, others: Others) -> None:
        """Load changes that another program wrote into the file."""
        if not self._told_others:
            self._told_others = True
            self.failed.emit(
                self.tr("Another window or program also works on this project: its changes are shown here."), ""
            )
        pictures = self._session.pictures
        searched = {picture.source: picture.searched for picture in others.pictures}
        with self._writer.paused():
            pictures.add(listed_pictures(others.pictures))
            for picture in others.pictures:
                pictures.set_reviewed(picture.source, picture.reviewed)
                pictures.set_turn(picture.source, picture.turn)
            self._session.opened.leave_out([p for p in pictures.unsearched() if in_project(p) and p not in searched])
        pictures.set_states([source for source in pictures.unsearched() if searched.get(source)], State.DONE)
        for result in others.results:
            pictures.set_state(result.source, State.DONE)
        self._session.faces.follow(others.changed, others.new, others.gone)
        self._restore_part(Loaded(others.results, []))
        self._show_first(pictures.pictures())
        self._session.searches.tell_ready()

    def _finish_loading(self, file: ProjectFile, read: ProjectRead) -> None:
        self._counts = read.counts
        self._show_first(self._session.pictures.pictures())
        self._session.searches.load(False)
        self.follower.follow(file, read.version)
        self.loaded.emit()
        self.replaced.emit(read.changed)
        self.missing.emit(read.missing)
        self._autosave.fingerprint()

    def _take_relinked(self, moved: dict[str, str]) -> None:
        count = len(moved)
        one, many = self.tr("1 picture was found again"), self.tr("{count} pictures were found again")
        self.message.emit(counted(count, one, many))
        if moved:
            self._open_again(moved)

    def note_contents(self) -> None:
        """Compute missing fingerprints of files in the background, by which moved files are found."""
        self._autosave.fingerprint()
