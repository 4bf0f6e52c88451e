"""Enlarges faces on demand while a format is written, so that memory is bounded."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from hashlib import blake2b
from itertools import chain
from os import SEEK_END
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np

from tinyface_core.export.material import FaceKey, Material
from tinyface_core.types import CancelToken, CropBatch, FindResult, Progress, no_progress
from tinyface_core.upscalers.comparison import LARGEST_ENLARGED, compare_crops
from tinyface_core.upscalers.enlargement import CropSet
from tinyface_core.upscalers.provenance import is_generated
from tinyface_core.upscalers.registry import Upscaler, own_factor, spared_seconds, weights_of


class EnlargedFaces(Mapping[FaceKey, CropSet]):
    """The crops of every face of a material, computed on access and not kept; large faces are not enlarged."""

    def __init__(
        self,
        material: Material,
        upscalers: Sequence[Upscaler],
        faces: int = 0,
        cancel: CancelToken | None = None,
        progress: Progress = no_progress,
    ) -> None:
        """Create the mapping.

        Args:
            material: gives the faces.
            upscalers: enlarge them.
            faces: number of faces, for the progress; 0 to estimate it from the results read so far.
            cancel: checked between two enlargements.
            progress: called as `progress("crops", done, total)`.
        """
        self._material, self._upscalers = material, upscalers
        self._cancel, self._progress = cancel, progress
        self._all, self._done = faces, 0
        self._row = -1
        self._last: FindResult | None = None
        self._rows = self._faces = 0  # results read so far, and their faces

    def __getitem__(self, key: FaceKey) -> CropSet:
        """The face's pixels and their enlargements; access in the order of the results is fastest.

        Raises:
            KeyError: if there is no such face.
            MediaError: if its picture is missing or damaged.
            Cancelled: when asked to stop.
        """
        result = self._result_of(key)
        if not 0 <= key.face < len(result.faces):
            raise KeyError(key)
        all_faces = self._all or round(self._faces / self._rows * len(self._material.results))
        self._progress("crops", self._done, max(all_faces, self._done))
        self._done += 1
        box, frame = result.faces[key.face].box, self._material.load(result)
        return compare_crops(frame, [box], self._upscalers, cancel=self._cancel, largest=LARGEST_ENLARGED)[0]

    def __iter__(self) -> Iterator[FaceKey]:
        return (key for result in self._material.results for key, _, _ in self._material.faces(result))

    def __len__(self) -> int:
        return sum(len(result.faces) for result in self._material.results)

    def __bool__(self) -> bool:
        return len(self._material.results) > 0

    def _result_of(self, key: FaceKey) -> FindResult:
        results = self._material.results
        if self._last is not None and (self._last.source, self._last.index) == key[:2]:
            return self._last
        for row in chain(range(self._row + 1, len(results)), range(self._row + 1)):
            result = results[row]
            if row == self._rows:
                self._rows += 1
                self._faces += len(result.faces)
            if (result.source, result.index) == key[:2]:
                self._row, self._last = row, result
                return result
        raise KeyError(key)


@contextmanager
def enlarging_once(upscalers: Sequence[Upscaler], folder: Path | None = None) -> Iterator[list[Upscaler]]:
    """The same upscalers, of which the slow ones enlarge the same pixels once, for several formats.

    What they made is kept on the disk in `folder`, else where temporary files are, in files that are gone at the end;
    what finds no room there is made again.
    """
    with ExitStack() as files:
        yield [
            _Once(one, files.enter_context(TemporaryFile(buffering=0, dir=folder))) if is_generated(one.name) else one
            for one in upscalers
        ]


class _Once:
    """An upscaler that keeps what it made in a file."""

    def __init__(self, upscaler: Upscaler, file: IO[bytes]) -> None:
        self._upscaler, self._file = upscaler, file
        self._kept: dict[bytes, tuple[int, float]] = {}  # by the pixels: where it is, and the seconds it took
        self.name, self.own_factor, self.weights = upscaler.name, own_factor(upscaler), weights_of(upscaler)
        self.spared = 0.0

    def enlarge(self, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        count, height, width, channels = crops.shape
        key = blake2b(crops.tobytes(), key=f"{crops.shape} {factor}".encode(), digest_size=16).digest()
        if key in self._kept:
            place, self.spared = self._kept[key]
            self._file.seek(place)
            kept = np.frombuffer(self._file.read(crops.size * factor**2), np.uint8)
            return kept.reshape(count, height * factor, width * factor, channels)
        started = time.perf_counter()
        made = self._upscaler.enlarge(crops, factor, cancel)
        self.spared = spared_seconds(self._upscaler)
        seconds = time.perf_counter() - started + self.spared
        with suppress(OSError):  # the disk is full
            place = self._file.seek(0, SEEK_END)
            if self._file.write(made.tobytes()) == made.nbytes:
                self._kept[key] = place, seconds
        return made
