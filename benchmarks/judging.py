"""Counts the keys and clicks that a hundred verdicts take: in the list, face after face, and at a glance.

A script judges made faces in the real window, of which it knows the truth: as many as are said are none. It also
measures how long the program takes from a key to the next face on the screen; looking and thinking take none.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.jobs.finding import Engine
from app.main_window import MainWindow
from app.session.session import Session
from app.settings import Settings
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import CancelToken, Detections, FindResult, Floats, Frame, Progress, Verdict, no_progress

PICTURES, EACH = 10, 30


@dataclass(frozen=True)
class MadeFinder:
    """Finds faces at random places, the same each time."""

    settings: SearchSettings = SearchSettings()
    weights: dict[str, str] = field(default_factory=dict)

    def find(
        self,
        frame: Frame,
        cancel: CancelToken | None = None,
        progress: Progress = no_progress,
        *,
        expected: Floats | None = None,
    ) -> FindResult:
        rng = np.random.default_rng(len(frame.source) + int(Path(frame.source).stem))
        corners, sides = rng.uniform(0, 900, (EACH, 2)), rng.uniform(8, 60, (EACH, 1))
        found = Detections.of(np.hstack([corners, corners + sides]), rng.uniform(0.4, 1, EACH))
        return FindResult(frame.source, frame.width, frame.height, found, EACH, 0, index=frame.index)


class Presses(QObject):
    """Counts what a user presses."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        window = watched.isWidgetType() and isinstance(watched, QWidget) and watched.isWindow()
        if event.type() == QEvent.Type.KeyPress and not window and watched is QApplication.focusWidget():
            self.count += 1
        return False


def wait(condition: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    until = time.monotonic() + 60
    while not condition():
        if time.monotonic() > until:
            sys.exit("The window did not get there.")
        QTest.qWait(1)


def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.focusWidget() or QApplication.activeWindow()
    assert target is not None, "the window is shown"
    QTest.keyClick(target, key, held)


class Judging:
    """The window with made pictures, and what is true of their faces."""

    def __init__(self, folder: Path, wrong: float) -> None:
        self.window = MainWindow(Session(settings_in(folder), Engine(lambda _choice: MadeFinder())))
        self.window.resize(1440, 900)
        self.window.show()
        self.session = self.window.session
        rng = np.random.default_rng(0)
        paths = [folder / f"{number}.jpg" for number in range(PICTURES)]
        for path in paths:
            Image.fromarray(rng.integers(0, 255, (960, 960, 3), np.uint8)).save(path, quality=90)
        self.session.opened.open_paths(paths)
        wait(lambda: len(self.session.faces.entries()) == PICTURES * EACH)
        keys = [entry.key for entry in self.session.faces.entries()]
        self.none = set(rng.choice(keys, round(len(keys) * wrong), replace=False).tolist())

    def key_for(self, face: int) -> Qt.Key:
        return Qt.Key.Key_N if face in self.none else Qt.Key.Key_Y

    def undecided(self) -> int:
        return sum(not entry.verdict for entry in self.session.faces.entries())

    def all_right(self) -> bool:
        return all((e.verdict == Verdict.NOT_A_FACE) == (e.key in self.none) for e in self.session.faces.entries())

    def is_shown(self, face: int) -> bool:
        entry, frame = self.session.faces.entry(face), self.session.shown.frame
        return frame is not None and entry is not None and self.window.canvas.selected == face

    def is_open(self) -> bool:
        """Whether a picture is shown."""
        return self.session.shown.frame is not None

    def in_list(self) -> None:
        """Before: select the first face of the list, then a key each."""
        self.window.face_list.gallery.setFocus()
        first = self.session.visible.index(0, 0)
        self.window.face_list.gallery.setCurrentIndex(first)
        while self.undecided():
            face = self.window.face_list.selection.keys()[0]
            wait(partial(self.is_shown, face))
            press(self.key_for(face))

    def one_by_one(self) -> None:
        """R, then a key each."""
        press(Qt.Key.Key_R)
        while (entry := self.window.review.faces.entry) is not None:
            wait(partial(self.is_shown, entry.key))
            press(self.key_for(entry.key))

    def at_a_glance(self) -> None:
        """Shift+R, then the numbers of the exceptions and a key for the page."""
        press(Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
        while page := list(self.window.review.faces.page):
            few = sum(face in self.none for face in page) <= len(page) // 2
            for number, face in enumerate(page, 1):
                if (face in self.none) == few:
                    for figure in f"{number:02d}":
                        press(Qt.Key[f"Key_{figure}"])
            press(Qt.Key.Key_Y if few else Qt.Key.Key_N)


def settings_in(folder: Path) -> Settings:
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    settings.comparison_methods = ["bilinear"]
    return settings


def main() -> None:
    """Judge all faces in each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", type=float, default=0.1, help="Share of the faces that are none.")
    options = parser.parse_args()
    application = QApplication(sys.argv[:1])
    presses = Presses()
    application.installEventFilter(presses)
    print(f"{PICTURES * EACH} faces in {PICTURES} pictures, {options.wrong:.0%} of them none")
    print(f"{'':24} {'keys per 100 verdicts':>22} {'program, ms a verdict':>22}")
    for way in (Judging.in_list, Judging.one_by_one, Judging.at_a_glance):
        with tempfile.TemporaryDirectory() as folder:
            judging = Judging(Path(folder), options.wrong)
            wait(judging.is_open)
            judging.window.activateWindow()
            judging.window.canvas.setFocus()
            presses.count, started = 0, time.perf_counter()
            way(judging)
            seconds, faces = time.perf_counter() - started, PICTURES * EACH
            if not judging.all_right():
                sys.exit(f"{way.__name__}: verdicts are not as they were given.")
            print(f"{way.__name__:24} {presses.count / faces * 100:22.0f} {seconds / faces * 1000:22.0f}")
            judging.window.close()


if __name__ == "__main__":
    main()
