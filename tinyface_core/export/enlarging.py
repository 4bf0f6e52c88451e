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
        self._upscalers, self._factor, self._load = upscalers, factor, material.load
        self._cancel, self._progress = cancel, progress
        self._done = 0
        self._faces = {
            key: (result, face.box) for result in material.results for key, face, _ in material.faces(result)
        }

    def __getitem__(self, key: FaceKey) -> CropSet:
        """The face's pixels and their enlargements.

        Raises:
            KeyError: if there is no such face.
            MediaError: if its picture is gone or damaged.
            Cancelled: when asked to stop.
        """
        from tinyface_core.upscalers.comparison import compare_crops

        result, box = self._faces[key]
        if self._progress is not None:
            self._progress("crops", self._done, max(len(self), self._done))
        self._done += 1
        return compare_crops(self._load(result), [box], self._upscalers, self._factor, cancel=self._cancel)[0]

    def __iter__(self) -> Iterator[FaceKey]:
        return iter(self._faces)

    def __len__(self) -> int:
        return len(self._faces)
