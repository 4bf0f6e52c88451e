"""Settings come back at the next start as they were left, from the file alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QCoreApplication, QSettings

from app.settings import Settings
from tinyface_core.types import Effort


def stored_in(path: Path) -> Settings:
    return Settings(QSettings(str(path), QSettings.Format.IniFormat))


def next_start(settings: Settings, path: Path) -> Settings:
    """Read from the disk: Qt shares what one process has of a file, so the next one has a file of another name."""
    settings.sync()
    later = path.with_name("later.ini")
    if path.exists():  # nothing is written as long as nothing differs from what it is by itself
        shutil.copy(path, later)
    return stored_in(later)


SWITCHES = ("second_stage", "search_on_open", "show_boxes", "box_labels", "frame_selected", "film_strip", "turned")


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize("left", [False, True])
def test_a_switch_is_at_the_next_start_as_it_was_left(
    qapp: QCoreApplication, tmp_path: Path, name: str, left: bool
) -> None:
    settings = stored_in(tmp_path / "now.ini")
    setattr(settings, name, left)
    assert getattr(next_start(settings, tmp_path / "now.ini"), name) is left


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("effort", Effort.THOROUGH),
        ("budget", 7),
        ("lowest_score", 0.45),
        ("detector", "mine"),
        ("comparison_methods", []),
        ("comparison_methods", ["bicubic"]),
        ("comparison_methods", ["bicubic", "refined"]),
        ("recent", ["/a, b/c.png"]),
        ("geometry", QByteArray(b"\x00\x01,\xff")),
    ],
)
def test_a_value_is_at_the_next_start_what_it_was_and_of_its_kind(
    qapp: QCoreApplication, tmp_path: Path, name: str, value: Any
) -> None:
    settings = stored_in(tmp_path / "now.ini")
    setattr(settings, name, value)
    came_back = getattr(next_start(settings, tmp_path / "now.ini"), name)
    assert came_back == value and type(came_back) is type(value)


def test_what_cannot_be_read_is_as_if_nobody_had_chosen(qapp: QCoreApplication, tmp_path: Path) -> None:
    (tmp_path / "now.ini").write_text("[General]\nbudget=many\neffort=hard\nlowest_score=@Invalid()\nsecond_stage=no\n")
    settings = stored_in(tmp_path / "now.ini")
    assert (settings.budget, settings.effort, settings.lowest_score) == (128, Effort.BALANCED, 0.3)
