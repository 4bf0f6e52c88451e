"""Encoding settings for written videos."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encoding:
    """How frames are encoded.

    Attributes:
        codec: "h264", "hevc", "vp9" or "av1"; "" for the source's codec if it is one of them, otherwise "h264".
        quality: constant rate factor, lower is better; None for a default with hardly visible loss.
        hardware: whether to use a hardware encoder if one works.
    """

    codec: str = ""
    quality: int | None = None
    hardware: bool = False
