"""Encoding settings for written videos."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encoding:
    """How frames are encoded.

    Attributes:
        codec: "h264", "hevc", "vp9" or "av1"; "" for the source's where it is one of them, else "h264".
        quality: constant rate factor, the lower the better; None for one at which little can be seen of it.
        hardware: whether an encoder of a graphics card is taken where one works.
    """

    codec: str = ""
    quality: int | None = None
    hardware: bool = False
