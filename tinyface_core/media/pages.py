"""Files with several pictures (TIFF pages, animations), read like a short video without times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from os import SEEK_END
from pathlib import Path
from typing import Self

from PIL import Image

from tinyface_core.media.images import DoesNotFit, MediaError, NotForPillow, load_image, opened_image
from tinyface_core.media.raw import is_raw
from tinyface_core.memory import is_out_of_memory
from tinyface_core.types import CancelToken, Frame, RgbImage, stop_if_asked

MOST_PAGES = 2000
"""Pages of one file that are read; a small file may claim millions."""

_SUFFIXES = frozenset((".tif", ".tiff", ".gif", ".png", ".webp", ".avif", ".heic", ".heif"))
_PADDING = 4096
"""Bytes that some disks and cameras leave behind a file, at most."""
_SUBFILE, _REDUCED_OR_MASK = 254, 0b101
"""Tag of TIFF that says what a picture is, and its bits for those that are no pages."""


def has_pages(path: Path) -> bool:
    """Whether a file holds, or held, more than one picture, each of them for itself; what cannot be read holds none."""
    if path.suffix.lower() not in _SUFFIXES or _is_plain_webp(path):
        return False
    try:
        places, breaks_off = _places(path)
        return len(places) > 1 or breaks_off
    except DoesNotFit:
        raise
    except MediaError:
        return False


class Pages:
    """The pages of a file, read like the frames of a `Video`; they have no times.

    Attributes:
        path: the file.
        fps: 0: there is no clock.
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is held; see `Video.close`."""

    def count_frames(self, cancel: CancelToken | None = None) -> int:
        """How many pages are read."""
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
            Cancelled: if `cancel` is set.
        """
        stop_if_asked(cancel)
        if not 0 <= number < len(self._places):
            raise MediaError(f"{self.path.name} has pages 1 to {len(self._places)}, not {number + 1}.")
        frame = self._alone(number)
        if frame is None:
            raise MediaError(f"Page {number + 1} of {self.path.name} is damaged: choose another one.")
        return replace(frame, index=number)

    def frames(self, every: int = 1, cancel: CancelToken | None = None, start: int = 0) -> Iterator[Frame]:
        """Every page from `start` on; a damaged one is passed over, of which a page beside it has a remark.

        Args:
            every: as of a video, and of no account: neighbouring pages are not alike.
            cancel: asked before each page is read.
            start: number of the first one.

        Raises:
            MediaError: if there is no page that can be read.
            Cancelled: once `cancel` is set.
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
        """Pages by their numbers, None for one that is damaged; the file stays open, as animations build on it."""
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
        """What is left of a page, read without those before it; None for nothing."""
        try:
            return load_image(self.path, place=self._places[number])
        except DoesNotFit:
            raise
        except MediaError:
            return None


def _places(path: Path) -> tuple[list[int], bool]:
    """Where the pages lie among the pictures of a file: of TIFF without reduced copies and masks; never many more.

    And whether the file breaks off, so that nobody knows what else there was.

    Raises:
        MediaError: if the file cannot be read.
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
        except Exception as error:  # the chain leads to what is no page: what came before is there
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
    """Whether a WebP file says in its first bytes that it is no animation; Pillow would read all of it."""
    if path.suffix.lower() != ".webp":
        return False
    try:
        with path.open("rb") as file:
            head = file.read(21)
    except OSError:
        return True
    return head[8:12] == b"WEBP" and not (head[12:16] == b"VP8X" and len(head) > 20 and head[20] & 0b10)
