"""A cache of decoded pictures in one memory-mapped file, for fast access in training."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tinyface_core.datasets.annotations import TellUnreadable
from tinyface_core.file_state import FileState
from tinyface_core.files import replacing
from tinyface_core.media.images import load_image
from tinyface_core.types import RgbImage, UserError

_NOTHING = np.zeros((0, 0, 3), np.uint8)


class PixelSource(Protocol):
    """A list of pictures."""

    def __getitem__(self, index: int) -> RgbImage:
        """Picture `index`, RGB uint8 `(H, W, 3)`, read-only."""


class Rearranged:
    """A selection from another source; pictures may be repeated."""

    def __init__(self, pixels: PixelSource, places: Sequence[int]) -> None:
        """Picture `n` is picture `places[n]` of `pixels`."""
        self._pixels, self._places = pixels, places

    def __getitem__(self, index: int) -> RgbImage:
        """See `PixelSource`."""
        return self._pixels[self._places[index]]


class PixelCache:
    """Random access to the pixels of many pictures.

    The name of the cache file is a hash of the paths, sizes and times of the pictures, so a changed data set gets a new
    one.
    """

    def __init__(
        self,
        pictures: Sequence[Path],
        folder: Path,
        progress: Callable[[int, int], None] | None = None,
        unreadable: TellUnreadable | None = None,
    ) -> None:
        """Open the cache of `pictures` in `folder`, decoding them if it is not there yet.

        `progress(done, total)` follows each; `unreadable` is called for those that cannot be read and are not in
        `readable`; without it the error is raised.

        Raises:
            UserError, OSError: if a picture cannot be read and `unreadable` is None.
        """
        stats = [(str(path), *astuple(FileState.if_there(path))) for path in pictures]
        name = hashlib.sha256(json.dumps(stats).encode()).hexdigest()[:16]
        self._data_file, index_file = folder / f"{name}.rgb", folder / f"{name}.json"
        if not index_file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            shapes = []
            with replacing(self._data_file) as part, part.open("wb") as out:
                for number, path in enumerate(pictures):
                    try:
                        pixels = load_image(path).pixels
                    except (UserError, OSError) as error:
                        if unreadable is None:
                            raise
                        unreadable(path, error)
                        pixels = _NOTHING
                    shapes.append(pixels.shape[:2])
                    out.write(np.ascontiguousarray(pixels).data)
                    if progress is not None:
                        progress(number + 1, len(pictures))
            with replacing(index_file) as part:
                part.write_text(json.dumps(shapes))
        self._shapes: list[tuple[int, int]] = [(h, w) for h, w in json.loads(index_file.read_text())]
        self._starts = np.concatenate([[0], np.cumsum([h * w * 3 for h, w in self._shapes])])
        self._map: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self._shapes)

    @property
    def readable(self) -> list[int]:
        """Indices of the pictures that could be read."""
        return [place for place, (height, width) in enumerate(self._shapes) if height * width]

    def __getitem__(self, index: int) -> RgbImage:
        """Picture `index`, RGB uint8 `(H, W, 3)`, read-only."""
        if self._map is None:  # opened late, so that each worker process maps the file itself
            self._map = np.memmap(self._data_file, np.uint8, mode="r")
        height, width = self._shapes[index]
        start = int(self._starts[index])
        return self._map[start : start + height * width * 3].reshape(height, width, 3)
