"""The opened pictures: model, film strip, settings that remember, start-up order."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QImage
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.pictures import PICTURE_ROLE, Picture, PicturesModel, State
from app.models.visible_pictures import VisiblePictures
from app.settings import BY_TIME, MOST_RECENT, Settings
from app.views.film_strip import FilmStrip
from tinyface_core.search_settings import Effort, SearchSettings


def model_of(count: int) -> PicturesModel:
    model = PicturesModel()
    model.add(Picture(f"/photos/{i}.jpg") for i in range(count))
    return model


def test_the_model_keeps_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = model_of(5)
    qtmodeltester.check(model)
    model.remove(["/photos/2.jpg"])
    model.add([Picture("/photos/9.jpg")])
    qtmodeltester.check(model)


def test_a_picture_that_is_open_is_not_opened_twice() -> None:
    model = model_of(3)
    assert model.add([Picture("/photos/1.jpg"), Picture("/photos/7.jpg"), Picture("/photos/7.jpg")]) == [
        "/photos/7.jpg"
    ]
    assert model.rowCount() == 4


def test_rows_stay_right_when_a_picture_is_closed() -> None:
    model = model_of(4)
    model.remove(["/photos/1.jpg"])
    assert [model.row_of(f"/photos/{i}.jpg") for i in range(4)] == [0, -1, 1, 2]
    model.set_state("/photos/3.jpg", State.DONE, faces=7)
    assert model.pictures()[2].faces == 7


def test_faces_that_are_hidden_count_no_more_once_they_are_counted() -> None:
    model = PicturesModel()
    model.add(Picture(f"/photos/{i}.jpg", state=State.DONE, faces=2) for i in range(3))
    model.set_counts({"/photos/1.jpg": 1})
    assert [picture.faces for picture in model.pictures()] == [0, 1, 0]
    model.remove(["/photos/0.jpg"])
    model.add([Picture("/photos/3.jpg", faces=4)])
    model.set_state("/photos/2.jpg", State.DONE, faces=5)
    model.set_counts({"/photos/1.jpg": 1})
    assert [picture.faces for picture in model.pictures()] == [1, 0, 0]
    model.clear()
    model.add([Picture("/photos/0.jpg", faces=4)])
    model.set_counts({})
    assert model.pictures()[0].faces == 0


def test_a_thumbnail_is_asked_for_when_a_view_shows_the_picture(qtbot: QtBot) -> None:
    model = model_of(2)
    with qtbot.waitSignal(model.thumbnail_wanted) as wanted:
        assert model.index(1).data(Qt.ItemDataRole.DecorationRole) is None
    assert wanted.args == ["/photos/1.jpg"]
    model.set_thumbnail("/photos/1.jpg", QImage(8, 8, QImage.Format.Format_RGB888))
    assert model.index(1).data(Qt.ItemDataRole.DecorationRole).width() == 8


def test_states_are_told_in_words() -> None:
    model = model_of(1)
    source = "/photos/0.jpg"
    texts = []
    for state, faces, reason in (
        (State.WAITING, 0, ""),
        (State.RUNNING, 0, ""),
        (State.DONE, 1, ""),
        (State.DONE, 12, ""),
        (State.FAILED, 0, "0.jpg is damaged."),
    ):
        model.set_state(source, state, faces, reason)
        texts.append(model.state_text(model.pictures()[0]))
    assert texts == ["waiting", "searching", "1 face", "12 faces", "0.jpg is damaged."]


def test_it_is_counted_how_many_photos_no_search_has_seen() -> None:
    model = model_of(3)
    assert model.unsearched_count == 3 and PicturesModel().unsearched_count == 0
    model.add([Picture("film.mp4", is_video=True), Picture("done.jpg", state=State.DONE)])
    model.set_state("/photos/0.jpg", State.WAITING)
    assert (model.unsearched(), model.unsearched_count) == (["/photos/1.jpg", "/photos/2.jpg"], 2)
    model.set_states(["/photos/0.jpg", "/photos/1.jpg", "nowhere"], State.IDLE)
    model.remove(["/photos/2.jpg", "/photos/2.jpg", "film.mp4"])
    assert (model.unsearched(), model.unsearched_count) == (["/photos/0.jpg", "/photos/1.jpg"], 2)
    model.clear()
    assert (model.unsearched_count, model.rowCount(), model.row_of("/photos/0.jpg")) == (0, 0, -1)


def test_what_the_model_tells_of_each_change() -> None:
    model = model_of(4)
    told: list[object] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    for signal in (model.reviewed_changed, model.failed, model.turned):
        signal.connect(lambda *values: told.append(values))
    model.removed.connect(told.append)
    for _ in range(2):  # told once
        model.set_reviewed("/photos/1.jpg", True)
        model.set_turn("/photos/1.jpg", 270)
    model.set_turn("/photos/1.jpg", 90)
    turned = [model.pictures()[1], model.pictures()[1]]
    assert told == [
        (1, 1), ("/photos/1.jpg", True), (1, 1), (replace(turned[0], turn=270), 270), (1, 1), (turned[1], 180)
    ]  # fmt: skip
    told.clear()
    model.set_state("/photos/2.jpg", State.FAILED, reason="It is damaged.")
    model.set_states(["/photos/3.jpg", "/photos/2.jpg", "/photos/0.jpg"], State.WAITING)
    model.set_states(["/photos/3.jpg"], State.WAITING)
    model.remove(["nowhere"])
    for change in (model.set_reviewed, model.set_turn, model.set_state):
        change("nowhere", 1)  # type: ignore[arg-type]
    model.remove(["/photos/3.jpg", "/photos/0.jpg"])
    assert told[:3] == [(2, 2), ("/photos/2.jpg", "It is damaged."), (0, 3)]
    assert [sorted(sources) for sources in told[3:]] == [["/photos/0.jpg", "/photos/3.jpg"]]  # type: ignore[call-overload]
    assert model.picture("/photos/2.jpg") == model.pictures()[1] and model.picture("nowhere") is None
    assert model.pictures()[1].reason == ""


def test_thumbnails_are_turned_with_their_picture_and_those_seen_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.models.pictures._MOST_THUMBNAILS", 2)
    model = model_of(3)
    role = Qt.ItemDataRole.DecorationRole
    for number in range(2):
        model.set_thumbnail(f"/photos/{number}.jpg", QImage(8 + number, 4, QImage.Format.Format_RGB888))
    assert model.index(0).data(role).width() == 8
    model.set_thumbnail("/photos/2.jpg", QImage(9, 4, QImage.Format.Format_RGB888))
    assert [model.index(row).data(role) is None for row in range(3)] == [False, True, False]
    model.set_turn("/photos/2.jpg", 90)
    assert (model.index(2).data(role).width(), model.index(2).data(role).height()) == (4, 9)
    model.remove(["/photos/2.jpg"])
    model.add([Picture("/photos/2.jpg")])
    assert model.index(2).data(role) is None


def test_a_row_says_all_that_views_ask_for() -> None:
    model = PicturesModel()
    model.add([Picture("/photos/a.jpg", state=State.DONE, faces=2), Picture("/photos/b.mp4", is_video=True)])
    model.set_state("/photos/b.mp4", State.FAILED, reason="It is damaged.")
    roles = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole, PICTURE_ROLE, Qt.ItemDataRole.FontRole)
    assert [model.index(0).data(role) for role in roles] == [
        "/photos/a.jpg\n2 faces", "a.jpg, 2 faces", model.pictures()[0], None
    ]  # fmt: skip
    assert model.state_text(model.pictures()[1]) == "It is damaged."
    assert model.state_text(Picture("x")) == "not searched"
    assert [Picture("x", has_pages=pages, is_video=film).has_frames for pages, film in ((1, 0), (0, 1), (0, 0))] == [
        True, True, False
    ]  # fmt: skip


def test_ten_thousand_pictures_only_ask_for_the_thumbnails_in_sight(qtbot: QtBot) -> None:
    model = PicturesModel()
    strip = FilmStrip(VisiblePictures(model))
    qtbot.addWidget(strip)
    strip.resize(900, 140)
    strip.show()
    asked: set[str] = set()
    model.thumbnail_wanted.connect(asked.add)
    model.add(Picture(f"/photos/{i}.jpg") for i in range(10_000))
    strip.grab()
    assert 5 <= len(asked) <= 12
    strip.show_current("/photos/9000.jpg")
    qtbot.waitUntil(lambda: "/photos/9000.jpg" in strip.sources_in_sight())
    strip.grab()
    assert len(asked) <= 30


def test_the_film_strip_tells_which_picture_was_chosen_but_not_which_was_shown(qtbot: QtBot) -> None:
    model = model_of(5)
    strip = FilmStrip(VisiblePictures(model))
    qtbot.addWidget(strip)
    strip.resize(900, 140)
    strip.show()
    chosen: list[str] = []
    strip.picture_chosen.connect(chosen.append)
    strip.show_current("/photos/3.jpg")
    assert chosen == []
    place = strip.visualRect(model.index(1)).center()
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == ["/photos/1.jpg"]


def test_settings_come_back_with_their_types(tmp_path: Path) -> None:
    def store() -> QSettings:
        return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)

    settings = Settings(store())
    settings.second_stage = False
    settings.video_step = 25
    settings.lowest_score = 0.45
    settings.comparison_methods = ["bicubic"]
    settings.theme = "dark"
    settings.geometry = QByteArray(b"abc")
    settings.export_formats = []
    settings.sync()
    again = Settings(store())
    assert again.second_stage is False
    assert again.video_step == 25
    assert again.lowest_score == 0.45
    assert again.comparison_methods == ["bicubic"]
    assert again.theme == "dark"
    assert again.geometry == QByteArray(b"abc")
    assert again.export_formats == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"effort": "thorough", "refine": False}, SearchSettings.of(Effort.THOROUGH, second_stage=False)),
        ({"effort": "fast", "refine_budget": 77}, SearchSettings.of(Effort.FAST)),
        (
            {"effort": "custom", "refine_budget": 77, "search_enlarged": True},
            SearchSettings.of(Effort.THOROUGH, budget=77),
        ),
        ({"effort": "custom", "refine_budget": 77}, SearchSettings.of(Effort.BALANCED, budget=77)),
        ({"refine": False}, SearchSettings(second_stage=False)),
        ({}, SearchSettings()),
    ],
)
def test_what_an_older_version_kept_of_the_search_is_carried_over(
    tmp_path: Path, before: dict[str, object], after: SearchSettings
) -> None:
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    for name, value in before.items():
        store.setValue(name, value)
    settings = Settings(store)
    assert settings.search == after
    assert not {"refine", "refine_budget", "search_enlarged"} & set(store.allKeys())
    settings.budget = 99
    assert Settings(store).search == replace(after, budget=99), "it is carried over once"


def test_a_setting_that_makes_no_sense_falls_back_to_its_default(tmp_path: Path) -> None:
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    store.setValue("video_step", "many")
    store.setValue("effort", "utter")
    assert (Settings(store).video_step, Settings(store).search) == (BY_TIME, SearchSettings())


def test_a_change_is_told_once_and_no_change_not_at_all(qtbot: QtBot, settings: Settings) -> None:
    told: list[str] = []
    settings.changed.connect(told.append)
    settings.effort = Effort.FAST
    settings.effort = Effort.FAST
    assert told == ["effort"]


def test_recent_files_are_few_and_the_last_is_first(settings: Settings) -> None:
    for i in range(MOST_RECENT + 5):
        settings.remember_recent(Path(f"/photos/{i}.jpg"))
    settings.remember_recent(Path(f"/photos/{MOST_RECENT}.jpg"))
    assert len(settings.recent) == MOST_RECENT
    assert settings.recent[0] == f"/photos/{MOST_RECENT}.jpg"
    assert len(set(settings.recent)) == MOST_RECENT


def test_the_window_is_made_without_importing_torch() -> None:
    code = (
        "import sys, app.session.session, app.main_window;"
        "heavy = {'torch', 'torchvision', 'scipy', 'av', 'pyqtgraph', 'matplotlib'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_no_number_of_calls_into_qt_ends_the_program() -> None:
    """Many more of them than there are references to `None` and `True` in a program that has just started."""
    code = (
        "import app.settings; from PySide6.QtCore import QObject; thing = QObject();"
        "[(thing.setObjectName('x'), thing.blockSignals(False)) for _ in range(400_000)]; print('alive')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0 and "alive" in done.stdout, done.stderr


def test_the_strip_shows_what_comes_before_and_after_a_picture_that_keys_go_to(
    qtbot: QtBot, window: MainWindow, photo: Callable[..., Path]
) -> None:
    paths = [photo(f"{number:02d}.png") for number in range(20)]
    window.session.opened.open_paths(paths)
    qtbot.waitUntil(lambda: window.session.pictures.rowCount() == 20 and window.session.shown.source is not None)
    strip, title = window.film_strip, window.panels.docks["pictures"].windowTitle

    def is_seen(row: int) -> bool:
        return strip.viewport().rect().contains(strip.visualRect(strip.model().index(row, 0)))

    assert title() == "Pictures · 1 of 20" and window.panels.docks["pictures"].toggleViewAction().text() == "Pictures"
    for row in [*range(1, 19), *range(17, 0, -1)]:
        window.session.shown.show(str(paths[row]))
        assert all(is_seen(beside) for beside in (row - 1, row, row + 1))
        assert title() == f"Pictures · {row + 1} of 20"
