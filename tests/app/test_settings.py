"""Settings come back at the next start as they were left, from the file alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QCoreApplication, QSettings
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.settings import BY_TIME, Settings
from tinyface_core.search_settings import LEAST_SHOWN, Effort


def stored_in(path: Path) -> Settings:
    return Settings(QSettings(str(path), QSettings.Format.IniFormat))


def next_start(settings: Settings, path: Path) -> Settings:
    """Read from the disk: Qt shares what one process has of a file, so the next one has a file of another name."""
    settings.sync()
    later = path.with_name("later.ini")
    if path.exists():  # nothing is written as long as nothing differs from what it is by itself
        shutil.copy(path, later)
    return stored_in(later)


ON = ("second_stage", "search_on_open", "show_boxes", "box_labels", "frame_selected", "film_strip", "several_frames")
SWITCHES = (*ON, "turned", "tilted", "guessed")


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
    assert (settings.budget, settings.effort, settings.lowest_score) == (128, Effort.BALANCED, LEAST_SHOWN)


def test_numbers_that_no_field_takes_are_as_if_nobody_had_chosen(qapp: QCoreApplication, tmp_path: Path) -> None:
    (tmp_path / "now.ini").write_text("[General]\nbudget=99999999999999999999\nlowest_score=nan\nsmallest=inf\n")
    settings = stored_in(tmp_path / "now.ini")
    assert (settings.budget, settings.lowest_score, settings.smallest) == (128, LEAST_SHOWN, 0.0)


def test_what_nobody_has_chosen_is_as_it_comes(qapp: QCoreApplication, tmp_path: Path) -> None:
    fresh = stored_in(tmp_path / "now.ini")
    switches = {name: getattr(fresh, name) for name in SWITCHES}
    assert switches == {name: name in ON for name in SWITCHES}
    assert (fresh.effort, fresh.budget, fresh.video_step) == (Effort.BALANCED, 128, BY_TIME)
    assert (fresh.lowest_score, fresh.smallest, fresh.recent) == (LEAST_SHOWN, 0.0, [])
    assert (fresh.search.effort, fresh.search.second_stage, fresh.search.detector) == (Effort.BALANCED, True, "")


@pytest.mark.parametrize(
    ("older", "effort", "budget", "second_stage"),
    [
        ("effort=custom\nsearch_enlarged=true\nrefine_budget=40\nrefine=false\n", Effort.THOROUGH, 40, False),
        ("effort=custom\nrefine_budget=50\n", Effort.BALANCED, 50, True),
        ("effort=custom\n", Effort.BALANCED, 128, True),
        ("effort=fast\n", Effort.FAST, 32, False),
        ("effort=fast\nbudget=32\n", Effort.FAST, 32, False),
        ("effort=fast\nrefine=true\n", Effort.FAST, 32, True),
        ("effort=thorough\nrefine=false\n", Effort.THOROUGH, 600, False),
        ("effort=thorough\nbudget=9\nrefine=false\n", Effort.THOROUGH, 9, True),
    ],
)
def test_what_an_older_version_kept_of_the_search_is_carried_over_once(
    qapp: QCoreApplication, tmp_path: Path, older: str, effort: Effort, budget: int, second_stage: bool
) -> None:
    (tmp_path / "now.ini").write_text("[General]\n" + older)
    settings = stored_in(tmp_path / "now.ini")
    assert (settings.effort, settings.budget, settings.second_stage) == (effort, budget, second_stage)
    settings.second_stage = not second_stage
    assert next_start(settings, tmp_path / "now.ini").second_stage is not second_stage
    settings.choose_effort(Effort.FAST)
    settings.second_stage = True
    again = next_start(settings, tmp_path / "now.ini")
    assert (again.effort, again.budget, again.second_stage) == (Effort.FAST, 32, True), "it is not carried over again"


def test_of_many_opened_at_once_three_are_remembered_and_the_last_opened_comes_first(
    qapp: QCoreApplication, tmp_path: Path
) -> None:
    settings = stored_in(tmp_path / "now.ini")
    settings.remember_recent(*(Path(f"/{name}.png") for name in "abcde"))
    assert settings.recent == ["/a.png", "/b.png", "/c.png"]
    settings.remember_recent(Path("/c.png"))
    assert settings.recent == ["/c.png", "/a.png", "/b.png"]
    settings.remember_recent(Path("/caf\udce9.png"))
    assert settings.recent == ["/c.png", "/a.png", "/b.png"], "a name that is no text cannot be kept"
    settings.forget_recent(Path("/a.png"))
    assert settings.recent == ["/c.png", "/b.png"]


def test_twelve_are_remembered_and_no_project_goes_for_a_fifth_file(qapp: QCoreApplication, tmp_path: Path) -> None:
    settings = stored_in(tmp_path / "now.ini")
    for number in range(14):
        settings.remember_recent(Path(f"/{number}.png"))
    assert settings.recent == [f"/{number}.png" for number in range(13, 1, -1)]
    for number in range(8):
        settings.remember_recent(Path(f"/{number}.tinyface"))
    projects = [f"/{number}.tinyface" for number in range(7, -1, -1)]
    assert settings.recent == [*projects, "/13.png", "/12.png", "/11.png", "/10.png"]
    settings.remember_recent(Path("/14.png"))
    assert settings.recent == ["/14.png", *projects, "/13.png", "/12.png", "/11.png"], "no project goes for a file"
    settings.remember_recent(Path("/8.tinyface"))
    assert settings.recent == ["/8.tinyface", "/14.png", *projects, "/13.png", "/12.png"], "the oldest goes"
    settings.remember_recent(Path("/12.png"), Path("/13.png"))
    settings.remember_recent(Path("/15.png"))
    files = ["/15.png", "/12.png", "/13.png", "/8.tinyface", "/14.png"]
    assert settings.recent == [*files, *projects[:-1]], "four files stay beside projects"
    settings.remember_recent(Path("/16.png"))
    assert settings.recent == ["/16.png", *files[:-1], *projects[:-1]], "and a fifth goes before a project"


def test_weights_can_be_changed_and_changed_back_and_forth(qapp: QCoreApplication, tmp_path: Path) -> None:
    settings = stored_in(tmp_path / "now.ini")
    settings.go_back("detector")
    assert settings.detector == "", "nothing was used before"
    settings.use_weights("detector", "mine")
    settings.use_weights("detector", "mine")
    settings.go_back("detector")
    assert settings.detector == "", "those that come with the program"
    settings.go_back("detector")
    assert settings.detector == "mine"
    settings.use_weights("detector", "theirs")
    settings.go_back("detector")
    assert (settings.detector, settings.gan) == ("mine", "")


def test_a_choice_that_the_disk_does_not_take_is_told_once(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "full").write_text("where a folder would have to be")
    settings = stored_in(tmp_path / "full" / "settings.ini")
    told: list[str] = []
    settings.lost.connect(told.append)
    settings.theme = "dark"
    qtbot.waitUntil(lambda: bool(told))
    settings.theme = "light"
    qtbot.wait(300)
    assert len(told) == 1 and str(tmp_path / "full" / "settings.ini") in told[0]


def test_the_window_says_that_a_choice_is_lost(qtbot: QtBot, window: MainWindow) -> None:
    window.settings.lost.emit("Your settings cannot be kept.")
    assert "Your settings cannot be kept." in window.notice.sentence.text()
