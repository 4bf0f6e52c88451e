"""What a long day with the window leaves behind: memory, open files and threads. Prints a table.

Pictures are opened, searched by a made search, looked at and closed, one after the other; then every dialog is opened
and closed. After the first tenth of each and at the end memory, files and threads are counted. The end is 0 where they
have grown by at most 5 % of the memory, and by no file and no thread.

python -m benchmarks.soak                      # 2,000 pictures, 200 of each dialog
python -m benchmarks.soak --pictures 400 --dialogs 40
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSettings, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.jobs.finding import Engine
from app.main_window import MainWindow
from app.session.session import Session
from app.settings import Settings
from app.style import apply_style
from app.work.collecting import Collector
from tinyface_core.folders import HOME_VARIABLE
from tinyface_core.memory import memory_megabytes
from tinyface_core.types import Detections, FindResult, Frame

DIFFERENT = 50
"""Pictures on the disk, which are opened again and again."""
MOST_GROWTH = 0.05


class MadeSearch:
    """Finds twenty faces in every frame, without networks."""

    def find(self, frame: Frame, *_: object, **__: object) -> FindResult:
        corners = np.random.default_rng(0).uniform(0, 300, (20, 2))
        faces = Detections.of(np.hstack([corners, corners + 12]), np.linspace(0.2, 0.9, 20))
        return FindResult(frame.source, frame.width, frame.height, faces, 20, 0)


class Left(NamedTuple):
    """What the process holds: memory, and by name what it has open and which threads."""

    megabytes: float
    files: Counter[str]
    threads: Counter[str]


def left() -> Left:
    """Counted after all that nobody needs is given back, while all threads run that Qt starts for large pictures.

    It starts them when it needs them, one for each core, and ends them after 30 seconds without work, each with a file.
    """
    wait(lambda: False, 0.5)
    QImage(512, 512, QImage.Format.Format_RGB32).convertToFormat(QImage.Format.Format_RGBA64)
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)  # what the C library keeps for later is no leak
    files = Counter(os.path.realpath(one) for one in Path("/proc/self/fd").iterdir())
    threads = Counter(task.joinpath("comm").read_text().strip() for task in Path("/proc/self/task").iterdir())
    return Left(memory_megabytes(), files, threads)


def wait(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the window work until something is so, or for so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    look = QTimer()
    look.timeout.connect(lambda: loop.quit() if condition() else None)
    look.start(2)
    loop.exec()
    look.stop()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def look_at(window: MainWindow, path: Path) -> None:
    """Open a picture, search it, look at a face."""
    session = window.session
    session.opened.open_paths([path])
    wait(lambda: (str(path), None) in session.searches.results and session.shown.frame is not None)
    session.selection.select(session.selection.faces()[-1].key)
    QApplication.processEvents()


def look_at_and_close(window: MainWindow, path: Path) -> None:
    """As `look_at`, and close the picture."""
    look_at(window, path)
    window.session.opened.close_picture(str(path))
    wait(lambda: window.session.pictures.rowCount() == 0)


def open_and_close(show: Callable[[], object], _number: int) -> None:
    """A dialog, closed as soon as it can be seen."""

    def seen() -> list[QWidget]:
        return [one for one in QApplication.topLevelWidgets() if one.isVisible() and not isinstance(one, MainWindow)]

    show()
    wait(lambda: bool(seen()))
    for dialog in seen():
        dialog.close()
    wait(lambda: True, 0.05)


def main() -> int:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pictures", type=int, default=2000)
    options.add_argument("--dialogs", type=int, default=200)
    asked = options.parse_args()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    apply_style(application, "dark")
    print(f"| {'':32} | MB, after a tenth | MB, at the end | files | threads |", flush=True)
    print("| --- | --- | --- | --- | --- |")
    grown = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ[HOME_VARIABLE] = str(folder / "home")
        paths = [folder / f"{number:02}.jpg" for number in range(DIFFERENT)]
        for number, path in enumerate(paths):
            pixels = np.random.default_rng(number).integers(0, 255, (320, 480, 3), np.uint8)
            Image.fromarray(pixels).save(path, quality=60)
        settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
        settings.search_on_open, settings.comparison_methods = True, ["bilinear"]
        window = MainWindow(Session(settings, Engine(lambda _settings: MadeSearch())))  # type: ignore[arg-type, return-value]
        window.resize(1280, 800)
        collector = Collector()
        window.show()

        def soak(what: str, count: int, once: Callable[[int], object]) -> None:
            nonlocal grown
            first = left()
            for number in range(count):
                if number == max(1, count // 10):
                    first = left()
                once(number)
            last = left()
            files, threads = last.files.total() - first.files.total(), last.threads.total() - first.threads.total()
            print(f"| {what:32} | {first.megabytes:.0f} | {last.megabytes:.0f} | {files:+} | {threads:+} |", flush=True)
            if files > 0 or threads > 0:
                print(
                    "came:", *(last.files - first.files), *(last.threads - first.threads), file=sys.stderr, flush=True
                )
            grown |= last.megabytes > first.megabytes * (1 + MOST_GROWTH) or files > 0 or threads > 0

        look_at_and_close(window, paths[0])
        # At rest it looks every two seconds whether others wrote into the project, in a thread that begins with the
        # first look and stays; while pictures come and go that may be late.
        wait(lambda: False, 5)
        soak(f"{asked.pictures} pictures", asked.pictures, lambda n: look_at_and_close(window, paths[n % DIFFERENT]))
        look_at(window, paths[0])
        dialogs = window.dialogs
        shows: dict[str, Callable[[], object]] = {
            "export": dialogs.show_export,
            "blind vote": dialogs.show_voting,
            "grouping": dialogs.show_grouping,
            "preferences": dialogs.show_preferences,
            "weights": dialogs.show_weights,
            "evaluation": dialogs.show_evaluate,
            "keys": lambda: dialogs.show_shortcuts(window.actions()),
            "about": dialogs.show_about,
            "note": dialogs.ask_note,
            "fine-tuning": dialogs.show_fine_tune,
        }
        for what, show in shows.items():
            soak(f"{asked.dialogs} times {what}", asked.dialogs, partial(open_and_close, show))
        window.close()
        collector.stop()
        wait(lambda: True, 0.2)
    return int(grown)


if __name__ == "__main__":
    sys.exit(main())
