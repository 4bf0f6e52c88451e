"""Opens frames from photos, multi-page files, videos and folders."""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tinyface_core.media.fetching import local_copy
from tinyface_core.media.images import MediaError, load_image
from tinyface_core.media.own import is_own
from tinyface_core.media.pages import Pages, has_pages
from tinyface_core.media.turning import turned_frame
from tinyface_core.types import CancelToken, Frame, stop_if_asked

PICTURE_SUFFIXES = frozenset((
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".avif", ".tif", ".tiff", ".bmp", ".dib", ".gif", ".heic",
    ".heif", ".jp2", ".ppm", ".pgm", ".pbm", ".tga",
))  # fmt: skip
VIDEO_SUFFIXES = frozenset((
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".wmv", ".flv", ".3gp",
    ".ogv", ".asf", ".vob", ".m2v", ".f4v", ".3g2", ".mxf", ".divx", ".ogm", ".dv", ".ivf", ".y4m", ".h264", ".264",
    ".avc", ".h265", ".265", ".hevc", ".mjpeg", ".mjpg",
))  # fmt: skip
SUFFIXES = PICTURE_SUFFIXES | VIDEO_SUFFIXES
if TYPE_CHECKING:
    from tinyface_core.media.video import Video

_NUMBER = re.compile(r"\d+")
_MOST_DIGITS = 20
_SORTED_AT_ONCE = 2000

_Folder = tuple[Iterator[Path], Iterator[Path]]
"""Media files and subfolders."""


class NothingFound(MediaError):
    """A folder without photos and videos."""


def open_frames(path: Path) -> Video | Pages:
    """A video, or a file of several pages, to be read frame by frame; close it, or use it as a context.

    Raises:
        MediaError: if it cannot be read.
    """
    if not is_video(path):
        return Pages(path)
    from tinyface_core.media.video import Video  # PyAV loads the whole of FFmpeg.

    return Video(path)


def read_frames(path: Path, every: int = 1, cancel: CancelToken | None = None, start: int = 0) -> Iterator[Frame]:
    """Frames 0, `every`, 2 `every`, ... of a video, from `start` on, or all pages; of any other file the one photo.

    Raises:
        MediaError: if the file cannot be read.
        Cancelled: once `cancel` is set.
    """
    if not has_frames(path):
        stop_if_asked(cancel)
        yield load_image(path)
        return
    with open_frames(path) as frames:
        yield from frames.frames(every, cancel, start)


def read_frame(path: Path, index: int | None, turn: int = 0) -> Frame:
    """The frame of a video, or the page, with this number; without one, a photo. Turned as it was by hand.

    Raises:
        MediaError: if there is no such frame, or the file cannot be read.
    """
    with closing(read_chosen(path, [index], turn)) as frames:
        return next(frames)


def read_chosen(path: Path, indices: Iterable[int | None], turn: int = 0) -> Generator[Frame]:
    """`read_frame` of one number after the other, of a file that is opened once.

    Raises:
        MediaError: see `read_frame`.
    """
    with ExitStack() as opened:
        frames: Video | Pages | None = None
        for index in indices:
            if index is None:
                yield turned_frame(load_image(path), turn)
                continue
            if frames is None:
                frames = open_frames(path)
                opened.callback(frames.close)
            yield turned_frame(frames.frame(index), turn)


class OfFrame(Protocol):
    """What was found in a photo, on a page, or in one frame of a video."""

    @property
    def source(self) -> str:
        """Path of the file."""

    @property
    def index(self) -> int | None:
        """Number of the frame or page; None for a photo."""

    @property
    def turn(self) -> int:
        """Degrees by which the picture was turned clockwise by hand."""


class FrameReader:
    """Reads the pictures that things were found in, and keeps the last one: more is wanted of it right after."""

    def __init__(self, cancel: CancelToken | None = None) -> None:
        self._cancel = cancel
        self._last: tuple[tuple[str, int | None, int], Frame] | None = None

    def __call__(self, found: OfFrame) -> Frame:
        """The picture of a result, a face and the like, read again from its file, or fetched from its store.

        Raises:
            MediaError: if the file is gone or damaged.
            Cancelled: once `cancel` is set.
        """
        stop_if_asked(self._cancel)
        place = found.source, found.index, found.turn
        if self._last is None or self._last[0] != place:
            self._last = None  # two pictures are never held together
            with local_copy(found.source) as path:
                frame = read_frame(path, found.index, found.turn)
            self._last = place, replace(frame, source=found.source)
        return self._last[1]


def is_video(path: Path) -> bool:
    """Whether the name is that of a video."""
    return path.suffix.lower() in VIDEO_SUFFIXES


def has_frames(path: Path) -> bool:
    """Whether a file is a video, by its name, or holds several pages, by its content."""
    return is_video(path) or has_pages(path)


def list_media(
    paths: Iterable[Path],
    cancel: CancelToken | None = None,
    failed: Callable[[Path, MediaError], None] | None = None,
) -> Iterator[Path]:
    """Photos and videos among `paths` and in the folders among them, one by one as they are found.

    A file that is named itself is given whatever its suffix; in folders suffixes decide. Each
    folder comes in natural order (2 before 10), its own files before those of its subfolders.
    Hidden entries, links to folders and pictures that this program wrote (`own.is_own`) are passed over. A file that
    was named is not given once more in its folder.

    Args:
        paths: files and folders.
        cancel: asked between two files.
        failed: told of what does not exist, of folders that may not be read, and of those among `paths` that hold
            nothing; the others are listed. Without it the first such error is raised, after all others are listed.

    Raises:
        MediaError: see `failed`.
        Cancelled: once `cancel` is set.
    """
    errors: list[MediaError] = []

    def fail(path: Path, error: MediaError) -> None:
        errors.append(error)
        if failed is not None:
            failed(path, error)

    named: set[Path] = set()
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112, Path raises where a name is too long
            yield from (file for file in _files_of(path, cancel, fail) if file not in named)
        elif os.path.exists(path):  # noqa: PTH110
            named.add(path)
            yield path
        else:
            fail(path, MediaError(f"{path} does not exist: check the name."))
    if errors and failed is None:
        raise errors[0]


def _files_of(top: Path, cancel: CancelToken | None, fail: Callable[[Path, MediaError], None]) -> Iterator[Path]:
    """The media files of a folder and of those under it."""
    troubled = False

    def scan(folder: Path) -> _Folder:
        nonlocal troubled
        try:
            return _scan(folder)
        except OSError as error:
            troubled = True
            fail(folder, MediaError(f"The folder {folder} may not be read ({error.strerror}): check its permissions."))
            return iter(()), iter(())

    open_folders, found = [scan(top)], False
    while open_folders:
        files, folders = open_folders[-1]
        for file in files:
            stop_if_asked(cancel)
            found = True
            yield file
        # The next subfolder is read only once its turn comes.
        below = next(folders, None)
        if below is None:
            open_folders.pop()
        else:
            open_folders.append(scan(below))
    if not found and not troubled:
        fail(top, NothingFound(f"There is no photo or video in the folder {top}: choose another one."))


def natural_key(name: str) -> str:
    """Sorting key under which "img2" comes before "img10", and case does not matter."""
    return _NUMBER.sub(_padded, name.casefold())


def _padded(number: re.Match[str]) -> str:
    return str(int(number[0])).zfill(_MOST_DIGITS)


def _scan(folder: Path) -> _Folder:
    """Media files and subfolders of a folder, both in natural order."""
    files: list[str] = []
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            # A Path would cost four times as much.
            elif os.path.splitext(entry.name)[1].lower() in SUFFIXES and not is_own(entry.path):  # noqa: PTH122
                files.append(entry.name)
    found, below = ((folder / name for name in _in_natural_order(names)) for names in (files, folders))
    return found, below


def _in_natural_order(names: list[str]) -> Iterator[str]:
    """The names sorted, the first ones at once.

    Sorting 100,000 names in one go would stop every other thread for a third of a second.
    """
    keyed = [(natural_key(name), name) for name in names]
    runs = [sorted(keyed[start : start + _SORTED_AT_ONCE]) for start in range(0, len(keyed), _SORTED_AT_ONCE)]
    return (name for _key, name in heapq.merge(*runs))
