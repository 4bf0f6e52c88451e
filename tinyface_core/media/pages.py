"""Files with several pictures (TIFF pages, animations), read like videos without time stamps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from os import SEEK_END
from pathlib import Path

from PIL import Image

from tinyface_core.files import Opened
from tinyface_core.media.images import load_image
from tinyface_core.media.opening import DoesNotFit, MediaError, NotForPillow, opened_image
from tinyface_core.media.raw import is_raw
from tinyface_core.media.step import Step
from tinyface_core.memory import is_out_of_memory
from tinyface_core.types import CancelToken, Frame, RgbImage, stop_if_asked

MOST_PAGES = 2000
"""Maximum number of pages that are read; a small file may claim millions."""

_SUFFIXES = frozenset((".tif", ".tiff", ".gif", ".png", ".webp", ".avif", ".heic", ".heif"))
_PADDING = 4096
"""Maximum number of zero bytes that some disks and cameras append to a file."""
_SUBFILE, _REDUCED_OR_MASK = 254, 0b101
"""TIFF tag with the type of a picture, and its bits for reduced copies and masks."""


def has_pages(path: Path) -> bool:
    """Whether a file contains several pages, or did so before it was truncated; False if it cannot be read."""
    if path.suffix.lower() not in _SUFFIXES or _is_plain_webp(path):
        return False
    try:
        places, breaks_off = _places(path)
        return len(places) > 1 or breaks_off
    except DoesNotFit:
        raise
    except MediaError:
        return False


class Pages(Opened):
    """The pages of a file, with the same interface as `Video`.

    Attributes:
        fps: always 0.
        frame_estimate: number of pages.
    """

    def __init__(self, path: Path) -> None:
        """Count the pages.

        Raises:
            MediaError: if the file cannot be read.
        """
        self.path, self.fps = path, 0.0
        places, self._breaks_off = _places(path)
        self._places = places[:MOST_PAGES]
        self._more = len(places) > MOST_PAGES
        self.frame_estimate = len(self._places)

    def close(self) -> None:
        """See `Video.close`; does nothing."""

    def count_frames(self, cancel: CancelToken | None = None) -> int:
        """Number of pages."""
        stop_if_asked(cancel)
        return self.frame_estimate

    def poster(self) -> RgbImage:
        """The first page, RGB uint8 `(height, width, 3)`, upright.

        Raises:
            MediaError: if it cannot be read.
        """
        return self.frame(0).pixels

    def frame(self, number: int, cancel: CancelToken | None = None) -> Frame:
        """The page with this number, counted from 0.

        Raises:
            MediaError: if there is none, or it is damaged.
        """
        stop_if_asked(cancel)
        if not 0 <= number < len(self._places):
            raise MediaError(f"{self.path.name} has pages 1 to {len(self._places)}, not {number + 1}.")
        frame = self._alone(number)
        if frame is None:
            raise MediaError(f"Page {number + 1} of {self.path.name} is damaged: choose another one.")
        return replace(frame, index=number)

    def frames(self, every: int | Step = 1, cancel: CancelToken | None = None, start: int = 0) -> Iterator[Frame]:
        """All pages from `start`, none left out; damaged ones are skipped, with a remark in a neighbouring page.

        Raises:
            MediaError: if there is no page that can be read.
        """
        held, told = None, []
        if self._more and not start:
            told.append(f"{self.path.name} has more than {MOST_PAGES} pages: the first {MOST_PAGES} were read.")
        for number, frame in self._in_order(start, cancel):
            if frame is None:
                told.append(f"Page {number + 1} of {self.path.name} is damaged and was passed over.")
                continue
            if held is not None:
                yield held
            held, told = replace(frame, index=number, remarks=(*frame.remarks, *told)), []
        if self._breaks_off:
            told.append(f"{self.path.name} breaks off behind page {len(self._places)}: get a fresh copy of it.")
        if held is not None:
            yield replace(held, remarks=(*held.remarks, *told))
        elif start < len(self._places):
            raise MediaError(f"No page of {self.path.name} can be read: get a fresh copy of it.")

    def _in_order(self, start: int, cancel: CancelToken | None) -> Iterator[tuple[int, Frame | None]]:
        """Numbers and pages, None for damaged ones; the file stays open, as frames of animations depend on others."""
        number = start
        while number < len(self._places):
            try:
                with opened_image(self.path) as opened:
                    while number < len(self._places):
                        stop_if_asked(cancel)
                        page = opened.at(self._places[number])
                        if page.is_deep:
                            frame = load_image(self.path, place=self._places[number])
                        else:
                            frame = Frame(page.upright(), str(self.path))
                        number += 1
                        yield number - 1, frame
            except MediaError:
                yield number, self._alone(number)
                number += 1

    def _alone(self, number: int) -> Frame | None:
        """A page, read separately and as far as possible; None if it cannot be read."""
        try:
            return load_image(self.path, place=self._places[number])
        except DoesNotFit:
            raise
        except MediaError:
            return None


def _places(path: Path) -> tuple[list[int], bool]:
    """Indices of the pages among the pictures of a file, and whether the file is truncated.

    Reduced copies and masks in TIFF files are not pages. The list may be a little longer than `MOST_PAGES`.
    """
    if is_raw(path):
        return [0], False
    try:
        with opened_image(path) as opened:
            if opened.preview is not None:
                return [0], False
            if opened.image.format == "TIFF":
                return _pages_of_tiff(opened.image)
            count = min(getattr(opened.image, "n_frames", 1), MOST_PAGES + 1)
            return list(range(count)), opened.image.format == "GIF" and count > 1 and not _ends_as_gif(path)
    except NotForPillow:
        return [0], False


def _pages_of_tiff(image: Image.Image) -> tuple[list[int], bool]:
    places: list[int] = []
    for place in range(2 * MOST_PAGES):
        try:
            image.seek(place)
        except EOFError:
            break
        except Exception as error:  # a damaged directory: keep the pages before it
            if is_out_of_memory(error):
                raise
            return places, True
        if not int(getattr(image, "tag_v2", {}).get(_SUBFILE, 0)) & _REDUCED_OR_MASK or not places:
            places.append(place)
    return places, False


def _ends_as_gif(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, _PADDING), SEEK_END)
        return file.read().rstrip(b"\0").endswith(b";")


def _is_plain_webp(path: Path) -> bool:
    """Whether a WebP file is not an animation, by its first bytes; Pillow would read the whole file."""
    if path.suffix.lower() != ".webp":
        return False
    try:
        with path.open("rb") as file:
            head = file.read(21)
    except OSError:
        return True
    return head[8:12] == b"WEBP" and not (head[12:16] == b"VP8X" and len(head) > 20 and head[20] & 0b10)
