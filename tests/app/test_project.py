"""The window and its project file: all work is in the file at once, and comes back from it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app.jobs.finding import Engine
from app.main_window import MainWindow
from app.models.pictures import State
from app.session.session import Session
from app.settings import Settings
from tests.app.conftest import BOXES, FakeFinder
from tests.core.test_regions import PEOPLE
from tinyface_core.project.records import ProjectError
from tinyface_core.project.store import Project
from tinyface_core.types import Detections, FindResult, Verdict

MakePhoto = Callable[..., Path]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def make_window(qtbot: QtBot, settings: Settings, finder: FakeFinder) -> Iterator[Callable[[], MainWindow]]:
    """Makes windows of the same user, one after the other."""
    made: list[MainWindow] = []
    settings.comparison_methods = ["bilinear"]  # the networks take seconds to load

    def make() -> MainWindow:
        shown = MainWindow(Session(settings, Engine(lambda _choice: finder)))
        qtbot.addWidget(shown)
        shown.show()
        made.append(shown)
        return shown

    yield make
    for window in made:
        window.close()


def search(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.opener.open_paths([path])
    qtbot.waitUntil(lambda: len(window.session.faces.entries_of(str(path))) == 3)
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)


def saved(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.project.is_saved)


def key_of(window: MainWindow, path: Path, number: int) -> int:
    found = {entry.face.box: entry.key for entry in window.session.faces.entries_of(str(path))}
    return found[BOXES[number]]


def test_everything_the_analyst_does_comes_back_when_the_project_is_opened(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, tmp_path: Path
) -> None:
    path, window = photo("album/photo.png"), make_window()
    search(qtbot, window, path)
    c = window.session
    c.selection.give_verdict([key_of(window, path, 0)], Verdict.NOT_A_FACE)
    c.commands.set_note(key_of(window, path, 1), "behind the pillar")
    c.selection.add_drawn_face((5.0, 6.0, 15.0, 18.0))
    window.actions_.reviewed.trigger()
    window.project.save_as(tmp_path / "album" / "case.tinyface")
    qtbot.waitUntil(lambda: window.project.is_named)
    saved(qtbot, window)
    window.close()

    again = make_window()
    again.opener.open_paths([tmp_path / "album" / "case.tinyface"])
    qtbot.waitUntil(lambda: len(again.session.faces.entries()) == 4)
    entries = {entry.face.box: entry for entry in again.session.faces.entries()}
    assert entries[BOXES[0]].verdict == Verdict.NOT_A_FACE
    assert entries[BOXES[1]].note == "behind the pillar"
    assert entries[(5.0, 6.0, 15.0, 18.0)].drawn and entries[(5.0, 6.0, 15.0, 18.0)].verdict == Verdict.CONFIRMED
    picture = again.session.pictures.picture(str(path))
    assert picture is not None and picture.reviewed and picture.state == State.DONE
    assert again.actions_.reviewed.isChecked()
    qtbot.waitUntil(lambda: (str(path), None) in again.session.searches.results)
    assert "case" in again.windowTitle()
    qtbot.waitUntil(lambda: len(again.session.faces._thumbnails) == 4)


def test_undo_reaches_the_file_too(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, tmp_path: Path
) -> None:
    path, window = photo(), make_window()
    search(qtbot, window, path)
    window.session.selection.give_verdict([key_of(window, path, 0)], Verdict.CONFIRMED)
    window.session.selection.add_drawn_face((5.0, 6.0, 15.0, 18.0))
    saved(qtbot, window)
    with Project.open(window.project.path) as project:
        assert project.counts().drawn == 1 and project.counts().verdicts["face"] == 2
    window.actions_.undo.trigger()
    window.actions_.undo.trigger()
    saved(qtbot, window)
    with Project.open(window.project.path) as project:
        assert project.counts().drawn == 0 and project.counts().verdicts == {"": 3}


def test_work_without_a_name_is_kept_and_offered_again(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, settings: Settings
) -> None:
    path, window = photo(), make_window()
    search(qtbot, window, path)
    window.session.selection.give_verdict([key_of(window, path, 0)], Verdict.CONFIRMED)
    window.close()
    assert Path(settings.recent[0]).name.startswith("Unsaved work")
    again = make_window()
    again.opener.open_paths([Path(settings.recent[0])])
    qtbot.waitUntil(lambda: len(again.session.faces.entries()) == 3)
    assert not again.project.is_named
    assert again.session.faces.entry(key_of(again, path, 0)).verdict == Verdict.CONFIRMED  # type: ignore[union-attr]


def test_work_without_a_name_that_was_deleted_is_told_and_not_begun_anew(
    qtbot: QtBot, make_window: Callable[[], MainWindow]
) -> None:
    window = make_window()
    deleted = window.project.path.with_name("Unsaved work 2026-11-30 18.45.08.414.tinyface")
    window.opener.open_paths([deleted])
    qtbot.waitUntil(lambda: window.notice.sentence.text() == f"The project {deleted} does not exist: check the name.")
    assert not deleted.exists()


def test_a_window_in_which_nothing_was_said_leaves_no_file(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto
) -> None:
    window = make_window()
    search(qtbot, window, photo())
    saved(qtbot, window)
    assert window.project.path.exists()
    window.close()
    assert list(window.project.path.parent.iterdir()) == []


def test_a_window_closes_though_the_file_of_its_work_cannot_be_deleted(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    search(qtbot, window, photo())
    saved(qtbot, window)

    def refuse(path: Path, **_options: object) -> None:
        raise PermissionError(13, "used by another process", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    window.close()
    assert not window.isVisible() and window.project.path.exists()


def test_saving_under_a_name_takes_along_what_happens_meanwhile(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, tmp_path: Path
) -> None:
    path, window = photo(), make_window()
    search(qtbot, window, path)
    unnamed = window.project.path
    window.project.save_as(tmp_path / "case.tinyface")
    window.session.selection.give_verdict([key_of(window, path, 2)], Verdict.UNSURE)
    qtbot.waitUntil(lambda: window.project.is_named)
    saved(qtbot, window)
    with Project.open(tmp_path / "case.tinyface") as project:
        assert project.counts().verdicts == {"": 2, "unsure": 1}
    qtbot.waitUntil(lambda: not unnamed.exists())


def test_a_file_that_is_no_project_leaves_everything_as_it_is(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, tmp_path: Path
) -> None:
    path, window = photo(), make_window()
    search(qtbot, window, path)
    broken = tmp_path / "broken.tinyface"
    broken.write_text("no project " * 200)
    window.opener.open_paths([broken])
    qtbot.waitUntil(window.notice.isVisible)
    assert "not a project" in window.notice.sentence.text()
    assert len(window.session.faces.entries()) == 3


def test_a_moved_picture_is_missed_and_found_again(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, tmp_path: Path
) -> None:
    path, window = photo("in/photo.png"), make_window()
    search(qtbot, window, path)
    window.session.selection.give_verdict([key_of(window, path, 0)], Verdict.CONFIRMED)
    window.project.save_as(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: window.project.is_named)

    def printed() -> bool:
        with Project.open(tmp_path / "case.tinyface") as project:
            return bool(project.pictures()[0].sha256)

    window.project._autosave.fingerprint()
    qtbot.waitUntil(printed)
    window.close()
    (tmp_path / "out").mkdir()
    path.rename(tmp_path / "out" / "other.png")
    again = make_window()
    again.opener.open_paths([tmp_path / "case.tinyface"])
    qtbot.waitUntil(again.notice.isVisible)
    assert "not where it was" in again.notice.sentence.text()
    found = str(tmp_path / "out" / "other.png")
    again.project.relink(tmp_path / "out")
    qtbot.waitUntil(lambda: again.session.pictures.row_of(found) == 0)
    qtbot.waitUntil(lambda: len(again.session.faces.entries_of(found)) == 3)
    qtbot.waitUntil(lambda: not again.notice.isVisible())  # once the whole file is read


def test_the_picture_on_the_screen_stays_when_missing_ones_are_found(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, tmp_path: Path
) -> None:
    window, paths = make_window(), [photo(f"in/{name}.png", side) for name, side in (("a", 320), ("b", 340))]
    for path in paths:
        search(qtbot, window, path)
    saved(qtbot, window)
    window.session.shown.show(str(paths[1]))
    window.project.note_contents()
    with Project.open(window.project.path) as project:
        qtbot.waitUntil(lambda: all(picture.sha256 for picture in project.pictures()))
    paths[0].parent.rename(tmp_path / "out")
    window.project.relink(tmp_path / "out")
    qtbot.waitUntil(lambda: window.session.shown.source == str(tmp_path / "out" / "b.png"))


def test_a_moved_folder_that_was_added_by_hand_is_found_again_all_the_same(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, tmp_path: Path
) -> None:
    path, case = photo("in/photo.png"), tmp_path / "case.tinyface"
    first = make_window()
    search(qtbot, first, path)
    first.session.selection.give_verdict([key_of(first, path, 0)], Verdict.CONFIRMED)
    first.project.save_as(case)
    qtbot.waitUntil(lambda: first.project.is_named)
    first.close()
    path.parent.rename(tmp_path / "out")
    moved, again = tmp_path / "out" / "photo.png", make_window()
    again.opener.open_paths([case])
    qtbot.waitUntil(again.notice.isVisible)
    search(qtbot, again, moved)
    saved(qtbot, again)
    again.project.relink(tmp_path / "out")
    qtbot.waitUntil(lambda: [p.source for p in again.session.pictures.pictures()] == [str(moved)])
    qtbot.waitUntil(lambda: len(again.session.faces.entries_of(str(moved))) == 3)
    verdicts = {entry.face.box: entry.verdict for entry in again.session.faces.entries_of(str(moved))}
    assert verdicts[BOXES[0]] == Verdict.CONFIRMED
    qtbot.waitUntil(lambda: not again.notice.isVisible())  # once the whole file is read


def test_a_full_disk_loses_nothing_that_can_still_be_written(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, window = photo(), make_window()
    search(qtbot, window, path)
    saved(qtbot, window)

    def fail(self: Project, faces: object) -> None:
        raise ProjectError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(Project, "put_faces", fail)
        window.session.selection.give_verdict([key_of(window, path, 0)], Verdict.CONFIRMED)
        qtbot.waitUntil(window.notice.isVisible)
        kept = "Your changes are kept, and saved as soon as possible."
        assert window.notice.sentence.text() == f"The disk is full. {kept}"
    window.close()
    with Project.open(window.project.path) as project:
        assert project.counts().verdicts == {"": 2, "face": 1}


def test_a_window_whose_project_cannot_be_written_asks_before_it_closes_and_can_save_it_elsewhere(
    qtbot: QtBot,
    make_window: Callable[[], MainWindow],
    photo: MakePhoto,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, window, asked = photo(), make_window(), list[str]()
    search(qtbot, window, path)
    saved(qtbot, window)
    read_only, put_faces, elsewhere = window.project.path, Project.put_faces, tmp_path / "elsewhere.tinyface"

    def put(self: Project, faces: Any) -> None:
        if self.path == read_only:
            raise ProjectError("It cannot be written.")
        put_faces(self, faces)

    def stay(box: QMessageBox) -> int:
        asked.append(box.text())
        return 0

    monkeypatch.setattr(Project, "put_faces", put)
    monkeypatch.setattr(QMessageBox, "exec", stay)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(elsewhere), ""))
    window.session.selection.give_verdict([key_of(window, path, 0)], Verdict.CONFIRMED)
    qtbot.waitUntil(window.notice.isVisible)
    assert not window.close() and asked == ["Close, and lose what could not be saved?"]
    window.notice.offers[0].click()
    qtbot.waitUntil(lambda: window.project.is_named and not window.notice.isVisible(), timeout=3000)
    saved(qtbot, window)
    assert window.close() and len(asked) == 1
    with Project.open(elsewhere) as project:
        assert project.counts().verdicts == {"": 2, "face": 1}


def test_the_message_of_a_full_disk_goes_once_there_is_room(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.autosaving._SECONDS_TO_NEXT_TRY", 0)
    path, window = photo(), make_window()
    search(qtbot, window, path)
    saved(qtbot, window)
    with window.project._file().together() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    window.session.commands.set_note(key_of(window, path, 0), "long " * 10_000)
    sentence = window.notice.sentence
    qtbot.waitUntil(window.notice.isVisible)
    assert sentence.text().startswith(f"The disk is full, so {window.project.path.name} cannot be written: make room.")
    with window.project._file().reading() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    qtbot.waitUntil(lambda: not window.notice.isVisible())
    saved(qtbot, window)


def test_closing_a_picture_asks_before_verdicts_are_forgotten(
    qtbot: QtBot, make_window: Callable[[], MainWindow], photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, window = photo(), make_window()
    search(qtbot, window, path)
    asked: list[str] = []

    def refuse(box: QMessageBox) -> int:
        asked.append(box.text())
        return 0

    monkeypatch.setattr(QMessageBox, "exec", refuse)
    window.session.selection.give_verdict([key_of(window, path, 0)], Verdict.CONFIRMED)
    window.actions_.close.trigger()
    assert len(asked) == 1 and window.session.pictures.rowCount() == 1
    window.session.selection.give_verdict([key_of(window, path, 0)], Verdict.UNDECIDED)
    window.actions_.close.trigger()
    assert len(asked) == 1 and window.session.pictures.rowCount() == 0
    saved(qtbot, window)
    with Project.open(window.project.path) as project:
        assert project.pictures() == []


def test_a_verdict_outlives_a_search_that_does_not_find_the_face_again(window: MainWindow, photo: MakePhoto) -> None:
    faces, source = window.session.faces, str(photo())
    (key,) = faces.add_result(FindResult(source, 160, 120, Detections.of([BOXES[0]], [0.9]), 1, 0))
    window.session.commands.set_verdicts([key], Verdict.CONFIRMED)
    faces.add_result(FindResult(source, 160, 120, Detections.of([BOXES[2]], [0.9]), 1, 0))
    assert {(e.face.box, e.verdict) for e in faces.entries()} == {
        (BOXES[0], Verdict.CONFIRMED),
        (BOXES[2], Verdict.UNDECIDED),
    }


_KILLED = """
import sys
from pathlib import Path
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication
from app.session.session import Session
from app.jobs.finding import Engine
from app.main_window import MainWindow
from tinyface_core.types import Verdict
from app.settings import Settings
from tests.app.conftest import FakeFinder
application = QApplication([])
finder = FakeFinder()
window = MainWindow(Session(Settings(QSettings(sys.argv[1], QSettings.Format.IniFormat)), Engine(lambda _: finder)))
window.show()
window.opener.open_paths([Path(sys.argv[2])])
faces = window.session.faces
def judge():
    if len(faces.entries()) == 3:
        timer.stop()
        window.project._autosave.saved.connect(lambda: print(window.project.path, flush=True))
        for number, verdict in enumerate((Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE)):
            window.session.commands.set_verdicts([faces.entries()[number].key], verdict)
timer = QTimer(interval=20)
timer.timeout.connect(judge)
timer.start()
application.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_verdicts_survive_a_killed_window(photo: MakePhoto, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path / "killed.ini"), str(photo())],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
    )
    assert process.stdout is not None
    patience = threading.Timer(60, process.kill)
    patience.start()
    path = Path(process.stdout.readline().strip())
    patience.cancel()
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    process.stdout.close()
    with Project.open(path) as project:
        assert project.counts().verdicts == {"face": 1, "not a face": 1, "unsure": 1}


def test_a_pasted_picture_stays_with_what_was_said_of_it(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    image = QImage(150, 130, QImage.Format.Format_RGB32)
    image.fill(QColor(10, 200, 30))
    window = make_window()
    window.project.new(tmp_path / "case.tinyface")
    window.session.opened.open_image(image)
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    source = window.session.shown.source
    assert source is not None
    window.session.selection.give_verdict([key_of(window, Path(source), 0)], Verdict.NOT_A_FACE)
    saved(qtbot, window)
    window.close()
    Path(source).unlink()  # as on another computer
    again = make_window()
    with qtbot.waitSignal(again.project.loaded):
        again.project.open(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: again.session.shown.frame is not None)
    frame = again.session.shown.frame
    assert frame is not None and tuple(frame.pixels[0, 0]) == (10, 200, 30)
    assert [e.verdict for e in again.session.selection.faces()].count(Verdict.NOT_A_FACE) == 1


def test_face_regions_of_a_photo_manager_become_verdicts(
    qtbot: QtBot, window: MainWindow, photo: Callable[..., Path]
) -> None:
    path = photo()
    path.with_suffix(".xmp").write_text(PEOPLE)  # a region at the right of the lower edge, where nothing was found
    window.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 3)
    window.actions_.take_regions.trigger()
    qtbot.waitUntil(lambda: [e.note for e in window.session.faces.entries() if e.drawn] == ["Ada"])
    assert window.session.shown.source == str(path)


def test_missing_pictures_are_looked_for_from_the_message_which_stays_where_no_folder_is_chosen(
    qtbot: QtBot,
    make_window: Callable[[], MainWindow],
    photo: MakePhoto,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, case = photo("in/photo.png"), tmp_path / "case.tinyface"
    first = make_window()
    search(qtbot, first, path)
    first.project.save_as(case)
    qtbot.waitUntil(lambda: first.project.is_named)
    first.close()
    path.parent.rename(tmp_path / "out")
    again = make_window()
    again.opener.open_paths([case])
    qtbot.waitUntil(again.notice.isVisible)
    chosen = ["", str(tmp_path / "out")]
    monkeypatch.setattr("app.dialogs.file_opener.ask_folder", lambda *_: chosen.pop(0))
    offer = again.notice.offers[0]
    assert offer.isVisible() and offer.text() == "Look for it…"
    offer.click()
    assert again.notice.isVisible() and offer.isVisible()
    offer.click()
    qtbot.waitUntil(lambda: not again.notice.isVisible())
    found = str(tmp_path / "out" / "photo.png")
    qtbot.waitUntil(lambda: [p.source for p in again.session.pictures.pictures()] == [found])
