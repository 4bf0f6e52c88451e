"""A blind vote, used as a person does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs.voting import VotingDialog
from app.jobs.upscaling import LoadedUpscalers
from app.jobs.voting import VoteFile
from app.main_window import MainWindow
from app.settings import Settings
from tinyface_core.evaluation.voting import Choice, VotedFace, pair_results, read_poll
from tinyface_core.types import Face, Frame, UserError
from tinyface_core.upscalers.enlargement import CropSet, Enlargement

SHADES = {"bilinear": 90, "bicubic": 200, "nearest": 40}
MakePhoto = Callable[..., Path]


def enlarge(frame: Frame, face: Face, methods: tuple[str, ...], device: str, gan: str = "") -> CropSet:
    """Every method gives one even shade."""
    made = tuple(Enlargement(name, np.full((64, 64, 3), SHADES[name], np.uint8), 1) for name in methods)
    return CropSet(face.box, np.zeros((16, 16, 3), np.uint8), made)


@pytest.fixture
def open_vote(
    qtbot: QtBot, tmp_path: Path, settings: Settings, photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., VotingDialog]:
    settings.comparison_methods = ["bilinear", "bicubic"]
    faces = [VotedFace(str(photo()), None, (10.0 + n, 10, 40 + n, 40)) for n in range(6)]

    def make(enlarge=enlarge) -> VotingDialog:
        monkeypatch.setattr(LoadedUpscalers, "enlarge", staticmethod(enlarge))
        dialog = VotingDialog(faces, settings, folder=tmp_path / "votes")
        qtbot.addWidget(dialog, before_close_func=lambda dialog: dialog.reject())
        dialog.show()
        qtbot.waitUntil(dialog.start.isEnabled)
        return dialog

    return make


def begin(qtbot: QtBot, dialog: VotingDialog, faces: int = 6) -> None:
    dialog.count.setValue(faces)
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.view.buttons[Choice.LEFT].isEnabled)


def brighter(dialog: VotingDialog) -> Qt.Key:
    left, right = (crop.shown.pixelColor(5, 5).red() for crop in (dialog.view.left, dialog.view.right))
    return Qt.Key.Key_Left if left > right else Qt.Key.Key_Right


def answer(qtbot: QtBot, dialog: VotingDialog, key: Callable[[], Qt.Key]) -> None:
    qtbot.waitUntil(dialog.view.buttons[Choice.LEFT].isEnabled)
    qtbot.keyClick(dialog.view, key())


def test_who_prefers_the_brighter_one_by_keys_prefers_its_method_whatever_the_side(
    qtbot: QtBot, open_vote: Callable[..., VotingDialog]
) -> None:
    dialog = open_vote()
    assert dialog.questions.text() == "6 questions"
    begin(qtbot, dialog)
    sides = set()
    for _ in range(6):
        qtbot.waitUntil(dialog.view.buttons[Choice.LEFT].isEnabled)
        sides.add(brighter(dialog))
        answer(qtbot, dialog, lambda: brighter(dialog))
    assert dialog.results.isVisible() and len(sides) == 2
    row = [dialog.results.pairs.item(0, column).text() for column in range(7)]
    assert row == ["Bilinear", "Bicubic", "0", "6", "0", "0 %", "0 – 39 %"]
    assert not dialog.results.methods.isVisible()  # of two methods the pair says it all


def test_nothing_on_the_screen_tells_which_is_whose(qtbot: QtBot, open_vote: Callable[..., VotingDialog]) -> None:
    dialog = open_vote()
    begin(qtbot, dialog)
    for crop in (dialog.view.left, dialog.view.right):
        assert crop._crop.title == crop._crop.figures == "" and "ilinear" not in crop.accessibleName() + crop.toolTip()


def test_what_was_saved_last_is_on_the_disk_after_waiting_and_older_votes_stay_as_they_were(
    qapp: QApplication, tmp_path: Path
) -> None:
    faces, methods = [VotedFace("a.png", None, (0, 0, 9, 9))], ("bilinear", "bicubic")
    parent = QObject()
    older = VoteFile(tmp_path, parent)
    kept = older.begin(faces, methods, 1)
    older.wait()
    (path,) = tmp_path.iterdir()
    file = VoteFile(tmp_path, parent)
    file.look(lambda _poll: None)
    file.wait()
    file.begin(faces, methods, 2)
    qapp.processEvents()
    voted = file.begin(faces, methods, 3).with_vote(Choice.LEFT)
    file.save(voted)
    file.wait()
    assert read_poll(path) == kept
    assert voted in [read_poll(other) for other in tmp_path.iterdir()]


def test_answers_are_kept_when_the_window_closes_and_gone_on_with(
    qtbot: QtBot, open_vote: Callable[..., VotingDialog]
) -> None:
    dialog = open_vote()
    begin(qtbot, dialog)
    answer(qtbot, dialog, lambda: Qt.Key.Key_Left)
    answer(qtbot, dialog, lambda: Qt.Key.Key_Down)
    answer(qtbot, dialog, lambda: Qt.Key.Key_Backspace)
    asked = dialog._poll.trials
    dialog.reject()
    later = open_vote()
    qtbot.waitUntil(later.go_on.isVisible)
    assert later.left_off.text() == "The last vote has 1 of 6 answers."
    assert later.go_on.isDefault() and not later.start.isDefault()
    qtbot.keyClick(later, Qt.Key.Key_Return)
    assert later._poll.trials == asked and later._poll.choices == (Choice.LEFT,)
    assert later.view.place.text() == "2 of 6"


def test_three_methods_meet_in_pairs_and_the_result_ranks_them(
    qtbot: QtBot, open_vote: Callable[..., VotingDialog], settings: Settings, tmp_path: Path
) -> None:
    dialog = open_vote()
    settings.comparison_methods = ["bilinear", "bicubic", "nearest"]
    begin(qtbot, dialog, faces=2)
    for _ in range(6):
        answer(qtbot, dialog, lambda: brighter(dialog))
    ranked = [dialog.results.methods.item(row, 0).text() for row in range(3)]
    assert ranked == ["Bicubic", "Bilinear", "Nearest"]
    dialog.save_votes(tmp_path / "votes.csv")
    dialog.crops.worker.wait()
    assert len((tmp_path / "votes.csv").read_text("utf-8-sig").splitlines()) == 7


def test_a_face_that_cannot_be_enlarged_is_skipped_and_said(
    qtbot: QtBot, open_vote: Callable[..., VotingDialog]
) -> None:
    def fails(frame: Frame, face: Face, methods: tuple[str, ...], device: str, gan: str = "") -> CropSet:
        if face.box[0] == 12 and "nearest" not in methods:
            raise UserError("The weights are missing.")
        return enlarge(frame, face, methods, device)

    dialog = open_vote(fails)
    begin(qtbot, dialog)
    while not dialog.results.isVisible():
        answer(qtbot, dialog, lambda: brighter(dialog))
        qtbot.wait(20)
        if dialog._poll.is_finished:
            break
    assert sorted(dialog._poll.choices).count(Choice.SKIPPED) == 1
    assert pair_results(dialog._poll)[0].second_votes == 5


def test_the_listed_faces_are_voted_on(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> None:
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    window.actions_.vote.trigger()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), VotingDialog))
    dialog = cast("VotingDialog", QApplication.activeModalWidget())
    assert dialog.count.maximum() == 3
    dialog.reject()
