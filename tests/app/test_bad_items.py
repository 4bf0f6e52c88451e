"""One bad item in the window: all other work is saved, and the bad one is told of."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.pictures import State
from tests.hostile.inputs import LATIN_1, picture_bytes
from tinyface_core.project.records import ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import Detections, FindResult, Verdict

ROOT = Path(__file__).resolve().parents[2]
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only there names are any bytes")


def saved(window: MainWindow) -> Project:
    return Project.open(window.project.path)


@ON_LINUX
def test_a_folder_with_a_name_that_is_no_utf8_is_shown_searched_and_saved(
    qtbot: QtBot, window: MainWindow, album: Path
) -> None:
    odd = album / LATIN_1
    odd.write_bytes(picture_bytes(side=160))
    (album / "z.jpg").write_bytes(picture_bytes(side=80))  # no copy of the first
    window.opener.open_paths([album])
    session = window.session
    qtbot.waitUntil(lambda: [p.state for p in session.pictures.pictures()] == [State.DONE] * 3)
    assert [p.name for p in session.pictures.pictures()] == ["a.jpg", "caf\\xe9.jpg", "z.jpg"]
    window.film_strip.setCurrentIndex(window.film_strip.model().index(1, 0))
    qtbot.waitUntil(lambda: session.shown.frame is not None and session.shown.frame.source == str(odd))
    session.pictures.set_reviewed(str(odd), True)
    key = session.faces.entries_of(str(odd))[0].key
    session.selection.give_verdict([key], Verdict.CONFIRMED)
    qtbot.waitUntil(lambda: window.project.is_saved)
    with saved(window) as project:
        assert {p.source: p.reviewed for p in project.pictures()} == {
            str(album / "a.jpg"): False, str(odd): True, str(album / "z.jpg"): False,
        }  # fmt: skip
        assert [face.verdict for face in project.faces(str(odd))].count(Verdict.CONFIRMED) == 1
    thumbnail = session.pictures.index(1)
    qtbot.waitUntil(lambda: thumbnail.data(Qt.ItemDataRole.DecorationRole) is not None)


def test_a_change_that_cannot_be_made_is_left_out_and_told_and_the_others_are_saved(
    qtbot: QtBot, window: MainWindow, album: Path
) -> None:
    window.opener.open_paths([album / "a.jpg"])
    qtbot.waitUntil(lambda: window.project.is_saved and window.session.faces.entries() != [])
    told: list[str] = []
    window.project.failed.connect(lambda sentence, _details: told.append(sentence))
    autosave = window.project._autosave
    autosave.hold()  # so that they wait for each other, as in a busy moment
    key = window.session.faces.entries()[0].key
    window.session.selection.give_verdict([key], Verdict.CONFIRMED)
    autosave.change(lambda project: project.set_reviewed("/nowhere.jpg", True))
    autosave.change(lambda project: project.set_fingerprint(str(album / "a.jpg"), "", 2**70))
    autosave.change(lambda project: project.add_pictures([ProjectPicture("/later.jpg")]))
    autosave.use(window.project._file)
    qtbot.waitUntil(lambda: window.project.is_saved)
    assert len(told) == 2 and "nowhere.jpg is not part of the project" in told[0] and "OverflowError" in told[1]
    with saved(window) as project:
        assert project.counts().verdicts["face"] == 1
        assert [p.source for p in project.pictures()] == [str(album / "a.jpg"), "/later.jpg"]


def test_a_file_that_is_locked_for_a_moment_costs_nothing(qtbot: QtBot, window: MainWindow, album: Path) -> None:
    window.opener.open_paths([album / "a.jpg"])
    qtbot.waitUntil(lambda: window.project.is_saved and window.session.faces.entries() != [])
    other = sqlite3.connect(window.project.path)
    other.execute("BEGIN EXCLUSIVE")
    window.session.selection.give_verdict([window.session.faces.entries()[0].key], Verdict.CONFIRMED)
    qtbot.wait(100)
    other.execute("ROLLBACK")
    qtbot.waitUntil(lambda: window.project.is_saved)
    with saved(window) as project:
        assert project.counts().verdicts["face"] == 1


_STARTED = """
import os
import sys
from app.__main__ import main
from app.dialogs.file_opener import FileOpener

def tell(_opener, paths):
    print(ascii(paths[0].name), flush=True)
    os._exit(0)

FileOpener.open_paths = tell
main()
"""


@ON_LINUX
def test_a_name_that_is_no_utf8_is_opened_from_the_command_line(tmp_path: Path) -> None:
    """Given to Qt as it is, it ends the process."""
    command = [sys.executable, "-c", _STARTED, str(tmp_path / LATIN_1)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ascii(LATIN_1)), done.stderr


_ENDED = """
import os
import signal
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox
from app.__main__ import main
from app.crash_report import CrashWatch
from app.dialogs.file_opener import FileOpener

def ask(opener, _paths):
    QTimer.singleShot(300, lambda: os.kill(os.getpid(), signal.SIGTERM))
    QMessageBox.question(opener._window, "A question", "Nobody is there to answer it.")

FileOpener.open_paths = ask
print(main(["tiny-face-inspector"]), CrashWatch().begin())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends windows otherwise")
def test_the_window_closes_in_order_when_the_system_ends_it(tmp_path: Path) -> None:
    """A question that is open keeps nobody, and the next start has no crash to tell of."""
    environment = os.environ | {"TINYFACE_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", _ENDED]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT, env=environment, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["0", "None"]), done.stderr


def test_an_export_goes_past_pictures_that_are_gone(tmp_path: Path, album: Path) -> None:
    from app.jobs.exporting import ExportRequest, export_files
    from tinyface_core.export.material import ExportPicture
    from tinyface_core.media.opening import MediaError

    results = [
        FindResult(str(album / name), 64, 64, Detections.of([[4, 4, 20, 24]], [0.9]), 1, 0)
        for name in ("gone.jpg", "a.jpg")
    ]
    request = ExportRequest(
        tuple(ExportPicture(result, ()) for result in results), ("annotated", "csv"), tmp_path / "out"
    )
    with pytest.raises(MediaError, match=r"gone\.jpg does not exist"):
        export_files(request, threading.Event(), lambda *_: None)
    assert {path.name for path in (tmp_path / "out").rglob("*.*")} == {"a.png", "faces-csv.csv"}
