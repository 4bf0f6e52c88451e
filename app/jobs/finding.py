"""Searches for faces in worker threads: keeps the finder in memory, queues photos, searches videos."""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QImage

from tinyface_core.media.step import frames_left
from tinyface_core.search_settings import AND, LEAST_KEPT, LEAST_SHOWN, SearchSettings
from tinyface_core.types import CancelToken, FindResult, Frame, KnownFinder, Progress, no_progress

from ..models.images import cut_thumbnail
from ..models.pictures import Picture
from ..work import JobQueue, Report, Work, Worker
from .loading import prepare

if TYPE_CHECKING:
    from tinyface_core.weights import Manifest


@dataclass(frozen=True, slots=True)
class Found:
    """A result with thumbnails of its faces and, for videos, their sharpness.

    They are computed while the pixels are in memory. Faces of a video with low scores have empty thumbnails.
    """

    result: FindResult
    thumbnails: list[QImage]
    sharpness: tuple[float, ...] = ()


def find(finder: KnownFinder, frame: Frame, cancel: CancelToken, progress: Progress = no_progress) -> Found:
    """Search a frame and keep the faces that can be listed: all candidates of a folder would fill the memory."""
    result = finder.find(frame, cancel, progress)
    result = replace(result, faces=result.faces.take(result.faces.scores >= LEAST_KEPT))
    sharp: tuple[float, ...] = ()
    seen = np.ones(len(result.faces), np.bool_)
    if frame.index is not None:
        # Most faces of a video are so faint that no list shows them: if one does, it asks for their thumbnails.
        seen = result.faces.scores >= LEAST_SHOWN
        from tinyface_core.sharpness import sharpness

        sharp = tuple(sharpness(frame.pixels, result.faces.boxes).tolist())
    result = replace(result, cut=frame.cut, turn=frame.turn, every=frame.every)
    images = (cut_thumbnail(frame.pixels, face.box) for face in result.faces.take(seen))
    return Found(result, [next(images) if one else QImage() for one in seen.tolist()], sharp)


def with_votes(choice: SearchSettings, manifest: Manifest) -> SearchSettings:
    """The settings with the names of all detectors that vote, among the installed weights.

    Weights that the user chose replace the first detector of the effort, and the others vote beside them. A chosen
    detector of another kind searches alone.

    Raises:
        WeightsError: if there are none of a detector.
    """
    from tinyface_core.detector.registry import default_detectors

    names = default_detectors(manifest, choice).split(AND)
    if choice.detector:
        weights = {entry.name for entry in manifest.entries if entry.role == "detector"}
        names = [choice.detector, *(names[1:] if choice.detector in weights else ())]
    return replace(choice, detector=AND.join(names))


def build(choice: SearchSettings) -> KnownFinder:
    """Build a finder; imports libraries and reads weights, so only for worker threads.

    Raises:
        WeightsError: if no weights are installed, or they are damaged.
        UserError: if there is no such detector or device.
    """
    from tinyface_core.weights import BUNDLED, WeightsError

    if not (BUNDLED / "manifest.json").exists():
        raise WeightsError(
            QCoreApplication.translate(
                "FindQueue", "No models are installed, so nothing can be searched: put weights into {folder}."
            ).format(folder=BUNDLED)
        )
    # One after the other: whoever imports an extension module while torch's libraries load waits
    # for them in the system's loader, and holds Python's global lock meanwhile.
    prepare()
    from tinyface_core.backends.choice import resolved

    if resolved(choice.runtime).backend == "torch":
        load_torch_libraries()
    from tinyface_core.own_weights import installed_weights
    from tinyface_core.search.finder import build_finder

    finder = build_finder(with_votes(choice, installed_weights()))
    finder.warm_up()  # the first search of all imports a good deal more
    gc.freeze()  # the many objects of libraries live as long as the program
    return finder


_LIBRARIES = (
    ("torch", "lib/libtorch_global_deps.*", ctypes.RTLD_GLOBAL),
    ("torch", "lib/libtorch_python.*", ctypes.RTLD_LOCAL),
    ("triton", "_C/libtriton.*", ctypes.RTLD_LOCAL),
)


def load_torch_libraries() -> None:
    """Load torch's shared libraries in advance, without blocking the other threads.

    Python holds its global lock while it loads a library, but not while it calls a C function.
    If this fails, the import of torch loads them.
    """
    if sys.platform == "win32":
        return
    dlopen = getattr(ctypes.CDLL(None), "dlopen", None)
    if dlopen is None:
        return
    dlopen.restype = ctypes.c_void_p
    for package, library, mode in _LIBRARIES:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            for path in Path(spec.origin).parent.glob(library):
                dlopen(os.fsencode(path), os.RTLD_LAZY | mode)


class Engine:
    """Keeps the last finder; thread-safe."""

    def __init__(self, build_finder: Callable[[SearchSettings], KnownFinder] = build) -> None:
        self._build = build_finder
        self._choice: SearchSettings | None = None
        self._finder: KnownFinder | None = None
        self._lock = threading.Lock()

    def finder(self, choice: SearchSettings) -> KnownFinder:
        """The finder for some settings; built if they differ from the last ones."""
        with self._lock:
            if self._finder is None or self._choice != choice:
                self._finder = None
                self._finder = self._build(choice)
                self._choice = choice
            return self._finder

    def another(self, choice: SearchSettings) -> KnownFinder:
        """A second finder, with settings of its own; the last one is kept."""
        return self._build(choice)


class FindQueue(JobQueue[str, Found]):
    """Searches photos in the background: the shown one, then visible ones, then the rest.

    The pages of a file, except the last one, are partial results.
    """

    def __init__(
        self,
        engine: Engine,
        load: Callable[[str], Frame],
        picture: Callable[[str], Picture | None],
        worker: Worker,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(worker, self._search, parent)
        self._engine, self._load, self._picture = engine, load, picture
        self.choice = SearchSettings()
        """Settings of the waiting searches."""

    def _search(self, source: str) -> Work[Found]:
        choice, picture = self.choice, self._picture(source)

        def work(cancel: CancelToken, report: Report) -> Found:
            if picture is not None and picture.has_pages:
                return _search_pages(picture, self._engine.finder(choice), cancel, report)
            frame = self._load(source)
            report("load", 0, 1)
            return find(self._engine.finder(choice), frame, cancel, report)

        return work


def _search_pages(picture: Picture, finder: KnownFinder, cancel: CancelToken, report: Report) -> Found:
    from tinyface_core.media.pages import Pages
    from tinyface_core.media.turning import turned_frame

    with Pages(Path(picture.source)) as pages:
        found: Found | None = None
        for done, frame in enumerate(pages.frames(cancel=cancel)):
            report("pages", done, pages.frame_estimate)
            if found is not None:
                report.partial(found)
            found = find(finder, turned_frame(frame, picture.turn), cancel)
    assert found is not None  # pages none of which can be read are an error
    return found


def search_video(
    path: Path,
    every: int,
    engine: Engine,
    choice: SearchSettings,
    cancel: CancelToken,
    report: Report,
    searched: Mapping[int, Mapping[str, str]],
) -> None:
    """Search every n-th frame of a video; each is a partial `Found`.

    If `every` is 0, the first frame of each scene is searched. Frames that were searched earlier are left out if it was
    with the same weights, which `searched` gives by frame.

    Raises:
        MediaError: if the video cannot be read.
    """
    from tinyface_core.media.video import Video

    report("load", 0, 1)
    finder = engine.finder(choice)
    done = {frame for frame, weights in searched.items() if weights == finder.weights}
    step = every or 1
    with Video(path) as video:
        total = max(1, -(-video.frame_estimate // step))
        for frame in frames_left(lambda start: video.frames(step, cancel, start), step, done):
            seen = (frame.index or 0) // step
            report("video", seen, max(total, seen))
            if every or frame.cut or not seen:
                report.partial(find(finder, replace(frame, every=every), cancel))
