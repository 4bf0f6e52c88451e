"""Crops for an export, enlarged when a format asks for them, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from tinyface_core.export.material import FaceKey, Material
from tinyface_core.types import CancelToken, CropSet, Progress

if TYPE_CHECKING:
    from tinyface_core.upscalers.registry import Upscaler


class EnlargedFaces(Mapping[FaceKey, CropSet]):
    """The crops of every face of a material; one face is held at a time, and the picture that `material.load` keeps."""

    def __init__(
        self,
        material: Material,
        upscalers: Sequence[Upscaler],
        factor: int = 4,
        cancel: CancelToken | None = None,
        progress: Progress | None = None,
    ) -> None:
        """`cancel` is asked between two enlargements, `progress` told of "crops" as they are asked for."""
        self._material, self._upscalers, self._factor = material, upscalers, factor
        self._cancel, self._progress = cancel, progress
        self._done = 0
        self._rows: dict[tuple[str, int | None], int] = {}
        self._faces = 0
        for row, result in enumerate(material.results):
            self._rows[result.source, result.index] = row
            self._faces += len(result.faces)

    def __getitem__(self, key: FaceKey) -> CropSet:
        """The face's pixels and their enlargements.

        Raises:
            KeyError: if there is no such face.
            MediaError: if its picture is gone or damaged.
            Cancelled: when asked to stop.
        """
        from tinyface_core.upscalers.comparison import compare_crops

        result = self._material.results[self._rows[key.source, key.frame]]
        if not 0 <= key.face < len(result.faces):
            raise KeyError(key)
        if self._progress is not None:
            self._progress("crops", self._done, max(len(self), self._done))
        self._done += 1
        boxes = [result.faces[key.face].box]
        frame = self._material.load(result)
        return compare_crops(frame, boxes, self._upscalers, self._factor, cancel=self._cancel)[0]

    def __iter__(self) -> Iterator[FaceKey]:
        return (key for result in self._material.results for key, _, _ in self._material.faces(result))

    def __len__(self) -> int:
        return self._faces
