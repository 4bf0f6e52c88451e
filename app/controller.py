"""The glue of the window: opened pictures, the current one, its faces, the selected face, the searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from tinyface_core.types import Box, CancelToken, Face, FindResult, Frame, Progress, Verdict

from .jobs.devices import find_devices
from .jobs.face_thumbnails import FaceThumbnails
from .jobs.finding import Engine, FinderChoice, FindQueue, Found, find, search_video
from .jobs.loading import FrameCache, ThumbnailLoader, list_pictures, prepare
from .jobs.video_player import ShownFrame, VideoPlayer
from .models.faces import FaceEntry, FacesModel, cut_thumbnails
from .models.pictures import Picture, PicturesModel, State
from .models.pyramid import Pyramid
from .models.visible_faces import VisibleFaces
from .settings import Settings
from .work import Job, LatestJob, Report, Worker


@dataclass(frozen=True, slots=True)
class Status:
    """What the status bar says of the searches: a sentence, done of total (0: unknown), remaining seconds."""

    sentence: str
    done: int = 0
    total: int = 0
    remaining: float = -1.0
    busy: bool = False


class Controller(QObject):
    """Joins models and jobs; views listen to its signals and call its methods."""

    current_changed = Signal(object)
    """Source of the picture that is shown now, None for none."""
    picture_shown = Signal(object, bool)
    """`Pyramid` of the current picture, and whether the view stays (next frame of a video)."""
    frame_shown = Signal(object)
    """Its `Frame`, or None."""
    message = Signal(str)
    """A sentence in place of the picture."""
    faces_shown = Signal(list)
    """Faces of the current picture that pass the filter, `list[FaceEntry]`."""
    face_selected = Signal(int, bool)
    """Key of the selected face (-1: none), and whether the view should go to it."""
    status_changed = Signal(object)
    """`Status`."""
    devices_found = Signal(object)
    """`list[tinyface_core.device.Device]`, the one that "auto" takes first."""
    failed = Signal(str, str)
    """One sentence for the user, details to copy."""
    video_faces_changed = Signal(list)
    """Frame numbers of the current video in which faces are visible."""

    def __init__(self, settings: Settings, engine: Engine | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.pictures = PicturesModel(self)
        self.faces = FacesModel(self)
        self.visible = VisibleFaces(self.faces, self)
        self.results: dict[tuple[str, int | None], FindResult] = {}
        self.player = VideoPlayer(self)
        self._engine = engine or Engine()
        self._cache = FrameCache()
        self._listing, self._loading, self._finding = Worker(self), Worker(self), Worker(self)
        self._showing = LatestJob(self._loading, priority=1)
        self._thumbnails = ThumbnailLoader(self._cache, self)
        self._face_thumbnails = FaceThumbnails(self.faces, self._cache, self)
        self.queue = FindQueue(self._engine, self._cache.get, self._finding, self)
        self._video_job: Job[int] | None = None
        self._current: str | None = None
        self._frame: Frame | None = None
        self._selected = -1
        self._awaited_face = -1
        self._show_opened = False
        self._refresh = QTimer(self, singleShot=True, interval=0)
        self._refresh.timeout.connect(self._tell_faces)
        # Counts of many pictures and marks of a long video take a moment to gather: not for every single face.
        self._counting = QTimer(self, singleShot=True, interval=150)
        self._counting.timeout.connect(self._tell_counts)
        self._connect()

    def _connect(self) -> None:
        self._thumbnails.ready.connect(self.pictures.set_thumbnail)
        self.pictures.thumbnail_wanted.connect(self._ask_thumbnail)
        self.queue.started.connect(self._tell_started)
        self.queue.progress.connect(self._tell_progress)
        self.queue.result.connect(self._take_found)
        self.queue.failed.connect(self._take_failure)
        self.queue.cancelled.connect(self._take_cancelled)
        self.queue.idle.connect(self._tell_ready)
        self.player.shown.connect(self._show_video_frame)
        self.player.failed.connect(self._tell_unreadable)
        self.player.opened.connect(self._counting.start)
        for changed in (self.visible.filter_changed, self.faces.verdicts_changed, self.faces.rowsInserted):
            changed.connect(lambda *_: self._counting.start())
        self.visible.filter_changed.connect(self._refresh.start)
        self.faces.verdicts_changed.connect(lambda _keys: self._refresh.start())
        self.faces.rowsInserted.connect(self._refresh.start)
        self.faces.modelReset.connect(self._refresh.start)
        self.settings.changed.connect(self._follow_settings)

    # -- opening --------------------------------------------------------------------------------------

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files and folders; the first new one is shown, all are searched if the settings say so."""
        if not paths:
            return
        for path in paths:
            self.settings.remember_recent(path)
        self.status_changed.emit(Status(self.tr("Looking for pictures..."), busy=True))
        wanted = [path.expanduser().absolute() for path in paths]
        state = State.WAITING if self.settings.search_on_open else State.IDLE
        job = self._listing.start(lambda cancel, report: list_pictures(wanted, cancel, report.partial, state))
        self._show_opened = True
        job.then(self._end_opening, self._tell_failure).partial.connect(self._take_pictures)

    def open_image(self, pixels: QImage) -> None:
        """Open a picture from the clipboard; it is kept as a file among the user's own."""
        title = self.tr("Pasted picture")

        def work(_cancel: CancelToken, report: Report) -> int:
            from tinyface_core.project.pasted import save_pasted

            frame = to_frame(pixels, title)
            try:
                path = save_pasted(frame.pixels, title)
            except OSError:
                # It can be looked at all the same, but is part of no project.
                self._cache.pin(frame)
                report.partial([Picture(title)])
                raise
            report.partial([Picture(str(path))])
            return 1

        job = self._loading.start(work)
        self._show_opened = True
        job.then(self._end_opening, self._tell_failure).partial.connect(self._take_pictures)

    def _take_pictures(self, pictures: list[Picture]) -> None:
        new = self.pictures.add(pictures)
        if self.settings.search_on_open:
            self.search(new)
        if self._show_opened:
            self._show_opened = False
            self.show(pictures[0].source)

    def _end_opening(self, count: int) -> None:
        if not count:
            self.failed.emit(self.tr("There are no pictures or videos in that folder."), "")
        if not self.queue.waiting_count:
            self._tell_ready()

    def close_picture(self, source: str) -> None:
        """Close one picture; the next one is shown."""
        row = self.pictures.row_of(source)
        if row < 0:
            return
        self.queue.drop(source)
        self.pictures.remove(source)
        self.faces.remove_picture(source)
        self._cache.forget(source)
        self.results = {key: result for key, result in self.results.items() if key[0] != source}
        left = self.pictures.pictures()
        if source == self._current:
            self.show(left[min(row, len(left) - 1)].source if left else None)

    def close_all(self) -> None:
        """Close everything."""
        self.cancel()
        self.pictures.clear()
        self.faces.clear()
        self.results.clear()
        self.show(None)

    # -- the current picture ----------------------------------------------------------------------------

    @property
    def current(self) -> str | None:
        """Source of the picture that is shown."""
        return self._current

    @property
    def frame(self) -> Frame | None:
        """Its pixels, None while they load."""
        return self._frame

    @property
    def selected(self) -> int:
        """Key of the selected face, -1 for none."""
        return self._selected

    def show(self, source: str | None, number: int = 0) -> None:
        """Make a picture the current one; of a video the frame of that number."""
        if source == self._current and source is not None:
            return
        self._showing.cancel()
        self.player.close()
        self._current, self._frame = source, None
        self.select(-1)
        self.frame_shown.emit(None)
        self.current_changed.emit(source)
        self._refresh.start()
        picture = None if source is None else self.pictures.picture(source)
        if picture is None:
            return
        self.message.emit(self.tr("Opening {name}...").format(name=picture.name))
        if picture.is_video:
            self.player.open(Path(picture.source), number)
            return
        name = picture.source
        job = self._showing.start(lambda _cancel, _report: _ready(self._cache.get(name)))
        job.then(self._show_photo, self._tell_unreadable)

    def show_neighbour(self, by: int) -> None:
        """Go to the next or previous picture."""
        row = self.pictures.row_of(self._current or "") + by
        if 0 <= row < self.pictures.rowCount():
            self.show(self.pictures.pictures()[row].source)

    def _show_photo(self, shown: ShownFrame) -> None:
        if shown.frame.source == self._current:
            self._show(shown, keep_view=False)

    def _show_video_frame(self, shown: ShownFrame) -> None:
        if shown.frame.source == self._current:
            self._show(shown, keep_view=self._frame is not None)

    def _show(self, shown: ShownFrame, keep_view: bool) -> None:
        self._frame = shown.frame
        self.picture_shown.emit(shown.pyramid, keep_view)
        self._tell_faces()
        self.frame_shown.emit(shown.frame)
        if self._awaited_face >= 0:
            self.select(self._awaited_face, go_there=True)

    def _tell_unreadable(self, sentence: str, details: str) -> None:
        self.message.emit(sentence)
        if self._current is not None:
            self.pictures.set_state(self._current, State.FAILED, reason=sentence)

    def current_faces(self) -> list[FaceEntry]:
        """Faces of what is shown that pass the filter, best first."""
        if self._current is None or self._frame is None:
            return []
        accepts = self.visible.filter.accepts
        shown = [e for e in self.faces.entries_of(self._current, self._frame.index) if accepts(e)]
        return sorted(shown, key=lambda entry: -entry.face.score)

    def _tell_faces(self) -> None:
        self.faces_shown.emit(self.current_faces())

    def _tell_counts(self) -> None:
        self.pictures.set_counts(self.visible.counts())
        source, accepts = self._current, self.visible.filter.accepts
        if source is None or not self.player.info.frames:
            return
        self.video_faces_changed.emit(
            sorted(
                index
                for found_in, index in self.results
                if found_in == source
                and index is not None
                and any(accepts(entry) for entry in self.faces.entries_of(source, index))
            )
        )

    # -- faces ------------------------------------------------------------------------------------------

    def select(self, key: int, go_there: bool = False) -> None:
        """Make a face the selected one; `go_there` opens its picture and moves the view."""
        entry = self.faces.entry(key)
        self._awaited_face = -1
        if entry is not None and go_there:
            here = self._frame is not None and self._frame.index == entry.index
            if entry.source != self._current:
                self.show(entry.source, entry.index or 0)
                self._awaited_face = key
                return
            if not here:
                self._awaited_face = key
                if entry.index is not None:
                    self.player.pause()
                    self.player.seek(entry.index)
                return
        self._selected = key if entry is not None else -1
        self.face_selected.emit(self._selected, go_there and self.settings.frame_selected)

    def add_drawn_face(self, box: Box) -> None:
        """A missed face was drawn on what is shown."""
        if self._frame is None:
            return
        thumbnail = cut_thumbnails(self._frame.pixels, [Face(box, 1.0, 1.0)])[0]
        frame = self._frame
        key = self.faces.add_drawn_face(frame.source, box, frame.index, frame.seconds, thumbnail)
        self._tell_faces()
        self.select(key)

    def give_verdict(self, keys: Sequence[int], verdict: Verdict) -> None:
        """Give a verdict to faces."""
        self.faces.set_verdicts(keys, verdict)

    # -- searching --------------------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Load torch and the weights in the background, before they are needed."""
        choice = self._choice()
        self.status_changed.emit(Status(self.tr("Loading the models..."), busy=True))
        self._loading.start(lambda _cancel, _report: prepare(), priority=2)
        job = self._finding.start(lambda _cancel, _report: self._engine.finder(choice), priority=2)
        job.then(lambda _finder: self._tell_ready(), self._tell_no_models)
        self._finding.start(lambda _cancel, _report: find_devices(), priority=2).then(self.devices_found.emit)

    def search(self, sources: Sequence[str]) -> None:
        """Search photos in the background; videos are searched by `search_video`."""
        photos = [s for s in sources if (p := self.pictures.picture(s)) is not None and not p.is_video]
        if not photos:
            return
        self.queue.choice = self._choice()
        self.pictures.set_states(photos, State.WAITING)
        self.queue.prefer([self._current or photos[0]])
        self.queue.add(source for source in photos if source != self.queue.running)

    def search_current(self) -> None:
        """Search what is shown: a photo, or the frame of a video under the cursor."""
        frame = self._frame
        if frame is None:
            return
        if frame.index is None:
            self.search([frame.source])
            return
        choice = self._choice()

        def work(cancel: CancelToken, progress: Progress) -> Found:
            return find(self._engine.finder(choice), frame, cancel, progress)

        self.player.pause()
        job = self._finding.start(work, priority=1)
        job.then(lambda found: self._take_found(frame.source, found), self._tell_failure)
        job.progress.connect(lambda *report: self._tell_progress(frame.source, *report))
        job.done.connect(self._tell_ready)

    def search_video(self) -> None:
        """Search every n-th frame of the current video."""
        picture = None if self._current is None else self.pictures.picture(self._current)
        if picture is None or not picture.is_video or self._video_job is not None:
            return
        source, every, choice = picture.source, self.settings.video_step, self._choice()

        def work(cancel: CancelToken, report: Report) -> int:
            return search_video(Path(source), every, self._engine, choice, cancel, report)

        job = self._video_job = self._finding.start(work)
        self.pictures.set_state(source, State.RUNNING, 0)
        job.progress.connect(lambda *report: self._tell_progress(source, *report))
        job.partial.connect(lambda found: self._take_found(source, found))
        job.then(
            lambda _count: self.pictures.set_state(source, State.DONE),
            lambda *failure: self._take_failure(source, *failure),
        )
        job.cancelled.connect(lambda: self._take_cancelled([source]))
        job.done.connect(self._finish_video)

    def cancel(self) -> None:
        """Stop every search; within a second none runs any more. What is being opened still opens."""
        self.queue.cancel()
        self._finding.cancel()
        self._tell_ready()

    def put_in_sight(self, sources: list[str]) -> None:
        """The film strip shows these: search them first."""
        current = [] if self._current is None else [self._current]
        self.queue.prefer([*current, *sources])

    def stop(self) -> None:
        """End all work; called when the window closes."""
        self.queue.cancel()
        for part in (self._thumbnails, self._face_thumbnails, self.player):
            part.stop()
        for worker in (self._listing, self._loading, self._finding):
            worker.stop()

    def _choice(self) -> FinderChoice:
        s = self.settings
        numbers = s.effort_numbers
        return FinderChoice(s.detector, s.gan, s.device, s.refine, numbers.refine_budget, numbers.search_enlarged)

    def _take_found(self, source: str, found: Found) -> None:
        picture = self.pictures.picture(source)
        if picture is None:
            return
        result = found.result
        self.results[(source, result.index)] = result
        self.faces.add_result(result, found.thumbnails)
        count = sum(1 for entry in self.faces.entries_of(source, result.index) if self._counts(entry))
        if picture.is_video:
            state = State.RUNNING if self._video_job is not None else State.DONE
            self.pictures.set_state(source, state, picture.faces + count)
        else:
            self.pictures.set_state(source, State.DONE, count)
        for remark in result.remarks:
            self.failed.emit(remark, "")

    def _counts(self, entry: FaceEntry) -> bool:
        return replace(self.visible.filter, source=None).accepts(entry)

    def _take_failure(self, source: str, sentence: str, details: str) -> None:
        self.pictures.set_state(source, State.FAILED, reason=sentence)
        if source == self._current or self.pictures.rowCount() == 1:
            self.failed.emit(sentence, details)

    def _take_cancelled(self, sources: list[str]) -> None:
        self.pictures.set_states(sources, State.IDLE)

    def _finish_video(self) -> None:
        self._video_job = None
        self._tell_ready()

    # -- telling ----------------------------------------------------------------------------------------

    def _tell_started(self, source: str) -> None:
        self.pictures.set_state(source, State.RUNNING)
        self._tell_progress(source, "load", 0, 0, -1.0)

    def _tell_progress(self, source: str, stage: str, done: int, total: int, remaining: float) -> None:
        picture = self.pictures.picture(source)
        name = source if picture is None else picture.name
        sentence = f"{name}: {self.stage_name(stage)}"
        waiting, finished = self.queue.waiting_count, self.queue.finished_count
        if waiting + finished > 1 and stage != "video":
            sentence = self.tr("{done} of {total} pictures · {sentence}").format(
                sentence=sentence, done=f"{finished:,}", total=f"{waiting + finished:,}"
            )
            done, total, remaining = finished, waiting + finished, self.queue.remaining_seconds
        self.status_changed.emit(Status(sentence, done, total, remaining, busy=True))

    def stage_name(self, stage: str) -> str:
        """A stage of the search in the user's language."""
        return {
            "load": self.tr("preparing"),
            "detect": self.tr("looking for faces"),
            "crop": self.tr("cutting out candidates"),
            "generate": self.tr("enlarging candidates"),
            "discriminate": self.tr("judging candidates"),
            "merge": self.tr("joining"),
            "video": self.tr("searching frames"),
        }.get(stage, stage)

    def _tell_ready(self) -> None:
        if self.queue.waiting_count == 0 and self._video_job is None:
            self.status_changed.emit(Status(self.tr("Ready")))

    def _tell_failure(self, sentence: str, details: str) -> None:
        self._tell_ready()
        self.failed.emit(sentence, details)

    def _tell_no_models(self, sentence: str, details: str) -> None:
        self.status_changed.emit(Status(self.tr("The models could not be loaded")))
        self.failed.emit(sentence, details)

    def _follow_settings(self, name: str) -> None:
        if name in ("detector", "gan", "device", "effort", "refine", "refine_budget", "search_enlarged"):
            self.queue.choice = self._choice()

    def _ask_thumbnail(self, source: str) -> None:
        picture = self.pictures.picture(source)
        if picture is not None:
            self._thumbnails.ask(source, picture.is_video)


def to_frame(image: QImage, name: str) -> Frame:
    """A frame with its own copy of a picture's pixels."""
    import numpy as np

    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    pixels = rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()
    return Frame(pixels, name)


def _ready(frame: Frame) -> ShownFrame:
    return ShownFrame(frame, Pyramid(frame.pixels))
