"""Opens frames from photos, multi-page files, videos and folders."""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tinyface_core.files import Opened
from tinyface_core.media.fetching import is_url, local_copy
from tinyface_core.media.images import load_image
from tinyface_core.media.opening import MediaError
from tinyface_core.media.own import is_own
from tinyface_core.media.pages import Pages, has_pages
from tinyface_core.media.step import Step
from tinyface_core.media.turning import turned_frame
from tinyface_core.names import natural_key
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
_VIDEO_BEGINS = re.compile(
    rb"....ftyp(iso|mp4|avc1|qt  |M4V|3g|MSNV|dash|f4v)|\x1aE\xdf\xa3|RIFF....AVI |\x00\x00\x01\xba|FLV\x01|0&\xb2u",
    re.DOTALL,
)
"""First bytes of MP4 and its relatives (but not of HEIC, AVIF and CR3), Matroska, AVI, MPEG, Flash and ASF."""

if TYPE_CHECKING:
    from tinyface_core.media.video import Video

_SORTED_AT_ONCE = 2000

_Folder = tuple[Iterator[Path], Iterator[Path]]
"""Media files and subfolders."""


class NothingFound(MediaError):
    """A folder without photos and videos."""


class Unplugged(MediaError):
    """A file or folder that was there before, as on a drive that was unplugged."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is no longer there: connect its drive, and try again.")


def open_frames(path: Path) -> Video | Pages:
    """Open a video or a multi-page file; close it, or use it as a context manager.

    Raises:
        MediaError: if it cannot be read.
    """
    if not is_video(path):
        return Pages(path)
    from tinyface_core.media.video import Video  # PyAV loads all of FFmpeg

    return Video(path)


def read_frames(
    path: Path, every: int | Step = 1, cancel: CancelToken | None = None, start: int = 0
) -> Iterator[Frame]:
    """Frames 0, `every`, 2 `every`, ... of a video from `start`, all pages of a multi-page file, or a photo.

    Raises:
        MediaError: if the file cannot be read.
    """
    if not has_frames(path):
        stop_if_asked(cancel)
        yield load_image(path)
        return
    with open_frames(path) as frames:
        yield from frames.frames(every, cancel, start)


def read_frame(path: Path, index: int | None, turn: int = 0) -> Frame:
    """One frame or page by its number, or a photo (None), rotated clockwise by `turn` degrees.

    Raises:
        MediaError: if there is no such frame, or the file cannot be read.
    """
    with OpenedFrames() as opened:
        return opened.frame(path, index, turn)


class OpenedFrames(Opened):
    """Photos, and frames of videos and files of pages by their numbers, for one thread.

    The video or file of pages asked for last stays open, because a long video takes a while to index.
    """

    def __init__(self) -> None:
        self._opened: tuple[Path, Video | Pages] | None = None

    def frame(self, path: Path, index: int | None, turn: int = 0) -> Frame:
        """See `read_frame`."""
        if index is None:
            return turned_frame(load_image(path), turn)
        if self._opened is None or self._opened[0] != path:
            self.close()
            self._opened = path, open_frames(path)
        return turned_frame(self._opened[1].frame(index), turn)

    def close(self) -> None:
        """Let go of the file; another frame opens it again."""
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None


class OfFrame(Protocol):
    """Anything that belongs to one frame, such as a result or a face."""

    @property
    def source(self) -> str:
        """Path of the file."""

    @property
    def index(self) -> int | None:
        """Number of the frame or page; None for a photo."""

    @property
    def turn(self) -> int:
        """Clockwise rotation by the user, in degrees."""


class FrameReader:
    """Reads the frames of results or faces, and caches the last one."""

    def __init__(self, cancel: CancelToken | None = None) -> None:
        self._cancel = cancel
        self._opened = OpenedFrames()
        self._last: tuple[tuple[str, int | None, int], Frame] | None = None

    def __call__(self, found: OfFrame) -> Frame:
        """The frame of a result, a face or the like, read from its file or URL.

        Raises:
            MediaError: if the file is gone or damaged.
            Cancelled: once `cancel` is set.
        """
        stop_if_asked(self._cancel)
        place = found.source, found.index, found.turn
        if self._last is None or self._last[0] != place:
            self._last = None  # free the memory of the last one first
            with local_copy(found.source) as path:
                # A copy is removed again, so it must not stay open.
                read = read_frame if is_url(found.source) else self._opened.frame
                frame = read(path, found.index, found.turn)
            self._last = place, replace(frame, source=found.source)
        return self._last[1]


def is_video(path: Path) -> bool:
    """Whether a file is a video: by its suffix, or by its first bytes if the suffix is unknown."""
    suffix = path.suffix.lower()
    return suffix in VIDEO_SUFFIXES or (suffix not in PICTURE_SUFFIXES and _begins_as_video(path))


def _begins_as_video(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return _VIDEO_BEGINS.match(file.read(12)) is not None
    except OSError:
        return False


def has_frames(path: Path) -> bool:
    """Whether a file is a video or has several pages."""
    return is_video(path) or has_pages(path)


def list_media(
    paths: Iterable[Path],
    cancel: CancelToken | None = None,
    failed: Callable[[Path, MediaError], None] | None = None,
) -> Iterator[Path]:
    """List photos and videos: the files in `paths`, and those in its folders, lazily.

    Files in `paths` may have any suffix; in folders only known suffixes are listed. Folders are in natural order (2
    before 10), files before subfolders. Hidden entries, links to folders and pictures written by this program
    (`own.is_own`) are skipped. A file in `paths` is not listed again in its folder.

    Args:
        paths: files and folders.
        cancel: checked between two files.
        failed: called for missing files, unreadable folders, and folders in `paths` without media or that disappear
            meanwhile; the others are still listed. If None, the first such error is raised after the others are listed.

    Raises:
        MediaError: see `failed`.
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
    """The media files in a folder, recursively."""
    troubled = False

    def scan(folder: Path) -> _Folder:
        nonlocal troubled
        try:
            return _scan(folder)
        except OSError as error:
            troubled = True
            if os.path.lexists(folder):  # else it was removed meanwhile
                sentence = f"The folder {folder} may not be read ({error.strerror}): check its permissions."
                fail(folder, MediaError(sentence))
            return iter(()), iter(())

    open_folders, found = [scan(top)], False
    while open_folders:
        files, folders = open_folders[-1]
        for file in files:
            stop_if_asked(cancel)
            found = True
            yield file
        # Subfolders are read only when they are needed.
        below = next(folders, None)
        if below is None:
            open_folders.pop()
        else:
            open_folders.append(scan(below))
    if not os.path.lexists(top):
        fail(top, Unplugged(top))
    elif not found and not troubled:
        fail(top, NothingFound(f"There is no photo or video in the folder {top}: choose another one."))


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
            # Four times faster than Path.
            elif os.path.splitext(entry.name)[1].lower() in SUFFIXES and not is_own(entry.path):  # noqa: PTH122
                files.append(entry.name)
    found, below = ((folder / name for name in _in_natural_order(names)) for names in (files, folders))
    return found, below


def _in_natural_order(names: list[str]) -> Iterator[str]:
    """Sort names in small runs: sorting 100,000 names at once would block all other threads for a third of a second."""
    keyed = [(natural_key(name), name) for name in names]
    runs = [sorted(keyed[start : start + _SORTED_AT_ONCE]) for start in range(0, len(keyed), _SORTED_AT_ONCE)]
    return (name for _key, name in heapq.merge(*runs))
