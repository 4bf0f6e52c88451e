"""Texts of the status bar about searches."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication


@dataclass(frozen=True, slots=True)
class Status:
    """A sentence, done of total (0: unknown), remaining seconds, and the number of pictures not searched yet."""

    sentence: str
    done: int = 0
    total: int = 0
    remaining: float = -1.0
    busy: bool = False
    unsearched: int = 0


def stage_name(stage: str) -> str:
    """Name of a stage of the search for the user."""
    translate = QCoreApplication.translate
    return {
        "load": translate("Searches", "preparing"),
        "detect": translate("Searches", "looking for faces"),
        "crop": translate("Searches", "cutting out candidates"),
        "generate": translate("Searches", "enlarging candidates"),
        "discriminate": translate("Searches", "judging candidates"),
        "merge": translate("Searches", "joining"),
        "video": translate("Searches", "searching frames"),
        "pages": translate("Searches", "searching pages"),
        "follow": translate("Searches", "following faces through the other frames"),
        "link": translate("Searches", "linking faces over the frames"),
        "again": translate("Searches", "looking again where faces must be"),
    }.get(stage, stage)
