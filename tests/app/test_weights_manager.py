"""The weights manager: own weights are renamed, annotated, deleted, sent and received; going back is one click."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox
from pytestqt.qtbot import QtBot

import tinyface_core.weights
from app.dialogs import weights
from app.dialogs.weights import WeightsDialog
from app.settings import Settings
from app.style import icon
from tests.core.tiny_world import install_tiny_weights
from tinyface_core.own_weights import SUFFIX, OwnWeights, installed_weights
from tinyface_core.weights import Manifest, WeightsEntry


@pytest.fixture
def manager(qtbot: QtBot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WeightsDialog:
    """The program's weights "d" and "g", and the user's own detector "mine", which is in use."""
    install_tiny_weights(tmp_path / "weights")
    monkeypatch.setattr(tinyface_core.weights, "BUNDLED", tmp_path / "weights")
    card = WeightsEntry("mine", "detector", "tiny", "", "", "my street", "mine", "2026-11-25", started_from="d")
    # Other bytes than those of "d": safetensors files may bear a remark.
    OwnWeights().add(_other_tensors(tmp_path), card)
    settings.use_weights("detector", "mine")
    shown = WeightsDialog(settings)
    qtbot.addWidget(shown)
    shown.show()
    return shown


def _other_tensors(folder: Path) -> bytes:
    from safetensors.torch import load, save

    tensors = load((folder / "weights" / "d.safetensors").read_bytes())
    return save({name: value + 1 for name, value in tensors.items()})


def select(manager: WeightsDialog, name: str) -> None:
    rows = range(manager.list.count())
    manager.list.setCurrentRow(next(r for r in rows if manager.list.item(r).text().split("\n")[0] == name))


def listed(manager: WeightsDialog) -> list[str]:
    return [manager.list.item(row).text() for row in range(manager.list.count())]


def ticked(manager: WeightsDialog) -> set[str]:
    tick = icon("confirmed").pixmap(16).toImage()
    items = [manager.list.item(row) for row in range(manager.list.count())]
    return {item.text().split("\n")[0] for item in items if item.icon().pixmap(16).toImage() == tick}


def names() -> list[str]:
    return [entry.name for entry in OwnWeights().entries()]


def test_own_weights_are_renamed_and_stay_in_use(
    qtbot: QtBot, manager: WeightsDialog, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_given, **_more: ("street", True))
    select(manager, "mine")
    qtbot.mouseClick(manager.rename, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settings.detector == "street")
    assert names() == ["street"]
    qtbot.waitUntil(lambda: "street" in [manager.list.item(r).text().split("\n")[0] for r in range(3)])


def test_notes_are_kept_on_the_card(qtbot: QtBot, manager: WeightsDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QInputDialog, "getMultiLineText", lambda *_given, **_more: ("good in rain", True))
    select(manager, "mine")
    qtbot.mouseClick(manager.notes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "good in rain" in manager.card.toPlainText())
    assert OwnWeights().entries()[0].notes == "good in rain"


def test_weights_are_deleted_after_a_question_and_searches_go_on_with_the_programs_own(
    qtbot: QtBot, manager: WeightsDialog, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(text: str) -> None:
        def run(box: QMessageBox) -> int:
            next(button for button in box.buttons() if button.text().replace("&", "") == text).click()
            return 0

        monkeypatch.setattr(QMessageBox, "exec", run)

    select(manager, "mine")
    answer("Cancel")
    qtbot.mouseClick(manager.delete, Qt.MouseButton.LeftButton)
    assert names() == ["mine"]
    answer("Delete")
    qtbot.mouseClick(manager.delete, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names() == [] and settings.detector == "")
    qtbot.waitUntil(lambda: "mine" not in {row.split("\n")[0] for row in listed(manager)})


def test_weights_travel_as_one_file_that_is_checked_by_its_hash(
    qtbot: QtBot, manager: WeightsDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, changed = tmp_path / f"sent{SUFFIX}", tmp_path / f"changed{SUFFIX}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(sent), ""))
    select(manager, "mine")
    qtbot.mouseClick(manager.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(sent.exists)
    OwnWeights().remove("mine")
    content = sent.read_bytes()
    middle = content.index(b"weights.safetensors") + 5000
    changed.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(changed), ""))
    qtbot.mouseClick(manager.receive, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(manager.trouble.isVisible)
    assert names() == []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(sent), ""))
    qtbot.mouseClick(manager.receive, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names() == ["mine"])
    installed_weights().tensors(OwnWeights().entries()[0])
    assert not manager.trouble.isVisible()


def test_going_back_is_one_click(qtbot: QtBot, manager: WeightsDialog, settings: Settings) -> None:
    select(manager, "mine")
    assert manager.back.isEnabled()
    qtbot.mouseClick(manager.back, Qt.MouseButton.LeftButton)
    assert settings.detector == "" and settings.previous_detector == "mine"


def test_from_weights_whose_forerunner_was_deleted_one_goes_back_to_the_programs_own(
    qtbot: QtBot, manager: WeightsDialog, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.use_weights("detector", "mine")
    settings.use_weights("detector", "newer")
    monkeypatch.setattr(weights, "confirm", lambda *_: True)
    select(manager, "mine")
    qtbot.mouseClick(manager.delete, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names() == [] and settings.previous_detector == "-")
    settings.go_back("detector")
    assert settings.detector == ""


def test_the_programs_own_weights_stay_as_they_are(manager: WeightsDialog) -> None:
    select(manager, "d")
    assert not any(button.isEnabled() for button in (manager.rename, manager.notes, manager.delete))
    assert manager.export.isEnabled()


def test_the_programs_own_detector_is_the_choice_of_each_effort(
    qtbot: QtBot, manager: WeightsDialog, settings: Settings
) -> None:
    select(manager, "d")
    qtbot.mouseClick(manager.use, Qt.MouseButton.LeftButton)
    assert (settings.detector, settings.previous_detector) == ("", "mine")
    qtbot.mouseClick(manager.back, Qt.MouseButton.LeftButton)
    assert (settings.detector, settings.previous_detector) == ("mine", "-")


def test_the_card_of_the_quick_detector_says_when_it_is_used(
    qtbot: QtBot, settings: Settings, small_weights: Path
) -> None:
    manifest = Manifest.load()
    quick = replace(manifest.entry("d"), name="q", preset="quick")
    replace(manifest, entries=(*manifest.entries, quick)).save()
    manager = WeightsDialog(settings)
    qtbot.addWidget(manager)
    qtbot.waitUntil(lambda: "q" in [row.split("\n")[0] for row in listed(manager)])
    select(manager, "q")
    assert "with Fast, unless other weights are chosen" in manager.card.toPlainText()
    select(manager, "d")
    assert "with Fast" not in manager.card.toPlainText()


def test_what_efforts_use_has_a_tick_until_another_detector_is_chosen(
    qtbot: QtBot, manager: WeightsDialog, settings: Settings
) -> None:
    manifest = Manifest.load()
    replace(manifest, entries=(*manifest.entries, replace(manifest.entry("d"), name="q", preset="quick"))).save()
    settings.detector = ""
    manager = WeightsDialog(settings)
    qtbot.addWidget(manager)
    qtbot.waitUntil(lambda: {"q", "mine", "centerface"} <= {row.split("\n")[0] for row in listed(manager)})
    assert {"d", "q", "centerface"} <= ticked(manager)
    select(manager, "centerface")
    assert "with Balanced and Thorough, beside weights of MB-FCN" in manager.card.toPlainText()
    select(manager, "mine")
    qtbot.mouseClick(manager.use, Qt.MouseButton.LeftButton)
    assert {"mine", "centerface"} <= ticked(manager) and not {"d", "q"} & ticked(manager)
    select(manager, "centerface")
    qtbot.mouseClick(manager.use, Qt.MouseButton.LeftButton)
    assert "centerface" in ticked(manager) and not {"d", "q", "mine"} & ticked(manager)
