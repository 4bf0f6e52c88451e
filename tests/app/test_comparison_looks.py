"""Two enlargements held together, and regions and whole pictures enlarged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.models.images import to_pixels
from app.settings import Settings
from app.views.comparison import ComparisonPanel
from app.views.comparison_bar import Subject
from app.views.pair_view import Look
from tinyface_core.types import Face, Frame

SEEN = (10.0, 20.0, 58.0, 44.0)


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path) -> ComparisonPanel:
    """Half dark, half bright; what is in view is the middle of it."""
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    settings.comparison_methods = ["nearest", "bicubic"]
    widget = ComparisonPanel(settings, seen=lambda: SEEN)
    qtbot.addWidget(widget, before_close_func=lambda panel: panel.stop())
    widget.resize(560, 420)
    widget.show()
    pixels = np.full((64, 80, 3), 40, np.uint8)
    pixels[:, 34:] = 200
    widget.set_picture(Frame(pixels, "/photos/crowd at noon.jpg"))
    return widget


def choose(qtbot: QtBot, panel: ComparisonPanel, subject: Subject) -> None:
    box = panel.bar._subjects
    box.setCurrentIndex(box.findData(subject))
    with qtbot.waitSignal(panel.queue.ready, timeout=20_000):
        box.activated.emit(box.currentIndex())


def look(qtbot: QtBot, panel: ComparisonPanel, wish: Look, first: str, second: str) -> None:
    qtbot.mouseClick(panel.bar.looks[wish], Qt.MouseButton.LeftButton)
    for box, name in ((panel.pairs.first_choice, first), (panel.pairs.second_choice, second)):
        box.setCurrentIndex(box.findData(name))


def shades(image: QImage, y: int) -> set[int]:
    return {image.pixelColor(x, y).red() for x in range(image.width())}


def test_what_is_in_view_is_enlarged_whatever_its_shape(qtbot: QtBot, panel: ComparisonPanel) -> None:
    choose(qtbot, panel, Subject.VIEW)
    assert [crop._crop.image.size().toTuple() for crop in panel.grid.crops] == [(48, 24), (192, 96), (192, 96)]
    place = panel.grid.crops[0].place()
    assert place.width() == pytest.approx(2 * place.height())


def test_a_whole_picture_is_enlarged_and_measured_if_asked(qtbot: QtBot, panel: ComparisonPanel) -> None:
    choose(qtbot, panel, Subject.PICTURE)
    assert panel.grid.crops[1]._crop.image.size().toTuple() == (320, 256)
    with qtbot.waitSignal(panel.queue.ready, timeout=20_000):
        qtbot.mouseClick(panel.bar.measure, Qt.MouseButton.LeftButton)
    assert [crop._crop.image.size().toTuple() for crop in panel.grid.crops] == [(20, 16), *[(80, 64)] * 3]
    assert "dB" in panel.grid.crops[1].accessibleName()


def test_a_picture_too_large_to_be_enlarged_is_reduced_first(
    qtbot: QtBot, panel: ComparisonPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.enlarging_regions.LARGEST_REGION_MADE", 60_000)
    choose(qtbot, panel, Subject.PICTURE)  # which enlarged would have 81,920 pixels
    assert panel.grid.crops[1]._crop.image.size().toTuple() == (80, 64)
    assert "reduced first" in panel.remark.text() and not panel.bar.measure.isEnabled()


def test_difference_is_black_where_both_are_equal_and_shows_by_how_much_they_differ(
    qtbot: QtBot, panel: ComparisonPanel
) -> None:
    choose(qtbot, panel, Subject.VIEW)
    look(qtbot, panel, Look.DIFFERENCE, "nearest", "nearest")
    assert shades(panel.pairs.pair.picture(panel.grid.crops[1]._crop.image.size()), 40) == {0}
    look(qtbot, panel, Look.DIFFERENCE, "nearest", "bicubic")
    nearest, bicubic = (panel.grid.crops[number]._crop.image for number in (1, 2))
    for gain in (1, 4):
        panel.pairs.gain.setCurrentIndex(panel.pairs.gain.findData(gain))
        shown = panel.pairs.pair.picture(nearest.size())
        for x in (10, 90, 95, 97, 103):
            differs = abs(nearest.pixelColor(x, 40).red() - bicubic.pixelColor(x, 40).red())
            assert shown.pixelColor(x, 40).red() == min(255, gain * differs)
        first, second = (to_pixels(image).astype(float) for image in (nearest, bicubic))
        assert panel.pairs.pair.mean_difference == pytest.approx(np.abs(first - second).mean())
        mean = f"{np.abs(first - second).mean():.1f}"
        assert panel.pairs.tiles()[0].quality == f"Difference ×\u00a0{gain} | mean\u00a0{mean} of\u00a0255"


def test_two_that_blink_take_turns_and_arrow_keys_change_them(qtbot: QtBot, panel: ComparisonPanel) -> None:
    choose(qtbot, panel, Subject.VIEW)
    look(qtbot, panel, Look.BLINK, "nearest", "bicubic")
    pair = panel.pairs.pair
    first = pair.grab().toImage()
    qtbot.waitUntil(lambda: pair.second_is_shown, timeout=3000)
    assert pair.grab().toImage() != first
    panel.pairs.pace.setCurrentIndex(panel.pairs.pace.findData(0))
    qtbot.keyClick(pair, Qt.Key.Key_Left)
    qtbot.wait(700)  # longer than any turn but the slowest
    assert not pair.second_is_shown
    qtbot.keyClick(pair, Qt.Key.Key_Right)
    assert pair.second_is_shown


def test_nothing_blinks_where_nobody_looks(qtbot: QtBot, panel: ComparisonPanel) -> None:
    choose(qtbot, panel, Subject.VIEW)
    look(qtbot, panel, Look.BLINK, "nearest", "bicubic")
    assert panel.pairs.pair._turns.isActive()
    panel.hide()
    assert not panel.pairs.pair._turns.isActive()


@pytest.mark.parametrize("pixels", [1, 2, 3])
def test_a_digit_shows_so_many_pixels_of_the_screen_for_each_pixel_unchanged(
    qtbot: QtBot, panel: ComparisonPanel, pixels: int
) -> None:
    panel.resize(531, 437)
    choose(qtbot, panel, Subject.VIEW)
    qtbot.keyClick(panel.grid.crops[0], str(pixels))
    for crop in panel.grid.crops[1:]:
        image, place = crop._crop.image, crop.place()
        assert place.width() == pytest.approx(pixels * image.width())
        shown = crop.grab().toImage()
        for x, y in ((80, 50), (96, 48), (97, 48), (103, 55)):  # dark, bright, and what lies between
            at = QPoint(int(place.x()) + pixels * x, int(place.y()) + pixels * y)
            assert shown.rect().adjusted(0, 30, 0, -30).contains(at)
            corners = [shown.pixel(at + QPoint(dx, dy)) for dx in range(pixels) for dy in range(pixels)]
            assert set(corners) == {image.pixel(x, y)}
    qtbot.keyClick(panel.grid.crops[0], "0")
    assert panel.view.zoom == 1


@pytest.mark.parametrize("width", [561, 562, 563])
def test_the_screen_makes_the_same_of_each_crop(qtbot: QtBot, panel: ComparisonPanel, width: int) -> None:
    panel.resize(width, 420)
    choose(qtbot, panel, Subject.VIEW)
    qtbot.waitUntil(lambda: all(crop.width() > 100 for crop in panel.grid.crops))
    assert len({crop.place().size().toTuple() for crop in panel.grid.crops}) == 1


def test_dragging_pans_by_as_much_as_the_mouse_moves_in_a_region_that_is_no_square(
    qtbot: QtBot, panel: ComparisonPanel
) -> None:
    choose(qtbot, panel, Subject.VIEW)
    crop = panel.grid.crops[0]
    panel.view.set(4, panel.view.centre)
    before = crop.place().topLeft()
    qtbot.mousePress(crop, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    qtbot.mouseMove(crop, QPoint(50, 52))
    assert (crop.place().topLeft() - before).toTuple() == pytest.approx((-10, -8))


def test_a_saved_comparison_is_called_after_the_picture_and_what_of_it(qtbot: QtBot, panel: ComparisonPanel) -> None:
    choose(qtbot, panel, Subject.VIEW)
    assert panel.file_name() == "crowd at noon-part-10-20-comparison.png"
    panel.bar._subjects.setCurrentIndex(0)
    panel.set_face(Frame(np.zeros((90, 90, 3), np.uint8), "clip.mp4", 12, 0.5), Face((4, 5, 20, 30), 0.9, 0.9))
    assert panel.file_name() == "clip-000012-face-4-5-comparison.png"


def test_stopping_leaves_a_sentence_and_no_work(qtbot: QtBot, panel: ComparisonPanel) -> None:
    panel._settings.comparison_methods = ["nearest", "refined"]  # whose networks take seconds to load
    panel.set_picture(Frame(np.zeros((700, 700, 3), np.uint8), "large.png"))
    panel.bar._subjects.setCurrentIndex(2)
    panel.bar._subjects.activated.emit(2)
    qtbot.waitUntil(panel.stop_button.isVisible, timeout=20_000)
    qtbot.mouseClick(panel.stop_button, Qt.MouseButton.LeftButton)
    assert panel.message.isVisible() and not panel.stop_button.isVisible() and not panel.queue._latest.is_busy
