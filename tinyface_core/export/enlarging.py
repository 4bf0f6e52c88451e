"""Enlarges faces on demand while a format is written, so that memory is bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from tinyface_core.export.material import FaceKey, Material
from tinyface_core.types import CancelToken, CropSet, FindResult, Progress, no_progress

if TYPE_CHECKING:
    from tinyface_core.upscalers.registry import Upscaler


class EnlargedFaces(Mapping[FaceKey, CropSet]):
    """The crops of every face of a material, computed on access and not kept."""

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
        from tinyface_core.upscalers.comparison import compare_crops

        result = self._result_of(key)
        if not 0 <= key.face < len(result.faces):
            raise KeyError(key)
        all_faces = self._all or round(self._faces / self._rows * len(self._material.results))
        self._progress("crops", self._done, max(all_faces, self._done))
        self._done += 1
        box, frame = result.faces[key.face].box, self._material.load(result)
        return compare_crops(frame, [box], self._upscalers, cancel=self._cancel)[0]

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
