"""The searches: waiting, running and finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from tinyface_core.project.records import ProjectFace, Remaining
from tinyface_core.redaction.order import SEARCH
from tinyface_core.search_settings import LEAST_SHOWN, SearchSettings
from tinyface_core.types import CancelToken, Detections, FindResult, KnownFinder, Progress

from ..jobs.devices import find_devices
from ..jobs.finding import Engine, FindQueue, Found, find, search_video
from ..jobs.linking import follow, look_again
from ..jobs.loading import prepare_scan
from ..jobs.video_player import VideoInfo
from ..models.face_commands import FaceCommands
from ..models.pictures import State
from ..models.visible_faces import VisibleFaces
from ..sentences import in_users_language
from ..settings import Settings
from ..style.figures import counted, whole
from ..work import Job, Report, Worker
from .shown import ShownPicture
from .status import Status, stage_name
from .tracks import VideoTracks

T = TypeVar("T")

_MOST_FOLLOWING = 50


class Searches(QObject):
    """Searches photos, frames and videos beside the window, and puts what is found into the models."""

    status_changed = Signal(object)
    """`Status`."""
    devices_found = Signal(object)
    """`list[tinyface_core.runtime.Device]`, the one that "auto" takes first."""
    failed = Signal(str, str)
    """One sentence for the user, details to copy."""
    told = Signal(str, str, str)
    """One sentence on a picture, details to copy, its source."""
    eye_moved = Signal(object)
    """Sources of the pictures that are looked at and of those that follow them: they come first."""
    video_faces_changed = Signal(object, object)
    """Frame numbers of the video that is shown in which faces are visible, and how many are in each second."""

    def __init__(
        self,
        shown: ShownPicture,
        visible: VisibleFaces,
        commands: FaceCommands,
        settings: Settings,
        engine: Engine,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._shown, self._pictures = shown, shown.pictures
        self._faces, self._visible = visible.faces, visible
        self._settings, self._engine = settings, engine
        self._worker = Worker(self)
        self._preparing: tuple[Job[Any], ...] = ()
        self._video = ""
        self._video_job: Job[Any] | None = None
        self._waiting_videos: dict[str, Callable[[], None]] = {}
        self._is_loading = False
        self._unread = set[str]()
        self.is_scanning = False
        """Folders are searched beside this; who does that tells of it."""
        self._in_sight: list[str] = []
        self.results: dict[tuple[str, int | None], FindResult] = {}
        """By source and frame number."""
        self.tracks = VideoTracks(visible, commands, self.results, self)
        """Links what is found in videos."""
        self.tracks.failed.connect(self.failed)
        self.queue = FindQueue(engine, shown.cache.get, self._pictures.picture, self._worker, self)
        """The photos."""
        self.queue.started.connect(self._tell_started)
        self.queue.progress.connect(self._tell_progress)
        self.queue.partial.connect(lambda source, found: self._take_found(source, found, State.RUNNING))
        self.queue.result.connect(self._take_found)
        self.queue.failed.connect(self.take_failure)
        self.queue.cancelled.connect(self._take_cancelled)
        self.queue.idle.connect(self.tell_ready)
        self._pictures.renewed.connect(self._forget_search)
        settings.changed.connect(self._follow_settings)
        # Counts of many pictures and marks of a long video take a moment to gather: not for every single face.
        self._counting = QTimer(self, singleShot=True, interval=150)
        self._counting.timeout.connect(self._tell_counts)
        faces = self._faces
        for changed in (visible.filter_changed, faces.verdicts_changed, faces.rowsInserted, faces.tracks_changed):
            changed.connect(lambda *_: self._counting.start())
        shown.player.opened.connect(self._counting.start)
        shown.changed.connect(lambda _source: self._follow_the_eye())

    def load(self, loading: bool) -> None:
        """Faces of a project come part by part, or all have come: then those of each picture are counted."""
        self._is_loading = loading
        self._counting.start()
        if not loading and self._waiting_videos and self._video_job is None:
            self._finish_video()

    def note_reading(self, source: str, reading: bool) -> None:
        """The earlier searches of a picture are being read, or have all come."""
        (self._unread.add if reading else self._unread.discard)(source)
        if source in self._waiting_videos and not self._is_loading and self._video_job is None:
            self._finish_video()

    def warm_up(self, last: Callable[[], object]) -> None:
        """Load the weights in the background, before they are needed; then do what comes `last`."""
        choice = self._settings.search
        self.say(self.tr("Loading the models…"))
        start = self._worker.start
        models = start(lambda _cancel, _report: self._engine.finder(choice), priority=2)
        models.then(lambda _finder: self.tell_ready(), self._tell_no_models)
        devices = start(lambda _cancel, _report: find_devices(), priority=2).then(self.devices_found.emit)
        scan = start(lambda _cancel, _report: prepare_scan(), priority=-1)
        self._preparing = (models, devices, scan, start(lambda _cancel, _report: last(), priority=-1))

    def search(self, sources: Sequence[str]) -> None:
        """Search photos in the background; videos are searched by `search_video`."""
        photos = [s for s in sources if (p := self._pictures.picture(s)) is not None and not p.is_video]
        if not photos:
            return
        self.queue.choice = self._settings.search
        for photo in photos:
            self._pictures.renew(photo)
        self._pictures.set_states(photos, State.WAITING)
        self._follow_the_eye()
        self.queue.add(source for source in photos if source != self.queue.running)

    def redacting_finder(self) -> Callable[[], KnownFinder]:
        """Gives a finder for redacted copies; it loads networks, so only a worker thread may call it."""
        choice = replace(
            self._settings.search,
            effort=SEARCH.effort,
            second_detector=SEARCH.second_detector,
            second_stage=SEARCH.second_stage,
            focus=SEARCH.focus,
        )
        return lambda: self._engine.another(choice)

    def search_rest(self) -> None:
        """Search the photos that no search has seen yet: what an interrupted search left, or what was only opened."""
        self.search(self._pictures.unsearched())

    def search_shown(self) -> None:
        """Search what is shown: a photo, or the frame of a video under the cursor."""
        frame = self._shown.frame
        if frame is None:
            return
        if frame.index is None:
            self.search([frame.source])
            return
        choice = self._settings.search

        def work(cancel: CancelToken, progress: Progress) -> Found:
            return find(self._engine.finder(choice), frame, cancel, progress)

        self._shown.player.pause()
        job = self._worker.start(work, priority=1)
        job.then(lambda found: self._take_found(frame.source, found), self.failed.emit)
        job.progress.connect(lambda *report: self._tell_progress(frame.source, *report))
        job.done.connect(self.tell_ready)

    def search_video(self) -> None:
        """Search the video that is shown as the settings say, and link the faces; or all pages.

        While another is searched, or the same one stops, it waits; and while a project loads, or the searches of this
        one are read, as what is searched of it is not known yet.
        """
        picture = self._shown.picture
        if picture is not None and picture.has_pages:
            self.search([picture.source])
        if picture is None or not picture.is_video:
            return
        begin = partial(self._begin_video, picture.source, self._shown.player.info)
        if self._video_job is None and not self._is_loading and picture.source not in self._unread:
            begin()
        elif self._video_job is None or picture.source != self._video or self._video_job.token.is_set():
            self._waiting_videos[picture.source] = begin
            self._pictures.set_state(picture.source, State.WAITING)

    def _begin_video(self, source: str, info: VideoInfo) -> None:
        picture = self._pictures.picture(source)
        if picture is None:  # closed while it waited
            self._finish_video()
            return
        if picture.changed:
            self._pictures.renew(source)
            ours = (entry for entry in self._faces.entries() if entry.source == source)
            self._faces.take(*(one.key for one in ours if 0 < info.frames <= (one.index or 0)))  # behind its end
        step, choice = self._settings.video_searches, self._settings.search
        every = 0 if step is None else step.frames(info.fps)
        done = self._searched_frames(source, choice)
        is_whole = done.keys() >= set(range(0, info.frames, every) if every else (0,))
        if is_whole and not picture.remaining:  # it came to its end: this is a new search
            done = {}
        self._video = source
        self._pictures.set_state(source, State.RUNNING, picture.faces if done else 0)
        if is_whole and picture.remaining == Remaining.FOLLOWING:
            self._follow_faces(source)
            return
        self._pictures.set_remaining(source, Remaining.SEARCH)

        def work(cancel: CancelToken, report: Report) -> None:
            search_video(Path(source), every, self._engine, choice, cancel, report, done)

        job = self._begin_part(self._worker.start(work))
        job.then(lambda _none: self._link(source))
        job.failed_because.connect(lambda *failure: self.take_failure(source, *failure))
        job.partial.connect(lambda found: self._take_found(source, found, least=LEAST_SHOWN))
        for broken_off in (job.cancelled, job.failed):
            broken_off.connect(lambda *_told: self.tracks.link(source))

    def put_in_sight(self, sources: list[str]) -> None:
        """The film strip shows these: search them first, then those that follow them."""
        self._in_sight = sources
        self._follow_the_eye()

    def forget(self, source: str) -> None:
        """A picture is closed: search it no more, and drop what was found."""
        self.queue.drop(source)
        self.tracks.forget(source)
        self._waiting_videos.pop(source, None)
        if source == self._video and self._video_job is not None:
            self._video_job.cancel()
        self._drop_results(source)

    def cancel(self) -> None:
        """Stop every search; within a second none runs any more. What is being opened still opens."""
        self.queue.cancel()
        waiting = list(self._waiting_videos)
        self._waiting_videos.clear()
        self._take_cancelled(waiting)
        self._worker.cancel(spared=self._preparing)
        if self._video_job is not None:
            self._video_job.cancel()
        self.tell_ready()

    def stop(self) -> None:
        """End all work."""
        self.queue.cancel()
        self._waiting_videos.clear()
        self.tracks.stop()
        self._worker.stop()

    def _follow_the_eye(self) -> None:
        first = [self._shown.source] if self._shown.source is not None else []
        last = self._pictures.row_of(self._in_sight[-1]) if self._in_sight else self._pictures.row_of("".join(first))
        following = self._pictures.pictures()[last + 1 : last + 1 + _MOST_FOLLOWING]
        order = [*first, *self._in_sight, *(picture.source for picture in following)]
        self.queue.prefer(order)
        self.eye_moved.emit(order)

    def _searched_frames(self, source: str, choice: SearchSettings) -> dict[int, dict[str, str]]:
        """Frames of a video that a search as hard as `choice` has done, with its weights."""
        return {
            index: result.weights
            for (found_in, index), result in self.results.items()
            if found_in == source and index is not None and _as_hard(result.settings) == _as_hard(choice)
        }

    def _drop_results(self, source: str) -> None:
        for key in [key for key in self.results if key[0] == source]:
            del self.results[key]

    def _forget_search(self, source: str) -> None:
        self._drop_results(source)
        ours = (entry for entry in self._faces.entries() if entry.source == source)
        self._faces.follow([], [], [one.key for one in ours if not (one.drawn or one.verdict or one.note)])

    def _follow_settings(self, name: str) -> None:
        if self._settings.of_search(name):
            self.queue.choice = self._settings.search

    def _take_found(self, source: str, found: Found, state: State = State.DONE, least: float = 0) -> None:
        picture, result = self._pictures.picture(source), found.result
        if picture is None or result.turn != picture.turn:  # closed or turned meanwhile
            return
        self.results[(source, result.index)] = replace(result, faces=Detections.of([], []))
        self._faces.add_result(result, found.thumbnails, found.sharpness, least)
        accepts = replace(self._visible.filter, source=None).accepts
        count = sum(1 for entry in self._faces.entries_of(source, result.index) if accepts(entry))
        if source == self._video and self._video_job is not None:
            state = State.RUNNING
            self.tracks.follow_search(source)
        self._pictures.set_state(source, state, count + (picture.faces if picture.has_frames else 0))
        if source == self._shown.source:  # remarks on others stand above them once they are shown
            seen = () if self._shown.frame is None else self._shown.frame.remarks
            for remark in result.remarks:
                if remark not in seen:
                    self.told.emit(in_users_language(remark), "", source)

    def take_failure(self, source: str, reason: str, details: str) -> None:
        """A picture could not be searched, as the core says; it is told at once where it is looked at."""
        self._pictures.set_state(source, State.FAILED, reason=reason)
        if source == self._shown.source or self._pictures.rowCount() == 1:
            self.told.emit(in_users_language(reason), details, source)

    def _take_cancelled(self, sources: list[str]) -> None:
        searched = {source for source, _index in self.results}
        for kept, state in ((True, State.DONE), (False, State.IDLE)):
            self._pictures.set_states([source for source in sources if (source in searched) == kept], state)

    def _begin_part(self, job: Job[T]) -> Job[T]:
        """A part of the search of `_video` is under way; what becomes of it may begin the next part."""
        source, self._video_job = self._video, job
        job.progress.connect(lambda *told: self._tell_progress(source, *told))
        job.cancelled.connect(lambda: self._take_cancelled([source]))
        job.done.connect(lambda: self._finish_video() if job is self._video_job else None)
        return job

    def _link(self, source: str) -> None:
        """All frames are searched: link the faces."""
        self._tell_progress(source, "link", 0, 0, -1.0)
        job = self._begin_part(self.tracks.link(source))
        job.then(lambda _frames: self._look_again(source), lambda *_told: self._pictures.set_state(source, State.DONE))

    def _look_again(self, source: str) -> None:
        """The faces are linked: look again where a face must be."""
        choice = self._settings.search
        entries, results = tuple(self._faces.entries()), tuple(self.results.values())

        def work(cancel: CancelToken, report: Report) -> list[ProjectFace]:
            return look_again(entries, results, source, self._engine.finder(choice), cancel, report)

        def end(found: list[ProjectFace]) -> None:
            self._faces.add_found(found)
            self._pictures.set_remaining(source, Remaining.FOLLOWING)
            self._follow_faces(source)

        self._begin_part(self._worker.start(work)).then(end, partial(self._fail_part, source))

    def _follow_faces(self, source: str) -> None:
        """The second look is done: follow the faces through the frames that were not searched."""
        entries, results = tuple(self._faces.entries()), tuple(self.results.values())

        def end(_none: None) -> None:
            self._pictures.set_remaining(source, Remaining.NOTHING)
            self._pictures.set_state(source, State.DONE)
            self.tracks.followed.emit()

        job = self._worker.start(lambda cancel, report: follow(entries, results, source, cancel, report))
        self._begin_part(job).then(end, partial(self._fail_part, source))
        job.partial.connect(self._faces.set_moves)

    def _fail_part(self, source: str, *failure: str) -> None:
        """What was found stays, and the search can go on from there."""
        self._pictures.set_state(source, State.DONE)
        self.failed.emit(*failure)

    def _finish_video(self) -> None:
        self._video_job = None
        following = next((source for source in self._waiting_videos if source not in self._unread), None)
        if following is not None:
            self._waiting_videos.pop(following)()
        self.tell_ready()

    def say(self, sentence: str) -> None:
        """Something is under way."""
        self.status_changed.emit(Status(sentence, busy=True))

    def tell_ready(self) -> None:
        """Say so, if nothing is searched any more."""
        if self.queue.waiting_count == 0 and self._video_job is None and not self.is_scanning:
            unsearched = self._pictures.unsearched_count
            sentence = self.tr("Ready")
            if unsearched:
                one, many = self.tr("1 picture is not searched yet"), self.tr("{count} pictures are not searched yet")
                sentence += " · " + counted(unsearched, one, many)
            self.status_changed.emit(Status(sentence, unsearched=unsearched))

    def _tell_started(self, source: str) -> None:
        picture = self._pictures.picture(source)
        self._pictures.set_state(source, State.RUNNING, 0 if picture is not None and picture.has_pages else None)
        self._tell_progress(source, "load", 0, 0, -1.0)

    def _tell_progress(self, source: str, stage: str, done: int, total: int, remaining: float) -> None:
        picture = self._pictures.picture(source)
        sentence = f"{source if picture is None else picture.name}: {stage_name(stage)}"
        waiting, finished = self.queue.waiting_count, self.queue.finished_count
        if waiting + finished > 1 and stage != "video":
            sentence = self.tr("{done} of {total} pictures · {sentence}").format(
                sentence=sentence, done=whole(finished), total=whole(waiting + finished)
            )
            done, total, remaining = finished, waiting + finished, self.queue.remaining_seconds
        self.status_changed.emit(Status(sentence, done, total, remaining, busy=True))

    def _tell_no_models(self, sentence: str, details: str) -> None:
        self.status_changed.emit(Status(self.tr("The models could not be loaded")))
        self.failed.emit(sentence, details)

    def _tell_counts(self) -> None:
        if self._is_loading:
            return
        if self._visible.listed_of is None:
            self._pictures.set_counts(self._visible.counts())
        source = self._shown.source
        if source is not None and self._shown.player.info.frames:
            self.video_faces_changed.emit(*self.tracks.on_time_line(source))


def _as_hard(settings: SearchSettings) -> tuple[object, ...]:
    return (settings.effort, settings.second_stage, settings.budget)
