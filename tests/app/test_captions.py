"""What is written on enlarged crops hides nothing of them where there is room beside."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app.views.comparison_grid import ComparisonGrid
from app.views.comparison_tiles import Tile
from app.views.crop_view import Crop, CropView, LinkedView
from app.views.pair_page import PairPage
from app.views.pair_view import Look, PairView


def _crop(title: str, figures: str) -> Crop:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    return Crop(image, title, figures)


def _dark_in_the_crop(view: CropView) -> int:
    """Pixels of the white crop that something was written over, of every line but those of the border."""
    shown, place = view.grab().toImage(), view.seen().toAlignedRect().adjusted(1, 1, -1, -1)
    middle = range(place.center().x() - 14, place.center().x() + 15)
    return sum(
        shown.pixelColor(x, y).lightness() < 200
        for x in range(place.left(), place.right())
        for y in range(place.top(), place.bottom())
        if x not in middle
    )


@pytest.mark.parametrize("size", [(120, 240), (420, 120)])
def test_captions_stand_off_the_crop_where_there_is_room(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = CropView(LinkedView())
    qtbot.addWidget(view)
    view.resize(*size)
    crop = _crop("Bilinear · 0.03 ms", "24.1 dB · SSIM 0.81")
    view.show_crop(crop, crop.image)
    assert _dark_in_the_crop(view) == 0


@pytest.mark.parametrize(("count", "height"), [(7, 184), (8, 184), (7, 150), (8, 150), (9, 150)])
def test_captions_of_many_crops_in_a_small_panel_cover_none_of_them(qtbot: QtBot, count: int, height: int) -> None:
    grid = ComparisonGrid(LinkedView())
    qtbot.addWidget(grid)
    grid.resize(474, height)
    grid.show()
    crop = _crop("Several frames \u00b7 412 ms", "24.1 dB \u00b7 SSIM 0.81")
    tiles = [Tile(str(number), crop.title, crop.image, "412 ms", crop.figures) for number in range(count)]
    grid.show_tiles(tiles, crop.image, lambda _name: "")
    qtbot.waitUntil(lambda: grid.crops[-1].width() > 60)
    assert [_dark_in_the_crop(crop) for crop in grid.crops] == [0] * count
    assert min(crop.seen().width() for crop in grid.crops) >= 48


def test_a_long_caption_is_broken_where_its_lines_fit_beside_the_crop(qtbot: QtBot) -> None:
    view = CropView(LinkedView())
    qtbot.addWidget(view)
    view.resize(350, 145)
    crop = _crop("Difference × 4", "14.1 of 255 on average")
    view.show_crop(crop, crop.image)
    assert _dark_in_the_crop(view) == 0


@pytest.mark.parametrize("width", range(330, 500, 10))
def test_the_mean_difference_stands_in_one_or_two_lines_however_narrow_the_panel_is(qtbot: QtBot, width: int) -> None:
    pair, view = PairView(LinkedView()), CropView(LinkedView())
    for shown in (pair, view):
        qtbot.addWidget(shown)
    white, black = _crop("", ""), _crop("", "")
    black.image.fill(QColor("black"))
    pair.show_pair(white, black, white.image)
    view.resize(width, 330)
    view.show_crop(_crop("", pair.captions()[1]), white.image)
    grabbed = view.grab().toImage()
    lines = sum(any(grabbed.pixelColor(x, y).lightness() < 100 for x in range(width)) for y in range(330))
    assert 0 < lines <= 2 * view.fontMetrics().lineSpacing() + 4


def test_two_have_the_whole_height_of_a_low_panel(qtbot: QtBot) -> None:
    page = PairPage(LinkedView())
    qtbot.addWidget(page)
    page.resize(474, 300)
    page.show()
    qtbot.waitUntil(lambda: page.pair.y() > page.first_choice.height())
    page.resize(474, 150)
    qtbot.waitUntil(lambda: page.pair.height() == 150)
    page.set_look(Look.BLINK)
    qtbot.waitUntil(lambda: page.pace.y() > page.second_choice.y())
    assert page.pair.width() > 300
    longest = page.fontMetrics().horizontalAdvance("Nächster Nachbar")
    assert page.first_choice.width() > longest + 20, "the arrow takes some room"


def _pair_under_a_border(qtbot: QtBot, width: int, height: int) -> PairView:
    pair = PairView(LinkedView())
    qtbot.addWidget(pair)
    pair.resize(width, height)
    first, second = _crop("Bilinear · 0.03 ms", ""), _crop("Refined · 547 ms", "")
    pair.set_look(Look.BORDER)
    pair.show_pair(first, second, first.image)
    return pair


def test_captions_of_two_under_a_border_stand_at_their_sides(qtbot: QtBot) -> None:
    pair = _pair_under_a_border(qtbot, 420, 120)
    assert _dark_in_the_crop(pair) == 0
    shown, place = pair.grab().toImage(), pair.seen().toAlignedRect()
    beside = [place.left() - 3, place.right() + 4]
    assert all(shown.pixelColor(x, place.top() + 3).lightness() < 100 for x in beside)


def test_captions_of_two_under_a_border_are_not_cut_at_it(qtbot: QtBot) -> None:
    pair = _pair_under_a_border(qtbot, 200, 200)
    shown = pair.grab().toImage()
    assert all(shown.pixelColor(100 + x, 3).lightness() > 200 for x in (-5, 5))


@pytest.mark.parametrize("look", [Look.BORDER, Look.DIFFERENCE, Look.BLINK])
@pytest.mark.parametrize("figures", ["", "24.1 dB · SSIM 0.81"])
@pytest.mark.parametrize("width", [140, 300, 400, 430])
def test_captions_of_two_stand_off_a_crop_as_wide_as_the_panel(
    qtbot: QtBot, look: Look, figures: str, width: int
) -> None:
    pair = PairView(LinkedView())
    qtbot.addWidget(pair)
    pair.resize(474, 215)
    image = QImage(width, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    other = image.copy()
    other.fill(QColor("black" if look == Look.DIFFERENCE else "white"))
    pair.set_look(look)
    pair.show_pair(Crop(image, "Bilinear · 0.03 ms", figures), Crop(other, "Refined · 547 ms", figures), image)
    assert _dark_in_the_crop(pair) == 0
    assert pair.seen().height() >= 215 - 40


def test_crops_stand_in_one_row_where_two_rows_would_make_them_no_larger(qtbot: QtBot) -> None:
    grid = ComparisonGrid(LinkedView())
    qtbot.addWidget(grid)
    grid.resize(404, 200)
    image = _crop("", "").image
    grid.show_tiles([Tile(name, name, image) for name in "abcd"], image, lambda name: name)
    grid.show()
    qtbot.waitUntil(lambda: all(crop.isVisible() for crop in grid.crops))
    assert len({crop.y() for crop in grid.crops}) == 1
    assert all(_dark_in_the_crop(crop) == 0 for crop in grid.crops)
