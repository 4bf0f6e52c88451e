"""The name of one searchable picture: a photo, or one frame of a video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True, slots=True, order=True)
class PictureKey:
    """What results and verdicts are filed under.

    Attributes:
        source: path of the file, or another unique name ("Pasted picture 1").
        index: frame number in a video, -1 for a photo.
    """

    source: str
    index: int = -1

    @property
    def name(self) -> str:
        """Short name for a list: the file's, with the frame number of a video."""
        name = PurePath(self.source).name
        return name if self.index < 0 else f"{name} #{self.index}"
