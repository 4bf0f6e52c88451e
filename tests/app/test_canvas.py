"""The canvas: zoom, pan, selection by mouse and keys, drawing, what it paints."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.face_entry import FaceEntry
from app.models.pyramid import Pyramid
from app.views.canvas import Canvas
from app.views.face_boxes import FaceBoxes, label_strengths
from app.views.viewport import LARGEST_SCALE
from tinyface_core.types import Box, Face


def face(key: int, box: Box, score: float = 0.5) -> FaceEntry:
    return FaceEntry("picture", Face(box, score, score), key=key)


FACES = [
    face(1, (20, 20, 30, 32), 0.9),
    face(2, (150, 20, 158, 30), 0.8),
    face(3, (20, 120, 40, 140), 0.7),
    face(4, (10, 10, 60, 60), 0.6),
]


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    shown = Canvas()
    qtbot.addWidget(shown)
    shown.resize(800, 600)
    shown.show()
    pixels = np.zeros((150, 200, 3), np.uint8)
    pixels[:, 100:] = (0, 0, 255)
    shown.set_picture(Pyramid(pixels))
    shown.set_faces(FACES)
    return shown


def wheel(canvas: Canvas, at: QPointF, delta: int) -> None:
    canvas.wheelEvent(
        QWheelEvent(
            at,
            at,
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
    )


def click(qtbot: QtBot, canvas: Canvas, x: float, y: float) -> None:
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.view.from_picture(QPointF(x, y)).toPoint())


def test_the_wheel_keeps_the_pixel_under_the_mouse_in_its_place(canvas: Canvas) -> None:
    at = QPointF(250, 180)
    before = canvas.view.to_picture(at)
    wheel(canvas, at, 240)
    after = canvas.view.to_picture(at)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=1e-6)


def test_the_pixel_under_the_mouse_follows_the_view_and_the_picture(qtbot: QtBot, canvas: Canvas) -> None:
    told: list[tuple[int, int] | None] = []
    canvas.pointed.connect(told.append)
    at = canvas.view.from_picture(QPointF(150.5, 100.5)).toPoint()
    qtbot.mouseMove(canvas, at)
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1] == (150, 100)
    canvas.view.zoom_by(2)
    under = canvas.view.to_picture(QPointF(at))
    assert told[-1] == (int(under.x()), int(under.y())) != (150, 100)
    canvas.set_picture(Pyramid(np.zeros((2, 3, 3), np.uint8)))
    assert told[-1] is None
    canvas.set_picture(Pyramid(np.zeros((600, 800, 3), np.uint8)))
    assert told[-1] == (at.x(), at.y())
    canvas.set_message("It cannot be read.")
    assert told[-1] is None


def test_zoom_stops_at_its_limits(canvas: Canvas) -> None:
    for _ in range(100):
        wheel(canvas, QPointF(400, 300), 240)
    assert canvas.view.scale == pytest.approx(LARGEST_SCALE)
    for _ in range(200):
        wheel(canvas, QPointF(400, 300), -240)
    assert 0 < canvas.view.scale <= 1


def test_fit_shows_the_whole_picture_and_survives_resizing(canvas: Canvas) -> None:
    canvas.view.fit(animated=False)
    assert canvas.view.scale == pytest.approx(4)
    canvas.resize(400, 600)
    canvas.resizeEvent(None)  # type: ignore[arg-type]
    assert canvas.view.scale == pytest.approx(2)


def test_dragging_moves_the_picture_with_the_mouse_and_selects_nothing(qtbot: QtBot, canvas: Canvas) -> None:
    start, end = QPoint(300, 300), QPoint(340, 320)
    under = canvas.view.to_picture(QPointF(start))
    chosen: list[int] = []
    canvas.face_clicked.connect(chosen.append)
    qtbot.mouseMove(canvas, start)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
    after = canvas.view.to_picture(QPointF(end))
    assert (after.x(), after.y()) == pytest.approx((under.x(), under.y()), abs=0.01)
    assert chosen == []


def test_a_click_takes_the_smallest_of_the_boxes_under_it(qtbot: QtBot, canvas: Canvas) -> None:
    with qtbot.waitSignal(canvas.face_clicked) as clicked:
        click(qtbot, canvas, 25, 25)
    assert clicked.args == [1]
    with qtbot.waitSignal(canvas.face_clicked) as clicked:
        click(qtbot, canvas, 50, 50)
    assert clicked.args == [4]


def test_a_click_beside_all_boxes_selects_none(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.select(1)
    with qtbot.waitSignal(canvas.face_clicked) as clicked:
        click(qtbot, canvas, 120, 100)
    assert clicked.args == [-1]


def test_a_click_a_few_pixels_beside_a_box_takes_it_however_small_the_picture_is_shown(
    qtbot: QtBot, canvas: Canvas
) -> None:
    for zoom in (0, -240):
        wheel(canvas, QPointF(400, 300), zoom)
        corner = canvas.view.from_picture(QPointF(158, 30)).toPoint()
        for beside, chosen in ((3, 2), (8, -1)):
            with qtbot.waitSignal(canvas.face_clicked) as clicked:
                qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=corner + QPoint(beside, 0))
            assert clicked.args == [chosen]


def test_hidden_boxes_cannot_be_clicked(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_boxes_shown(False)
    with qtbot.waitSignal(canvas.face_clicked) as clicked:
        click(qtbot, canvas, 25, 25)
    assert clicked.args == [-1]


def test_tab_walks_the_faces_in_order_and_back(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.setFocus()
    walked = []
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        qtbot.keyClick(canvas, key)
        walked.append(canvas.selected)
    assert walked == [1, 2, 3, 2]


def test_arrows_go_to_the_nearest_face_that_way(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.select(1)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.selected in (2, 4)
    canvas.select(1)
    canvas.set_faces([FACES[0], FACES[1], FACES[2]])
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.selected == 2
    canvas.select(1)
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.selected == 3


def test_going_to_a_tiny_face_makes_it_large_and_central(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.select(2, frame_it=True)
    qtbot.waitUntil(lambda: canvas.view.scale > 9)
    qtbot.wait(250)
    middle = canvas.view.from_picture(QPointF(154, 25))
    assert (middle.x(), middle.y()) == pytest.approx((400, 300), abs=1)


def test_shift_and_drag_draws_a_box_in_pixels_of_the_picture(qtbot: QtBot, canvas: Canvas) -> None:
    start = canvas.view.from_picture(QPointF(110, 100)).toPoint()
    end = canvas.view.from_picture(QPointF(90, 80)).toPoint()
    with qtbot.waitSignal(canvas.face_drawn) as drawn:
        qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, start)
        qtbot.mouseMove(canvas, end)
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, end)
    assert drawn.args[0] == pytest.approx((90, 80, 110, 100), abs=0.5)


def test_a_drawn_box_is_cut_to_the_picture(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.view.zoom_by(0.5)
    start = canvas.view.from_picture(QPointF(190, 140)).toPoint()
    end = canvas.view.from_picture(QPointF(260, 200)).toPoint()
    with qtbot.waitSignal(canvas.face_drawn) as drawn:
        qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, start)
        qtbot.mouseMove(canvas, end)
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, end)
    assert drawn.args[0][2:] == pytest.approx((200, 150))


def test_the_picture_lies_where_its_coordinates_say(canvas: Canvas) -> None:
    canvas.set_faces([])
    canvas.view.fit(animated=False)
    image = canvas.grab().toImage()
    left = canvas.view.from_picture(QPointF(98, 75)).toPoint()
    right = canvas.view.from_picture(QPointF(102, 75)).toPoint()
    assert image.pixelColor(left).blue() == 0
    assert image.pixelColor(right).blue() == 255


def test_boxes_are_painted_at_their_faces_and_disappear_when_switched_off(canvas: Canvas) -> None:
    canvas.set_faces([FACES[1]])
    edge = canvas.view.from_picture(QPointF(150, 25)).toPoint()
    with_box = canvas.grab().toImage().pixelColor(edge)
    canvas.set_boxes_shown(False)
    without = canvas.grab().toImage().pixelColor(edge)
    assert with_box != without


def test_a_pyramid_draws_the_same_picture_from_a_reduced_level(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    canvas.show()
    pixels = np.zeros((2000, 3000, 3), np.uint8)
    pixels[:, :1500, 0] = 255
    pixels[:, 1500:, 1] = 255
    canvas.set_picture(Pyramid(pixels))
    image = canvas.grab().toImage()
    assert image.pixelColor(75, 100).red() > 250
    assert image.pixelColor(225, 100).green() > 250


def test_the_selected_face_is_described_to_screen_readers(canvas: Canvas) -> None:
    canvas.select(1)
    assert "12 pixels" in canvas.accessibleDescription()
    canvas.select(-1)
    assert canvas.accessibleDescription() == "4 faces"


def test_labels_leave_a_crowd_of_tiny_faces_in_sight_and_come_with_the_zoom() -> None:
    def crowd(count: int, side: float) -> np.ndarray:
        corners = np.random.default_rng(0).uniform(0, 900, (count, 2))
        return np.hstack([corners, corners + side])

    room = QSize(1000, 600)
    assert not label_strengths(crowd(144, 10), room).any()
    assert (label_strengths(crowd(144, 30), room) == 1).all()
    growing = [label_strengths(crowd(144, side), room)[0] for side in (10, 16, 20, 24, 28)]
    assert growing == sorted(growing) and 0 < growing[2] < 1
    assert (label_strengths(crowd(3, 5), room) == 1).all(), "few faces are found by their labels"


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_all_sides_of_a_box_are_equally_thick_on_a_screen_of_any_scale(qapp: QApplication, ratio: float) -> None:
    shown = QImage(round(200 * ratio), round(200 * ratio), QImage.Format.Format_RGB32)
    shown.setDevicePixelRatio(ratio)
    shown.fill(QColor("white"))
    boxes = FaceBoxes([face(1, (40.3, 40.7, 99.4, 120.2), 0.9)])
    with QPainter(shown) as painter:
        boxes.paint(painter, boxes.boxes, None, None, labels=False)
    pixels = np.array(shown.constBits()).reshape(shown.height(), -1, 4)[..., :3]
    x, y = round(70 * ratio), round(80 * ratio)

    def side(line: NDArray[np.uint8]) -> tuple[int, int]:
        """Pixels of the dark line and of the coloured one."""
        is_dark, is_white = line.max(1) < 120, line.min(1) == 255
        return int(is_dark.sum()), int((~is_dark & ~is_white).sum())

    sides = [side(pixels[y, :x]), side(pixels[y, x:]), side(pixels[:y, x]), side(pixels[y:, x])]
    assert sides == [(round(ratio), 2 * round(ratio))] * 4
    corner = pixels[y:, x:]
    is_dark = corner.max(2) < 120
    rows, columns = np.flatnonzero(is_dark.any(1)), np.flatnonzero(is_dark.any(0))
    assert not is_dark[: rows[-1] - round(ratio) + 1, : columns[-1] - round(ratio) + 1].any(), "no gap lets it through"


def test_no_tip_lies_over_what_the_loupe_shows(qtbot: QtBot, canvas: Canvas) -> None:
    qtbot.mouseMove(canvas, canvas.view.from_picture(QPointF(154, 25)).toPoint())
    qtbot.waitUntil(lambda: bool(canvas.toolTip()))
    canvas.set_loupe(True)
    assert canvas.toolTip() == ""
    qtbot.mouseMove(canvas, canvas.view.from_picture(QPointF(30, 130)).toPoint())
    canvas.set_loupe(False)
    qtbot.waitUntil(lambda: bool(canvas.toolTip()))
