"""A folder is scanned into the window's project, by the scan of the command line."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QTimer
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.pictures import State
from app.settings import Settings
from tests.app.conftest import BOXES, FakeFinder
from tests.core.search.made_scan import save_photo
from tinyface_core.project.scanned import ScannedFiles
from tinyface_core.project.store import Project
from tinyface_core.search import scan as module
from tinyface_core.types import Frame, Verdict


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Three photos, a copy, and what is no picture."""
    folder = tmp_path / "archive"
    for number in range(3):
        save_photo(folder / f"{number}.jpg", number)
    shutil.copy(folder / "0.jpg", folder / "copy.jpg")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


def scan(qtbot: QtBot, window: MainWindow, folder: Path) -> str:
    with qtbot.waitSignal(window.opener.scan.ended, timeout=20_000) as ended:
        window.opener.open_paths([folder])
    qtbot.waitUntil(lambda: window.status.sentence.text().startswith("Ready"), timeout=20_000)
    return str(ended.args[0])


def listed(window: MainWindow) -> list[str]:
    return [picture.name for picture in window.session.pictures.pictures()]


def states(window: MainWindow) -> dict[str, State]:
    return {picture.name: picture.state for picture in window.session.pictures.pictures()}


def test_a_folder_that_is_opened_is_scanned_into_the_project_and_a_copy_is_no_second_picture(
    qtbot: QtBot, window: MainWindow, archive: Path, finder: FakeFinder
) -> None:
    said: list[str] = []
    window.opener.scan.status_changed.connect(lambda status: said.append(status.sentence))
    assert scan(qtbot, window, archive) == "3 files were searched, 1 is a copy, 1 failed"
    assert states(window) == {
        "0.jpg": State.DONE, "1.jpg": State.DONE, "2.jpg": State.DONE, "broken.jpg": State.FAILED
    }  # fmt: skip
    assert len(finder.searched) == 3 and len(window.session.faces.entries()) == 9
    assert {picture.faces for picture in window.session.pictures.pictures()} == {0, 3}
    assert window.session.shown.source == str(archive / "0.jpg")
    assert any("5 of 5 files" in sentence for sentence in said)
    assert window.status.sentence.text() == "Ready"
    qtbot.waitUntil(lambda: window.project.is_saved)
    with Project.open(window.project.path) as project:
        assert [(p.path.name, p.searched) for p in project.pictures() if p.searched] == [
            (f"{n}.jpg", True) for n in "012"
        ]
        assert [Path(file.path).name for file in ScannedFiles(project).failed()] == ["broken.jpg"]


def test_a_drive_that_is_unplugged_while_it_is_searched_is_told_and_what_it_took_along_can_be_searched_later(
    qtbot: QtBot, window: MainWindow, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = module.read_frames

    def unplugged(path: Path, *how: Any) -> Iterable[Frame]:
        if path.name == "1.jpg":
            archive.rename(tmp_path / "unplugged")
        return read(path, *how)

    monkeypatch.setattr(module, "read_frames", unplugged)
    assert scan(qtbot, window, archive) == "1 file was searched, 4 are gone"
    assert window.notice.sentence.text() == f"{archive} is no longer there: connect its drive, and try again."
    (tmp_path / "unplugged").rename(archive)
    window.session.searches.search_rest()
    qtbot.waitUntil(lambda: states(window)["2.jpg"] == State.DONE and states(window)["1.jpg"] == State.DONE)


def test_the_copy_of_a_removed_file_takes_its_place_with_its_verdicts(
    qtbot: QtBot, window: MainWindow, archive: Path
) -> None:
    scan(qtbot, window, archive)
    first, *_ = [entry.key for entry in window.session.faces.entries_of(str(archive / "0.jpg"))]
    window.session.selection.give_verdict([first], Verdict.CONFIRMED)
    qtbot.waitUntil(lambda: window.project.is_saved)
    (archive / "0.jpg").unlink()
    assert scan(qtbot, window, archive) == "No new file was searched, 3 are unchanged, 1 had failed before, 1 is gone"
    qtbot.waitUntil(lambda: listed(window) == ["1.jpg", "2.jpg", "broken.jpg", "copy.jpg"])
    faces = window.session.faces.entries_of(str(archive / "copy.jpg"))
    assert len(faces) == 3 and [face.verdict for face in faces if face.verdict] == [Verdict.CONFIRMED]
    shown = window.session.pictures.picture(str(archive / "copy.jpg"))
    assert shown is not None and (shown.state, shown.faces) == (State.DONE, 3)


def test_a_picture_is_never_said_to_have_more_faces_than_are_shown(
    qtbot: QtBot, window: MainWindow, archive: Path, tmp_path: Path
) -> None:
    pictures, visible = window.session.pictures, window.session.visible
    visible.set_filter(replace(visible.filter, lowest_score=0.5))
    said: set[int] = set()
    for told in (pictures.rowsInserted, pictures.dataChanged):
        told.connect(lambda *_: said.update(picture.faces for picture in pictures.pictures()))
    scan(qtbot, window, archive)
    assert said == {0, 2}, "of three faces the filter hides one"
    window.project.save_as(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: window.project.path.name == "case.tinyface" and window.project.is_saved)
    window.project.new(tmp_path / "other.tinyface")
    qtbot.waitUntil(lambda: not window.session.faces.entries())
    said.clear()
    window.project.open(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 9, timeout=20_000)
    assert said == {0, 2}, "nor when the project is opened again"


def test_a_long_folder_is_taken_in_by_bites_with_a_turn_of_the_window_between(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, finder: FakeFinder
) -> None:
    for number in range(200):
        (tmp_path / f"{number:03}.jpg").touch()
    happened: list[str] = []
    turns = QTimer(window, interval=1)
    turns.timeout.connect(lambda: happened.append("turn"))

    def insert(_parent: QModelIndex, first: int, _last: int) -> None:
        happened.append("portion")
        if not first:
            time.sleep(0.3)  # the window is busy, as when it shows the first picture

    window.session.pictures.rowsInserted.connect(insert)
    turns.start()
    window.opener.open_paths([tmp_path])
    qtbot.waitUntil(lambda: happened.count("portion") == 4, timeout=20_000)
    assert ("portion", "portion") not in pairwise(happened)
    window.opener.scan.cancel()
    qtbot.waitUntil(lambda: window.status.sentence.text().startswith("Ready"), timeout=20_000)


def test_an_album_that_was_moved_is_listed_in_its_new_place_with_its_verdicts(
    qtbot: QtBot, window: MainWindow, archive: Path, finder: FakeFinder
) -> None:
    scan(qtbot, window, archive)
    faces = window.session.faces
    window.session.commands.set_verdicts([faces.entries()[0].key], Verdict.CONFIRMED)
    qtbot.waitUntil(lambda: window.project.is_saved)
    archive.rename(moved := archive.with_name("moved"))
    assert scan(qtbot, window, moved) == "No new file was searched, 1 is a copy, 3 were moved, 1 failed"
    # The sentence comes first: what was moved leaves the strip once a worker has looked for it.
    old = str(archive / "0.jpg")
    qtbot.waitUntil(lambda: window.session.pictures.picture(old) is None)
    found = [p for p in window.session.pictures.pictures() if p.state == State.DONE]
    assert [p.source for p in found] == [str(moved / f"{number}.jpg") for number in range(3)]
    assert len(finder.searched) == 3 and len(faces.entries()) == 9
    assert [entry.source for entry in faces.entries() if entry.verdict] == [str(moved / "0.jpg")]


def test_pictures_of_a_folder_are_listed_before_they_are_searched_and_what_is_seen_comes_first(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, finder: FakeFinder
) -> None:
    for number in range(30):
        save_photo(tmp_path / "many" / f"{number:02}.jpg", number)
    finder.pause = 0.1
    window.opener.open_paths([tmp_path / "many"])
    qtbot.waitUntil(lambda: len(listed(window)) == 30)
    assert len(finder.searched) < 10 and list(states(window).values()).count(State.WAITING) > 20
    window.session.shown.show(str(tmp_path / "many" / "25.jpg"))
    qtbot.waitUntil(lambda: str(tmp_path / "many" / "25.jpg") in finder.searched)
    assert len(finder.searched) < 15
    finder.pause = 0.0
    qtbot.waitUntil(lambda: set(states(window).values()) == {State.DONE})
    assert len(finder.searched) == 30


def test_a_cancelled_folder_stops_within_a_second_and_opened_again_it_goes_on_where_it_was(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, finder: FakeFinder
) -> None:
    for number in range(20):
        save_photo(tmp_path / "many" / f"{number:02}.jpg", number)
    finder.steps, finder.pause = 4, 0.02
    window.opener.open_paths([tmp_path / "many"])
    qtbot.waitUntil(lambda: len(finder.searched) >= 3)
    window.actions_.cancel.trigger()
    cancelled = time.monotonic()
    qtbot.waitUntil(lambda: State.WAITING not in states(window).values())
    assert time.monotonic() - cancelled < 1
    done = list(states(window).values()).count(State.DONE)
    assert 3 <= done < 20, "what was searched till then is in the window too"
    qtbot.waitUntil(lambda: f"{20 - done} pictures are not searched yet" in window.status.sentence.text())
    assert scan(qtbot, window, tmp_path / "many") == f"{20 - done} files were searched, {done} are unchanged"
    assert set(states(window).values()) == {State.DONE}
    assert len(finder.searched) <= 21, "the one in work may have been done already"


def test_another_folder_joins_one_that_is_scanned_already(
    qtbot: QtBot, window: MainWindow, archive: Path, tmp_path: Path, finder: FakeFinder
) -> None:
    save_photo(tmp_path / "other" / "other.jpg", 9)
    finder.pause = 0.05
    window.opener.open_paths([archive])
    qtbot.waitUntil(lambda: bool(finder.searched))
    scan(qtbot, window, tmp_path / "other")
    assert [name for name, state in states(window).items() if state == State.DONE] == [
        "0.jpg", "1.jpg", "2.jpg", "other.jpg",
    ]  # fmt: skip
    assert not window.notice.isVisible()


def test_a_picture_that_is_closed_while_its_folder_is_searched_stays_closed(
    qtbot: QtBot, window: MainWindow, archive: Path, finder: FakeFinder
) -> None:
    finder.pause = 0.1
    window.opener.open_paths([archive])
    qtbot.waitUntil(lambda: len(listed(window)) == 5)
    window.opener.close_picture(str(archive / "2.jpg"))
    with qtbot.waitSignal(window.opener.scan.ended, timeout=20_000):
        pass
    qtbot.waitUntil(lambda: window.status.sentence.text().startswith("Ready") and window.project.is_saved)
    assert listed(window) == ["0.jpg", "1.jpg", "broken.jpg"]
    with Project.open(window.project.path) as project:
        assert str(archive / "2.jpg") not in [picture.source for picture in project.pictures()]


def test_a_scan_goes_on_in_the_file_that_the_work_is_saved_as(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, finder: FakeFinder
) -> None:
    for number in range(12):
        save_photo(tmp_path / "many" / f"{number:02}.jpg", number)
    finder.pause = 0.05
    window.opener.open_paths([tmp_path / "many"])
    qtbot.waitUntil(lambda: len(finder.searched) >= 2)
    with qtbot.waitSignal(window.opener.scan.ended, timeout=20_000):
        window.project.save_as(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: window.project.is_saved and window.project.is_named)
    assert set(states(window).values()) == {State.DONE} and not window.notice.isVisible()
    with Project.open(tmp_path / "case.tinyface") as project:
        assert [picture.faces for picture in project.pictures()] == [3] * 12


def test_a_file_that_could_not_be_searched_says_so_in_the_project_that_is_opened_again(
    qtbot: QtBot, window: MainWindow, archive: Path, tmp_path: Path
) -> None:
    scan(qtbot, window, archive)
    window.project.save_as(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: window.project.is_saved and window.project.is_named)
    failed = window.session.pictures.picture(str(archive / "broken.jpg"))
    window.project.new(tmp_path / "other.tinyface")
    qtbot.waitUntil(lambda: not listed(window))
    with qtbot.waitSignal(window.project.loaded, timeout=20_000):
        window.project.open(tmp_path / "case.tinyface")
    assert failed is not None and failed.reason
    assert window.session.pictures.picture(str(archive / "broken.jpg")) == failed
    assert "not searched yet" not in window.status.sentence.text()


def test_reasons_of_failures_are_stored_as_the_command_line_tells_them_in_any_language(
    qtbot: QtBot, german: None, request: pytest.FixtureRequest, archive: Path
) -> None:
    window: MainWindow = request.getfixturevalue("window")
    with qtbot.waitSignal(window.opener.scan.ended, timeout=20_000):
        window.opener.open_paths([archive])
    qtbot.waitUntil(lambda: states(window)["broken.jpg"] == State.FAILED)
    qtbot.waitUntil(lambda: not window.session.searches.is_scanning)
    qtbot.waitUntil(lambda: window.project.is_saved)
    picture = window.session.pictures.picture(str(archive / "broken.jpg"))
    assert picture is not None and "kein Bild" in window.session.pictures.state_text(picture)
    with Project.open(window.project.path) as project:
        assert [file.reason for file in ScannedFiles(project).failed()] == [
            "broken.jpg is not a picture that can be read: get a fresh copy of it."
        ]


@pytest.mark.parametrize("name", ["broken.jpg", "broken.mp4"])
def test_reasons_of_failures_of_single_files_are_stored_so_too_and_shown_in_the_language_of_the_window(
    qtbot: QtBot, german: None, request: pytest.FixtureRequest, tmp_path: Path, name: str
) -> None:
    window: MainWindow = request.getfixturevalue("window")
    path = tmp_path / name
    path.write_bytes(b"nothing of the kind")
    with qtbot.waitSignal(window.session.pictures.failed):
        window.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: window.session.shown.source == str(path))
    window.actions_.find.trigger()
    qtbot.waitUntil(lambda: states(window)[name] == State.FAILED and window.project.is_saved)
    picture = window.session.pictures.picture(str(path))
    assert picture is not None and name in (told := window.session.pictures.state_text(picture))
    with Project.open(window.project.path) as project:
        (file,) = ScannedFiles(project).failed()
    assert " is not a " in file.reason and " is not a " not in told


def test_many_copies_leave_the_film_strip_some_at_a_time(
    qtbot: QtBot, window: MainWindow, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.session.scanning._COPIES_AT_ONCE", 2)
    for number in range(5):
        shutil.copy(archive / "1.jpg", archive / f"copy {number}.jpg")
    removed: list[int] = []
    window.session.pictures.removed.connect(lambda sources: removed.append(len(sources)))
    scan(qtbot, window, archive)
    qtbot.waitUntil(lambda: listed(window) == ["0.jpg", "1.jpg", "2.jpg", "broken.jpg"])
    assert removed == [2, 2, 2]


def test_where_pictures_are_not_searched_at_once_a_folder_is_only_listed(
    qtbot: QtBot, window: MainWindow, archive: Path, settings: Settings, finder: FakeFinder
) -> None:
    settings.search_on_open = False
    window.opener.open_paths([archive])
    qtbot.waitUntil(lambda: "5 pictures are not searched yet" in window.status.sentence.text())
    assert finder.searched == [] and set(states(window).values()) == {State.IDLE}


def test_work_without_a_name_is_kept_where_many_pictures_were_searched(
    qtbot: QtBot, window: MainWindow, archive: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.session.project_file._MOST_FORGOTTEN", 2)
    scan(qtbot, window, archive)
    path = window.project.path
    window.close()
    assert path.exists() and settings.recent[0] == str(path)


def test_verdicts_are_kept_with_faces_that_a_scan_found_and_through_the_next_one(
    qtbot: QtBot, window: MainWindow, archive: Path, finder: FakeFinder
) -> None:
    scan(qtbot, window, archive)
    best = window.session.faces.entries_of(str(archive / "1.jpg"))[0]
    window.session.selection.give_verdict([best.key], Verdict.CONFIRMED)
    qtbot.waitUntil(lambda: window.project.is_saved)
    save_photo(archive / "1.jpg", 7)
    assert scan(qtbot, window, archive) == "1 file was searched, 3 are unchanged, 1 had failed before"
    assert len(finder.searched) == 4
    entries = window.session.faces.entries_of(str(archive / "1.jpg"))
    assert len(entries) == 3
    assert [entry.face.box for entry in entries if entry.verdict == Verdict.CONFIRMED] == [BOXES[0]]


def test_a_watched_folder_brings_what_comes_until_it_is_cancelled(
    qtbot: QtBot, window: MainWindow, archive: Path
) -> None:
    window.actions_.watch.setChecked(True)
    window.opener.open_paths([archive])
    qtbot.waitUntil(lambda: window.status.sentence.text().startswith("Waiting for changes"), timeout=20_000)
    qtbot.wait(500)
    save_photo(archive / "new.jpg", 9)
    qtbot.waitUntil(lambda: states(window).get("new.jpg") == State.DONE, timeout=20_000)
    window.actions_.cancel.trigger()
    qtbot.waitUntil(lambda: window.status.sentence.text() == "Ready", timeout=20_000)
