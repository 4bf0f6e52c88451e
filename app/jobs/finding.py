"""Searching for faces beside the window: the finder in memory, the queue of photos, the search of a video."""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QThreadPool, Signal
from PySide6.QtGui import QImage

from tinyface_core.types import CancelToken, FindResult, Frame, Progress

from ..models.faces import cut_thumbnails
from .job import Job, Report
from .loading import prepare

LOWEST_LISTED = 0.1
"""Candidates of a lower score are not kept: a folder would fill the memory with hundreds a picture."""


class Finder(Protocol):
    """What the window needs of `tinyface_core.finder.FaceFinder`."""

    def find(self, frame: Frame, cancel: CancelToken | None = None, progress: Progress | None = None) -> FindResult:
        """All face candidates of a frame."""
        ...


@dataclass(frozen=True, slots=True)
class FinderChoice:
    """Which finder the user wants; the fields are those of `app.settings.Settings` and its `Effort`."""

    detector: str = ""
    gan: str = ""
    device: str = "auto"
    refine: bool = True
    refine_budget: int = 128
    search_enlarged: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A result with the thumbnails of its faces, cut where the pixels were at hand."""

    result: FindResult
    thumbnails: list[QImage]


def find(finder: Finder, frame: Frame, cancel: CancelToken, progress: Progress | None = None) -> Found:
    """Search a frame, and keep what is worth listing."""
    result = finder.find(frame, cancel, progress)
    result = replace(result, faces=tuple(face for face in result.faces if face.score >= LOWEST_LISTED))
    return Found(result, cut_thumbnails(frame.pixels, result.faces))


def build(choice: FinderChoice) -> Finder:
    """The real finder: imports torch and reads weights, so only a worker thread may call this.

    Raises:
        WeightsError: if no weights are installed, or they are changed.
        ValueError: if there is no such detector or device.
    """
    from tinyface_core.weights import BUNDLED, WeightsError

    if not (BUNDLED / "manifest.json").exists():
        raise WeightsError(
            QCoreApplication.translate(
                "FindQueue", "No models are installed, so nothing can be searched: put weights into {folder}."
            ).format(folder=BUNDLED)
        )
    with _collector_at_rest():
        # One after the other: whoever imports an extension module while torch's libraries load waits
        # for them in the system's loader, and holds Python's global lock meanwhile.
        prepare()
        load_torch_libraries()
        from tinyface_core.finder import FinderSettings, build_finder

        settings = FinderSettings(refine=choice.refine, refine_budget=choice.refine_budget)
        finder = build_finder(choice.detector, choice.gan, choice.device, settings, choice.search_enlarged)
        # The first search of all imports a good deal more of torch.
        finder.find(Frame(np.zeros((64, 64, 3), np.uint8), "first search"))
        return finder


_LIBRARIES = (
    ("torch", "lib/libtorch_global_deps.*", ctypes.RTLD_GLOBAL),
    ("torch", "lib/libtorch_python.*", ctypes.RTLD_LOCAL),
    ("triton", "_C/libtriton.*", ctypes.RTLD_LOCAL),
)


def load_torch_libraries() -> None:
    """Load torch's shared libraries before Python does, which would keep every other thread waiting meanwhile.

    Python holds its global lock while it opens a library, but not while it calls a C function.
    Where this does not work nothing is lost: the import of torch loads them.
    """
    dlopen = getattr(ctypes.CDLL(None), "dlopen", None) if os.name == "posix" else None
    if dlopen is None:
        return
    dlopen.restype = ctypes.c_void_p
    for package, library, mode in _LIBRARIES:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            for path in Path(spec.origin).parent.glob(library):
                dlopen(os.fsencode(path), os.RTLD_LAZY | mode)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Python's garbage collector stops every thread, the GUI's too, for as long as it walks torch's many objects.

    It rests while they are made, and leaves them out afterwards: they live as long as the program.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class Engine:
    """Keeps the finder that was used last; safe to ask from any worker thread."""

    def __init__(self, build_finder: Callable[[FinderChoice], Finder] = build) -> None:
        self._build = build_finder
        self._choice: FinderChoice | None = None
        self._finder: Finder | None = None
        self._lock = threading.Lock()

    def finder(self, choice: FinderChoice) -> Finder:
        """The finder for a choice, built if it is another one than last time."""
        with self._lock:
            if self._finder is None or self._choice != choice:
                self._finder = None
                self._finder = self._build(choice)
                self._choice = choice
            return self._finder


class FindQueue(QObject):
    """Searches photos one after the other in the background: the current one, those in sight, the rest."""

    started = Signal(str)
    progress = Signal(str, str, int, int, float)
    """Source, stage, done, total, remaining seconds of the stage (-1: unknown)."""
    found = Signal(str, object)
    """Source, `Found`."""
    failed = Signal(str, str, str)
    """Source, one sentence, details."""
    cancelled = Signal(list)
    """Sources that will not be searched."""
    idle = Signal()

    def __init__(
        self, engine: Engine, load: Callable[[str], Frame], pool: QThreadPool, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._load = load
        self._pool = pool
        self._waiting: dict[str, None] = {}
        self._in_sight: list[str] = []
        self._job: Job | None = None
        self._running = ""
        self.choice = FinderChoice()
        self.finished_count = 0
        self._began = 0.0

    def add(self, sources: Iterable[str]) -> None:
        """Search these too."""
        if not self.waiting_count:
            self._began = time.monotonic()
        self._waiting.update(dict.fromkeys(source for source in sources if source != self._running))
        self._next()

    def put_in_sight(self, sources: list[str]) -> None:
        """The pictures that the user looks at, the most important first; they are searched first."""
        self._in_sight = sources

    def drop(self, source: str) -> None:
        """Do not search this one (it was closed)."""
        self._waiting.pop(source, None)
        if source == self._running and self._job is not None:
            self._job.cancel()

    def cancel(self) -> None:
        """Search no more; the one in work stops soon."""
        given_up = list(self._waiting)
        self._waiting.clear()
        if self._job is not None:
            self._job.cancel()
            given_up.append(self._running)
        if given_up:
            self.cancelled.emit(given_up)

    @property
    def waiting_count(self) -> int:
        """How many are still to be searched, with the one in work."""
        return len(self._waiting) + (self._job is not None)

    @property
    def remaining_seconds(self) -> float:
        """What all that waits will take, judged by what was finished; -1 while nothing was."""
        if not self.finished_count:
            return -1.0
        return (time.monotonic() - self._began) / self.finished_count * self.waiting_count

    def _next(self) -> None:
        if self._job is not None or not self._waiting:
            return
        source = next((s for s in self._in_sight if s in self._waiting), None) or next(iter(self._waiting))
        del self._waiting[source]
        choice = self.choice

        def work(cancel: CancelToken, progress: Progress) -> Found:
            frame = self._load(source)
            progress("load", 0, 1)
            finder = self._engine.finder(choice)
            return find(finder, frame, cancel, progress)

        job = Job(work, self)
        job.progress.connect(lambda *report: self.progress.emit(source, *report))
        job.result.connect(lambda found: self.found.emit(source, found))
        job.failed.connect(lambda sentence, details: self.failed.emit(source, sentence, details))
        job.done.connect(self._finish)
        self._job, self._running = job, source
        self.started.emit(source)
        job.start(self._pool)

    def _finish(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job, self._running = None, ""
        self.finished_count += 1
        if not self._waiting:
            self.finished_count = 0
            self.idle.emit()
        self._next()


def search_video(
    path: Path,
    every: int,
    engine: Engine,
    choice: FinderChoice,
    cancel: CancelToken,
    report: Report,
) -> int:
    """Search every n-th frame of a video, with a partial `Found` for each. Returns how many were searched.

    Raises:
        MediaError: if the video cannot be read.
        Cancelled: once `cancel` is set.
    """
    from tinyface_core.media.video import Video

    report("load", 0, 1)
    finder = engine.finder(choice)
    with Video(path) as video:
        total = max(1, -(-video.frame_estimate // every))
        searched = 0
        for frame in video.frames(every, cancel):
            report.partial(find(finder, frame, cancel))
            searched += 1
            report("video", searched, max(total, searched))
    return searched
