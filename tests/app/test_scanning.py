"""A folder is scanned into the window's project, by the scan of the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from tests.app.conftest import BOXES, FakeFinder
from tests.core.search.made_scan import save_photo
from tinyface_core.project.scanned import ScannedFiles
from tinyface_core.project.store import Project
from tinyface_core.types import Verdict


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
        window.opener.scan.start([folder])
    return str(ended.args[0])


def listed(window: MainWindow) -> list[str]:
    return [picture.name for picture in window.session.pictures.pictures()]


def test_what_a_scan_finds_is_in_the_project_and_streams_into_the_window(
    qtbot: QtBot, window: MainWindow, archive: Path, finder: FakeFinder
) -> None:
    said: list[str] = []
    window.opener.scan.status_changed.connect(lambda status: said.append(status.sentence))
    assert scan(qtbot, window, archive) == "Scanned: searched 3, copies 1, failed 1"
    assert listed(window) == ["0.jpg", "1.jpg", "2.jpg"] and len(finder.searched) == 3
    assert len(window.session.faces.entries()) == 9 and window.session.shown.source == str(archive / "0.jpg")
    assert any("5 of 5 files" in sentence for sentence in said) and said[-1] == "Ready"
    qtbot.waitUntil(lambda: window.project.is_saved)
    with Project.open(window.project.path) as project:
        assert [(p.path.name, p.faces, p.searched) for p in project.pictures()] == [
            (f"{n}.jpg", 3, True) for n in "012"
        ]
        assert len(ScannedFiles(project).failed()) == 1


def test_verdicts_are_kept_with_faces_that_a_scan_found_and_through_the_next_one(
    qtbot: QtBot, window: MainWindow, archive: Path, finder: FakeFinder
) -> None:
    scan(qtbot, window, archive)
    best = window.session.faces.entries_of(str(archive / "1.jpg"))[0]
    window.session.selection.give_verdict([best.key], Verdict.CONFIRMED)
    qtbot.waitUntil(lambda: window.project.is_saved)
    save_photo(archive / "1.jpg", 7)
    assert scan(qtbot, window, archive) == "Scanned: searched 1, as before 3, failed before 1"
    assert len(finder.searched) == 4
    entries = window.session.faces.entries_of(str(archive / "1.jpg"))
    assert len(entries) == 3
    assert [entry.face.box for entry in entries if entry.verdict == Verdict.CONFIRMED] == [BOXES[0]]


def test_a_watched_folder_brings_what_comes_until_it_is_cancelled(
    qtbot: QtBot, window: MainWindow, archive: Path
) -> None:
    window.actions_.watch.setChecked(True)
    window.opener.scan.start([archive])
    qtbot.waitUntil(lambda: len(listed(window)) == 3, timeout=20_000)
    qtbot.wait(500)
    save_photo(archive / "new.jpg", 9)
    qtbot.waitUntil(lambda: "new.jpg" in listed(window), timeout=20_000)
    with qtbot.waitSignal(window.opener.scan.status_changed, timeout=20_000):
        window.actions_.cancel.trigger()
    assert scan_may_begin(qtbot, window)


def scan_may_begin(qtbot: QtBot, window: MainWindow) -> bool:
    qtbot.waitUntil(lambda: window.status.sentence.text() == "Ready", timeout=20_000)
    return not window.notice.isVisible()


def test_two_scans_at_once_are_refused_in_a_sentence(
    qtbot: QtBot, window: MainWindow, archive: Path, finder: FakeFinder
) -> None:
    finder.pause = 0.05
    window.opener.scan.start([archive])
    with qtbot.waitSignal(window.opener.scan.failed) as refused:
        window.opener.scan.start([archive])
    assert refused.args[0].startswith("A folder is scanned already")
    with qtbot.waitSignal(window.opener.scan.ended, timeout=20_000):
        pass
