"""The comparison of enlargements, used as a person does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.jobs.comparing import ComparisonQueue
from app.jobs.upscaling import (
    Comparison,
    ComparisonRequest,
    FaceTooSmall,
    LoadedUpscalers,
    compare,
)
from app.main_window import MainWindow
from app.settings import Settings
from app.views.comparison import ComparisonPanel
from app.views.pair_view import Look
from tinyface_core.media.images import load_image
from tinyface_core.types import CancelToken, CropBatch, Face, Frame, UserError
from tinyface_core.upscalers.enlargement import CropSet, Enlargement

FACE = Face((20, 20, 60, 60), 0.9, 0.9)
SHADES = {"nearest": 40, "bilinear": 90, "sr-only": 140, "refined": 200}


def enlarge(frame: Frame, face: Face, methods: tuple[str, ...], device: str, gan: str = "") -> CropSet:
    """Every method gives one even shade, so that a pixel tells where it came from."""
    original = np.full((16, 16, 3), 10, np.uint8)
    made = tuple(Enlargement(name, np.full((64, 64, 3), SHADES[name], np.uint8), 2.5) for name in methods)
    return CropSet(face.box, original, made)


def made_by(enlarge: Callable[..., CropSet]) -> LoadedUpscalers:
    upscalers = LoadedUpscalers()
    upscalers.enlarge = enlarge  # type: ignore[method-assign]
    return upscalers


@pytest.fixture
def frame() -> Frame:
    return Frame(np.random.default_rng(0).integers(0, 256, (120, 120, 3), np.uint8), "a.jpg")


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path, frame: Frame, monkeypatch: pytest.MonkeyPatch) -> ComparisonPanel:
    monkeypatch.setattr(LoadedUpscalers, "enlarge", staticmethod(enlarge))
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    widget = ComparisonPanel(settings)
    qtbot.addWidget(widget, before_close_func=lambda panel: panel.stop())
    widget.resize(700, 320)
    widget.show()
    with qtbot.waitSignal(widget.queue.ready, timeout=3000):
        widget.set_face(frame, FACE)
    return widget


def save(panel: ComparisonPanel, path: Path) -> None:
    panel.save(path)
    panel._saver.wait()


def middle_shade(widget: object) -> int:
    image: QImage = widget.grab().toImage()  # type: ignore[attr-defined]
    return image.pixelColor(image.width() // 2, image.height() // 2).red()


def test_a_model_file_is_told_its_factor_in_the_menu_of_methods(panel: ComparisonPanel) -> None:
    methods = panel.bar.methods
    methods.add_model_files("/models/sharp.pth")
    factors = next(menu for menu in methods.menu().findChildren(QMenu) if menu.title() == "sharp")
    chosen = {action.text(): action for action in factors.actions()}
    assert chosen["As the file says"].isChecked()
    chosen["×2"].trigger()
    assert methods.ticked()[-1] == "/models/sharp.pth@2" and methods.title(methods.ticked()[-1]) == "sharp ×2"
    assert [action.text() for action in methods.menu().actions() if "sharp" in action.text()] == ["sharp ×2"]


def test_original_and_ticked_methods_stand_side_by_side_with_their_cost(panel: ComparisonPanel) -> None:
    texts = [crop.accessibleName() for crop in panel.grid.crops]
    assert texts[0].startswith("Original pixels 16 × 16")
    assert texts[1:] == ["Bilinear 2.5 ms", "SR only 2.5 ms", "Refined 2.5 ms"]
    assert [middle_shade(crop) for crop in panel.grid.crops] == [10, 90, 140, 200]


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_O])
def test_original_pixels_show_as_long_as_the_key_is_held(qtbot: QtBot, panel: ComparisonPanel, key: Qt.Key) -> None:
    crop = panel.grid.crops[3]
    qtbot.keyPress(crop, key)
    assert middle_shade(crop) == 10
    qtbot.keyRelease(crop, key)
    assert middle_shade(crop) == 200


def test_remark_says_that_refined_pixels_are_no_evidence(panel: ComparisonPanel) -> None:
    assert panel.remark.isVisible()
    assert panel.remark.text() == "Refined pixels are generated, not evidence."


def test_a_ticked_method_is_added_and_remembered(qtbot: QtBot, panel: ComparisonPanel) -> None:
    action = next(a for a in panel.bar.methods.menu().actions() if a.text() == "Nearest")
    with qtbot.waitSignal(panel.queue.ready, timeout=3000):
        action.trigger()
    assert "nearest" in panel._settings.comparison_methods
    assert [crop.accessibleName().split()[0] for crop in panel.grid.crops][1] == "Nearest"


def test_the_menu_of_methods_stays_open_while_methods_are_ticked(qtbot: QtBot, panel: ComparisonPanel) -> None:
    menu = panel.bar.methods.menu()
    menu.popup(panel.mapToGlobal(QPoint(0, 0)))
    for name, on in (("Nearest", True), ("Bicubic", True), ("Nearest", False)):
        action = next(a for a in menu.actions() if a.text() == name)
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
        assert menu.isVisible() and action.isChecked() == on
    assert "bicubic" in panel._settings.comparison_methods and "nearest" not in panel._settings.comparison_methods
    menu.close()


def test_zoom_and_pan_are_linked(qtbot: QtBot, panel: ComparisonPanel) -> None:
    first, last = panel.grid.crops[0], panel.grid.crops[-1]
    qtbot.keyClick(first, Qt.Key.Key_Plus)
    qtbot.keyClick(first, Qt.Key.Key_Plus)
    assert panel.view.zoom > 1.5
    before = last.place()
    qtbot.mousePress(first, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    qtbot.mouseMove(first, QPoint(80, 60))
    qtbot.mouseRelease(first, Qt.MouseButton.LeftButton)
    assert last.place().left() > before.left()
    qtbot.keyClick(first, Qt.Key.Key_0)
    assert panel.view.zoom == 1.0


def test_dragging_the_border_uncovers_the_other_method(qtbot: QtBot, panel: ComparisonPanel) -> None:
    qtbot.mouseClick(panel.bar.looks[Look.BORDER], Qt.MouseButton.LeftButton)
    split = panel.pairs.pair
    qtbot.waitUntil(lambda: split.isVisible() and split.width() > 300)
    middle = split.rect().center()
    qtbot.mousePress(split, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(split, QPoint(middle.x() + 60, middle.y()))
    qtbot.mouseRelease(split, Qt.MouseButton.LeftButton, pos=QPoint(middle.x() + 60, middle.y()))
    assert split.border == pytest.approx((middle.x() + 60) / split.width(), abs=0.01)
    shot = split.grab().toImage()
    # The left method reaches to the border now, over the middle.
    assert shot.pixelColor(middle.x() + 20, middle.y() - 30).red() == SHADES["bilinear"]
    assert shot.pixelColor(middle.x() + 75, middle.y() - 30).red() == SHADES["refined"]


def test_arrow_keys_move_the_border(qtbot: QtBot, panel: ComparisonPanel) -> None:
    panel.show_as(Look.BORDER)
    qtbot.keyClick(panel.pairs.pair, Qt.Key.Key_Right)
    assert panel.pairs.pair.border == pytest.approx(0.52)


def test_copy_puts_the_comparison_on_the_clipboard(qtbot: QtBot, panel: ComparisonPanel) -> None:
    QGuiApplication.clipboard().clear()
    panel.bar.copy.trigger()
    image = QGuiApplication.clipboard().image()
    assert image.size() == panel.sheet().size()


def test_saved_png_has_every_pixel_of_the_enlargements(qtbot: QtBot, panel: ComparisonPanel, tmp_path: Path) -> None:
    with qtbot.waitSignal(panel.saved) as told:
        panel.save(tmp_path / "sheet.png")
    assert told.args == ["Saved as sheet.png"]
    image = QImage(str(tmp_path / "sheet.png"))
    row = [image.pixelColor(x, 30).red() for x in range(image.width())]
    assert [row.count(shade) for shade in (10, 90, 140, 200)] == [64, 64, 64, 64]


def test_a_saved_comparison_says_in_its_metadata_what_networks_made(panel: ComparisonPanel, tmp_path: Path) -> None:
    save(panel, tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as saved:
        saved.load()
        assert "generated, not evidence" in saved.info["Description"]


def test_saved_split_has_the_border_where_it_stands(panel: ComparisonPanel, tmp_path: Path) -> None:
    panel.show_as(Look.BORDER)
    panel.pairs.pair.set_border(0.25)
    save(panel, tmp_path / "split.png")
    image = QImage(str(tmp_path / "split.png"))
    row = [image.pixelColor(x, 30).red() for x in range(image.width())]
    assert (row.count(90), row.count(200)) == (16, 48)


def test_no_face_clears_the_comparison(panel: ComparisonPanel) -> None:
    panel.set_face(None, None)
    assert not panel.bar.copy.isEnabled()
    assert not panel.grid.isVisible()


def test_a_method_that_fails_does_not_hide_the_others(frame: Frame) -> None:
    def partly(frame: Frame, face: Face, methods: tuple[str, ...], device: str, gan: str) -> CropSet:
        if methods == ("refined",):
            raise UserError("The weights are missing.")
        return enlarge(frame, face, methods, device)

    request = ComparisonRequest(frame, FACE, methods=("bilinear", "refined", "nearest"))
    done = compare(request, made_by(partly), threading.Event())
    assert [e.method for e in done.crops.enlargements] == ["bilinear", "nearest"]
    assert done.failures == ("refined: The weights are missing.",)


def test_the_panel_says_which_method_failed_and_why_and_takes_it_back(
    qtbot: QtBot, panel: ComparisonPanel, frame: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def partly(frame: Frame, face: Face, methods: tuple[str, ...], device: str, gan: str) -> CropSet:
        if methods == ("refined",):
            raise UserError("The weights are missing.")
        return enlarge(frame, face, methods, device)

    assert not panel.failures.isVisible()
    monkeypatch.setattr(LoadedUpscalers, "enlarge", staticmethod(partly))
    with qtbot.waitSignal(panel.queue.ready):
        panel.set_face(frame, FACE)
    assert panel.failures.isVisible() and panel.failures.text() == "refined: The weights are missing."
    assert [crop.accessibleName() for crop in panel.grid.crops][1:] == ["Bilinear 2.5 ms", "SR only 2.5 ms"]
    monkeypatch.setattr(LoadedUpscalers, "enlarge", staticmethod(enlarge))
    with qtbot.waitSignal(panel.queue.ready):
        panel.set_face(frame, FACE)
    assert not panel.failures.isVisible()


def test_the_newest_request_wins(qtbot: QtBot, frame: Frame, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def slow(frame: Frame, face: Face, methods: tuple[str, ...], device: str, gan: str) -> CropSet:
        if face.score < 0.5:
            release.wait(5)
        return enlarge(frame, face, methods, device)

    monkeypatch.setattr(LoadedUpscalers, "enlarge", staticmethod(slow))
    queue = ComparisonQueue()
    shown: list[Comparison] = []
    queue.ready.connect(shown.append)
    queue.ask(ComparisonRequest(frame, Face(FACE.box, 0.1, 0.1), methods=("bilinear",)))
    queue.ask(ComparisonRequest(frame, Face(FACE.box, 0.9, 0.9), methods=("bilinear",)))
    release.set()
    qtbot.waitUntil(lambda: bool(shown), timeout=3000)
    qtbot.wait(50)
    queue.stop()
    assert [comparison.request.face.score for comparison in shown] == [0.9]


def test_test_mode_measures_bicubic_as_the_published_formula_does(qtbot: QtBot) -> None:
    from tinyface_core.opencv import cv2

    y, x = np.mgrid[0:256, 0:256]
    shade = (127 + 60 * np.sin(x / 9) + 60 * np.cos(y / 13)).astype(np.uint8)
    frame = Frame(np.repeat(shade[..., None], 3, axis=2), "wave.png")
    request = ComparisonRequest(frame, Face((96, 96, 160, 160), 1, 1), methods=("bicubic",), device="cpu", measure=True)
    done = compare(request, LoadedUpscalers(), threading.Event())
    assert done.truth is not None
    made = done.crops.enlargements[0].pixels
    decibels, similarity = done.quality["bicubic"]
    assert decibels == pytest.approx(cv2.PSNR(made, done.truth), abs=0.01)
    # A smooth picture survives x1/4 well; a shift by one pixel would cost more than this.
    assert decibels > 30 and similarity > 0.9


def test_test_mode_refuses_a_face_that_is_too_small(frame: Frame) -> None:
    request = ComparisonRequest(frame, Face((5, 5, 20, 20), 1, 1), methods=("bilinear",), measure=True)
    with pytest.raises(FaceTooSmall, match="15 pixels is too small"):
        compare(request, made_by(enlarge), threading.Event())


def test_a_large_face_is_reduced_first_so_that_it_is_quick_and_measured() -> None:
    asked: list[tuple[int, int]] = []

    def spy(frame: Frame, face: Face, methods: tuple[str, ...], device: str, gan: str) -> CropSet:
        asked.append(frame.pixels.shape[:2])
        return LoadedUpscalers().enlarge(frame, face, methods, device, gan)

    frame = Frame(np.random.default_rng(0).integers(0, 256, (900, 900, 3), np.uint8), "large.png")
    request = ComparisonRequest(frame, Face((200, 200, 700, 700), 1, 1), methods=("bilinear",), device="cpu")
    done = compare(request, made_by(spy), threading.Event())
    assert request.reduction == 11
    assert max(max(shape) for shape in asked) <= 900 // 11
    assert done.crops.original.shape[0] <= 64
    assert done.truth is not None and done.truth.shape == done.crops.enlargements[0].pixels.shape
    assert set(done.quality) == {"bilinear"}


def test_a_large_face_tells_that_it_was_reduced(qtbot: QtBot, panel: ComparisonPanel) -> None:
    frame = Frame(np.zeros((400, 400, 3), np.uint8), "large.png")
    with qtbot.waitSignal(panel.queue.ready, timeout=3000):
        panel.set_face(frame, Face((50, 50, 250, 250), 0.9, 0.9))
    assert "reduced first" in panel.remark.text()
    assert panel.bar.measure.isChecked() and not panel.bar.measure.isEnabled()
    panel.set_face(None, None)
    assert "reduced" not in panel.remark.text()
    with qtbot.waitSignal(panel.queue.ready, timeout=3000):
        panel.set_face(frame, FACE)
    assert panel.bar.measure.isEnabled() and not panel.bar.measure.isChecked()
    with qtbot.waitSignal(panel.queue.ready, timeout=3000):
        qtbot.mouseClick(panel.bar.measure, Qt.MouseButton.LeftButton)
    assert "reduced first" in panel.remark.text()
    panel.set_face(None, None)
    assert "reduced" not in panel.remark.text() and panel.bar.measure.isChecked(), "what is wanted stays"


def test_quick_methods_are_shown_while_slow_ones_are_at_work(qtbot: QtBot, panel: ComparisonPanel) -> None:
    release = threading.Event()

    def slow(frame: Frame, face: Face, methods: tuple[str, ...], device: str, gan: str) -> CropSet:
        if "refined" in methods:
            release.wait(5)
        elif "sr-only" in methods:
            time.sleep(0.15)
        return enlarge(frame, face, methods, device)

    panel.queue._upscalers.enlarge = slow
    with qtbot.waitSignal(panel.queue.part_ready, timeout=3000):
        panel.set_face(Frame(np.zeros((120, 120, 3), np.uint8), "b.png"), FACE)
    assert [crop.accessibleName() for crop in panel.grid.crops][1:] == [
        "Bilinear 2.5 ms",
        "SR only 2.5 ms",
        "Refined …",
    ]
    assert not panel.bar.copy.isEnabled()
    with qtbot.waitSignal(panel.queue.ready, timeout=3000):
        release.set()
    assert panel.grid.crops[3].accessibleName() == "Refined 2.5 ms"
    assert panel.bar.copy.isEnabled()


def test_the_crops_of_another_face_do_not_stay(qtbot: QtBot, panel: ComparisonPanel) -> None:
    release = threading.Event()

    def slow(frame: Frame, face: Face, methods: tuple[str, ...], device: str, gan: str) -> CropSet:
        release.wait(5)
        return enlarge(frame, face, methods, device)

    panel.queue._upscalers.enlarge = slow
    panel.set_face(Frame(np.zeros((120, 120, 3), np.uint8), "b.png"), FACE)
    qtbot.waitUntil(lambda: not panel.grid.isVisible(), timeout=2000)
    release.set()
    qtbot.waitUntil(panel.grid.isVisible, timeout=2000)


def test_the_chosen_generator_weights_are_the_ones_compared(qtbot: QtBot, panel: ComparisonPanel) -> None:
    asked: list[str] = []

    def spy(frame: Frame, face: Face, methods: tuple[str, ...], device: str, gan: str) -> CropSet:
        asked.append(gan)
        return enlarge(frame, face, methods, device)

    panel.queue._upscalers.enlarge = spy
    with qtbot.waitSignal(panel.queue.ready, timeout=3000):
        panel._settings.gan = "my-own"
    assert set(asked) == {"my-own"}


def test_bundled_weights_enlarge_a_face_in_three_ways_and_are_measured() -> None:
    photo = load_image(Path(__file__).parents[2] / "resources" / "samples" / "astronaut.jpg")
    methods = ("bilinear", "sr-only", "refined")
    request = ComparisonRequest(photo, Face((180, 60, 270, 180), 1, 1), methods=methods, device="cpu", measure=True)
    done = compare(request, LoadedUpscalers(), threading.Event())
    assert done.failures == ()
    assert [made.method for made in done.crops.enlargements] == list(methods)
    sides = {made.pixels.shape for made in done.crops.enlargements}
    assert sides == {(4 * done.crops.original.shape[0],) * 2 + (3,)}
    bilinear, upsampled, refined = (done.quality[method][0] for method in methods)
    assert bilinear > 20 and upsampled > bilinear + 2
    assert upsampled > refined > bilinear + 1, "what is sharper is further from the pixels"


def test_what_is_smooth_stays_smooth_with_the_bundled_weights() -> None:
    y, x = np.mgrid[0:256, 0:256]
    shade = (127 + 60 * np.sin(x / 9) + 60 * np.cos(y / 13)).astype(np.uint8)
    frame = Frame(np.repeat(shade[..., None], 3, axis=2), "wave.png")
    methods = ("bilinear", "sr-only", "refined")
    request = ComparisonRequest(frame, Face((96, 96, 160, 160), 1, 1), methods=methods, device="cpu", measure=True)
    quality = compare(request, LoadedUpscalers(), threading.Event()).quality
    assert quality["bilinear"][0] > 29 and all(quality[method][0] > 40 for method in methods[1:]), quality


def test_a_face_too_small_to_be_measured_says_so_at_once_and_shows_ways_out(
    qtbot: QtBot, panel: ComparisonPanel, frame: Frame
) -> None:
    qtbot.mouseClick(panel.bar.measure, Qt.MouseButton.LeftButton)
    panel.set_face(frame, Face((20, 20, 33, 30), 0.9, 0.9))
    said = panel.message.text()
    assert panel.message.isVisible() and "13 pixels" in said and "32" in said
    assert "reduced" not in panel.remark.text(), "it was not"
    qtbot.wait(600)  # longer than the panel waits before it says that it enlarges
    assert panel.message.text() == said
    with qtbot.waitSignal(panel.larger_wanted) as wanted:
        qtbot.mouseClick(panel.larger, Qt.MouseButton.LeftButton)
    assert wanted.args == [32.0]
    with qtbot.waitSignal(panel.queue.ready):
        qtbot.mouseClick(panel.unmeasured, Qt.MouseButton.LeftButton)
    assert not panel.bar.measure.isChecked() and panel.grid.crops[0].isVisible()


def test_a_comparison_that_fails_does_not_go_on_saying_that_it_enlarges(
    qtbot: QtBot, panel: ComparisonPanel, frame: Frame
) -> None:
    def fail(*_: object) -> CropSet:
        raise UserError("There is no generator: choose others.")

    panel.queue._upscalers.enlarge = fail
    with qtbot.waitSignal(panel.queue.failed):
        panel.set_face(frame, FACE)
    qtbot.wait(600)
    assert panel.message.text() == "There is no generator: choose others."


def test_the_smallest_face_that_can_be_measured_is_gone_to(
    qtbot: QtBot, window: MainWindow, photo: Callable[..., Path]
) -> None:
    path = photo()
    window.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    window.comparison.larger_wanted.emit(32.0)
    assert window.notice.isVisible() and "32 pixels" in window.notice.sentence.text()
    window.session.commands.add_drawn_face(str(path), (50, 10, 130, 90))
    smallest = window.session.commands.add_drawn_face(str(path), (50, 10, 85, 40))
    window.comparison.larger_wanted.emit(32.0)
    assert window.session.selection.key == smallest


def test_how_far_the_last_generating_method_guesses_is_shown_when_it_is_ticked(
    qtbot: QtBot, panel: ComparisonPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Unsure:
        """Every second recording comes out darker."""

        name, calls = "sr-only", 0

        def enlarge(self, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
            self.calls += 1
            shape = (len(crops), crops.shape[1] * factor, crops.shape[2] * factor, 3)
            return np.full(shape, 100 if self.calls % 2 else 80, np.uint8)

    def get(_loaded: LoadedUpscalers, name: str, device: str, gan: str = "") -> Unsure:
        asked.append(name)
        return Unsure()

    monkeypatch.setattr(LoadedUpscalers, "get", get)
    panel._settings.comparison_methods = ["sr-only", "bilinear"]
    (action,) = (one for one in panel.bar.methods.menu().actions() if one.text() == "Uncertainty")
    assert not action.isChecked()
    action.trigger()
    crops = panel.grid.crops
    qtbot.waitUntil(lambda: len(crops) == 4 and "Uncertainty" in crops[-1].accessibleName())
    qtbot.waitUntil(lambda: "of 255" in crops[-1].accessibleName())
    # Nine pictures, five of 100 and four of 80.
    assert "\u00b1 9.9 of 255" in crops[-1].accessibleName() and set(asked) == {"sr-only"}
    panel._settings.comparison_methods = ["bilinear"]
    qtbot.waitUntil(lambda: len(crops) == 2)


def test_what_is_guessed_is_no_enlargement_that_could_be_measured() -> None:
    frame = Frame(np.random.default_rng(0).integers(0, 256, (120, 120, 3), np.uint8), "a.jpg")
    request = ComparisonRequest(frame, FACE, methods=("bilinear", "refined"), device="cpu", measure=True, guessed=True)
    done = compare(request, LoadedUpscalers(), threading.Event())
    assert [made.method for made in done.crops.enlargements] == ["bilinear", "refined", "guessed"]
    assert set(done.quality) == {"bilinear", "refined"} and done.crops.enlargements[-1].guessed > 0
