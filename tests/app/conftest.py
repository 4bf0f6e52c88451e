"""What the tests of the window share: no display, settings of their own, a finder without networks."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import av
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QSettings, QTranslator
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.jobs.finding import Engine
from app.main_window import MainWindow
from app.session.session import Session
from app.settings import Settings
from app.translations import load_translation
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import Cancelled, CancelToken, Detections, FindResult, Frame, Progress

QLocale.setDefault(QLocale(QLocale.Language.English))

BOXES = ((10.0, 10.0, 30.0, 34.0), (100.0, 20.0, 108.0, 30.0), (60.0, 90.0, 90.0, 120.0))
SCORES = (0.9, 0.6, 0.4)
FRAMES = 40
"""Of the video."""


class FakeFinder:
    """Finds the same three faces in every frame; can be told to take long or to fail."""

    def __init__(self) -> None:
        self.searched: list[str] = []
        self.steps = 1
        self.pause = 0.0
        self.error: Exception | None = None
        self.settings, self.weights = SearchSettings(), dict[str, str]()

    def find(self, frame: Frame, cancel: CancelToken | None = None, progress: Progress | None = None) -> FindResult:
        for step in range(self.steps):
            if cancel is not None and cancel.is_set():
                raise Cancelled
            if progress is not None:
                progress("detect", step, self.steps)
            time.sleep(self.pause)
        if self.error is not None:
            raise self.error
        self.searched.append(frame.source)
        return FindResult(
            frame.source,
            frame.width,
            frame.height,
            Detections.of(BOXES, SCORES),
            candidates=3,
            refined=0,
            timings={"detect": 0.1},
            remarks=frame.remarks,
            index=frame.index,
            seconds=frame.seconds,
        )


@pytest.fixture(autouse=True)
def _deleted_at_the_end() -> Iterator[None]:
    """What a test leaves is deleted at its end, and what its failure keeps of it never is.

    A worker thread might collect it, also while it is deleted here: of widgets without a parent Qt and Python would
    both delete the parts, and the tests would end there. So nothing is collected before the end.
    """
    gc.disable()
    yield
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.freeze()  # so that each collection looks at one test's objects alone, and takes no time
    gc.enable()


@pytest.fixture(autouse=True)
def _undressed_at_the_end() -> Iterator[None]:
    """The program's style does not reach the next test: its padding makes everything wider."""
    yield
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.styleSheet():
        app.setStyleSheet("")
        app.setPalette(QPalette())
        app.styleHints().unsetColorScheme()


@pytest.fixture
def finder() -> FakeFinder:
    """The finder that the window of `window` uses."""
    return FakeFinder()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings in a file of this test."""
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def window(qtbot: QtBot, settings: Settings, finder: FakeFinder) -> Iterator[MainWindow]:
    """The whole window with a fake finder."""
    settings.frame_selected = False
    settings.comparison_methods = ["bilinear"]  # the networks take seconds to load

    def build(_choice: SearchSettings) -> FakeFinder:
        return finder

    shown = MainWindow(Session(settings, Engine(build)))
    qtbot.addWidget(shown)
    shown.resize(1200, 800)
    shown.show()
    yield shown
    shown.close()


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    """Makes a small photo of noise on the disk."""

    def make(name: str = "photo.png", width: int = 160, height: int = 120) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
        Image.fromarray(noise).save(path)
        return path

    return make


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Forty frames, each as bright as five times its number."""
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=20)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 160, 128, "yuv420p", 10
        for number in range(FRAMES):
            pixels = np.full((128, 160, 3), number * 5, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    """Whatever is made after it speaks German."""
    known = set(qapp.findChildren(QTranslator))
    assert load_translation(qapp, "de")
    yield
    for translator in set(qapp.findChildren(QTranslator)) - known:
        qapp.removeTranslator(translator)
    QLocale.setDefault(QLocale(QLocale.Language.English))
