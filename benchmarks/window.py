"""Measures what the user of the window waits for; prints a table and writes JSON.

Each measurement runs in a process of its own, on whatever display there is (`xvfb-run -a`, or
QT_QPA_PLATFORM=offscreen). The search uses the installed weights.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from app.main_window import MainWindow

Figures = dict[str, float]


def _run_program(on_show: Callable[[MainWindow], object], *files: Path) -> None:
    """Run the program as it is started, with these files; told of its window just before it shows."""
    import app.__main__ as program
    from app.main_window import MainWindow

    shown = MainWindow.showEvent

    def show(window: MainWindow, event: QShowEvent) -> None:
        on_show(window)
        shown(window, event)

    MainWindow.showEvent = show  # type: ignore[assignment,method-assign]
    program.main([sys.argv[0], *map(str, files)])


def _once_painted(window: MainWindow, act: Callable[[], object]) -> None:
    """Act when the window is on the screen; not again when it paints itself anew."""
    from PySide6.QtCore import Qt

    window.painted.connect(act, Qt.ConnectionType.SingleShotConnection)


def first_paint(_picture: Path) -> Figures:
    """Seconds from the start of the process to the window's first paint, and the longest stall after it."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    figures: Figures = {}

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and "first paint, s" not in figures:
                figures["first paint, s"] = time.time() - float(os.environ["STARTED"])
                figures["torch imported before it"] = float("torch" in sys.modules)
                QTimer.singleShot(0, start_watching)
            return False

    def start_watching() -> None:
        gaps = EventLoopGaps()

        def end() -> None:
            figures["longest stall while the models load, ms"] = gaps.longest * 1000
            for window in QApplication.topLevelWidgets():
                window.close()
            QApplication.exit()

        QTimer.singleShot(15000, end)
        figures_keepalive.append(gaps)

    figures_keepalive: list[object] = []
    watch = Watch()
    _run_program(lambda window: cast("QWidget", window.centralWidget()).installEventFilter(watch))
    return figures


class EventLoopGaps:
    """Times between two turns of the event loop, by a timer that would like to fire every 2 ms.

    Attributes:
        gaps: seconds.
        own: of each gap the seconds of the GUI thread's own work, which no other program on the machine makes longer.
    """

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.gaps: list[float] = []
        self.own: list[float] = []
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer(interval=2, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)
        self._timer.start()

    def _turn(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.gaps.append(now - self._last)
        self.own.append(worked - self._worked)
        self._last, self._worked = now, worked

    @property
    def longest(self) -> float:
        """Seconds."""
        return max(self.gaps, default=0.0)

    def told(self, name: str) -> Figures:
        """The longest stall since the last call, under a name, in milliseconds; and the longest of `own`."""
        figures = {
            f"{name}: longest stall, ms": self.longest * 1000,
            f"{name}: the window's own work in it, ms": max(self.own, default=0.0) * 1000,
        }
        self.gaps.clear()
        self.own.clear()
        return figures


def sample(_picture: Path) -> Figures:
    """*Try the sample* is clicked at the first paint of a cold program: time to the first box, stalls until then."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    figures: Figures = {}
    kept: list[EventLoopGaps] = []

    def click(window: MainWindow) -> None:
        kept.append(EventLoopGaps())
        clicked = time.perf_counter()

        def first_box(faces: object) -> None:
            if faces and "click to first box, s" not in figures:
                figures["click to first box, s"] = time.perf_counter() - clicked
                figures["torch imported by then"] = float("torch" in sys.modules)
                QTimer.singleShot(1000, end)

        def end() -> None:
            figures["longest stall from click to a second after, ms"] = kept[0].longest * 1000
            window.close()
            QApplication.exit()

        window.session.selection.faces_shown.connect(first_box)
        window.actions_.open_sample.trigger()

    _run_program(lambda window: _once_painted(window, lambda: click(window)))
    return figures


def search(picture: Path) -> Figures:
    """A picture of 24 megapixels is opened and searched: stalls of the event loop, time to the first box."""
    from PySide6.QtCore import QEventLoop, QTimer

    with _warm_window() as window:
        session, loop = window.session, QEventLoop()
        figures: Figures = {}
        gaps = EventLoopGaps()
        started = time.perf_counter()

        def seen(name: str) -> Callable[..., None]:
            def note(*_: object) -> None:
                figures.setdefault(name, time.perf_counter() - started)

            return note

        session.shown.picture_shown.connect(seen("picture on the screen, s"))
        session.selection.faces_shown.connect(lambda faces: seen("opening to first box, s")() if faces else None)
        session.failed.connect(lambda sentence, _details: sys.exit(sentence))
        session.searches.queue.idle.connect(lambda: QTimer.singleShot(500, loop.quit))
        session.opened.open_paths([picture])
        loop.exec()
        figures["longest stall while searching, ms"] = gaps.longest * 1000
        figures["99th percentile of turns, ms"] = statistics.quantiles(gaps.gaps, n=100)[98] * 1000
    return figures


@contextmanager
def _warm_window() -> Iterator[MainWindow]:
    """The window with settings of its own, once its networks are loaded; closed at the end."""
    from PySide6.QtCore import QEventLoop, QSettings, QTimer
    from PySide6.QtWidgets import QApplication

    from app.main_window import MainWindow
    from app.session.session import Session
    from app.settings import Settings
    from app.style import apply_style

    application = QApplication.instance() or QApplication(sys.argv[:1])
    apply_style(cast("QApplication", application), "dark")
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Settings(QSettings(f"{folder}/s.ini", QSettings.Format.IniFormat)))
        window = MainWindow(session)
        window.resize(1440, 900)
        window.show()
        loop = QEventLoop()
        models = session.searches.status_changed.connect(lambda status: None if status.busy else loop.quit())
        QTimer.singleShot(0, session.warm_up)
        loop.exec()
        session.searches.status_changed.disconnect(models)
        yield window
        window.close()


def busy(picture: Path) -> Figures:
    """Beside a busy process: a start with five files, their search, and the two largest windows, opened twice."""
    from PySide6.QtWidgets import QApplication, QDialog

    figures: Figures = {}
    files = [picture.with_name(f"{number}.jpg") for number in range(5)]
    content = _small_picture(picture)
    for number, file in enumerate(files):
        file.write_bytes(content + number.to_bytes(4))
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"])

    def steps(window: MainWindow) -> Iterator[Callable[[], bool]]:
        """Does one thing after the other; each gives what is to come true before the next."""
        session, gaps = window.session, EventLoopGaps()
        yield lambda: len(session.searches.results) == len(files) and session.searches.queue.waiting_count == 0
        figures.update(gaps.told("start with five files, and their search"))
        session.searches.search([str(file) for file in files])
        yield lambda: session.searches.queue.waiting_count == 0
        figures.update(gaps.told("search"))
        for time_ in ("first", "second"):
            window.dialogs.show_export()
            yield lambda: isinstance(QApplication.activeModalWidget(), QDialog)
            yield _after(1.0)
            figures.update(gaps.told(f"export is opened, {time_} time"))
            cast("QDialog", QApplication.activeModalWidget()).reject()
            yield _after(0.5)
            gaps.told("")
            window.dialogs.show_fine_tune()
            yield _after(1.0)
            figures.update(gaps.told(f"fine-tuning is opened, {time_} time"))
            if window.dialogs.fine_tune is not None:
                window.dialogs.fine_tune.close()
            yield _after(0.5)
            gaps.told("")
        window.close()
        QApplication.exit()

    try:
        _run_program(lambda window: _take_steps(window, steps(window)), *files)
    finally:
        other.kill()
    return figures


def _take_steps(window: MainWindow, doing: Iterator[Callable[[], bool]]) -> None:
    """Once the window is painted take the steps, each when what the one before gave has come true."""
    from PySide6.QtCore import QTimer

    wanted: list[Callable[[], bool]] = [lambda: True]
    look = QTimer(window, interval=20)

    def go_on() -> None:
        if wanted[0]() and (following := next(doing, None)) is not None:
            wanted[0] = following

    look.timeout.connect(go_on)
    _once_painted(window, look.start)


def work(picture: Path) -> Figures:
    """200 pictures are searched, while their faces are sorted, filtered, scrolled, selected and judged."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    from app.models.face_columns import Column
    from tinyface_core.types import Verdict

    figures: Figures = {}
    folder = picture.parent / "work"
    folder.mkdir()
    _write_crops(folder, 200)

    def steps(window: MainWindow) -> Iterator[Callable[[], bool]]:
        session, faces, gaps = window.session, window.face_list, EventLoopGaps()
        bar = faces.gallery.verticalScrollBar()
        strip = window.film_strip.horizontalScrollBar()
        orders = [(column, order) for column in (Column.SCORE, Column.SIZE) for order in Qt.SortOrder]

        def select(turn: int) -> None:
            if entries := session.visible.entries():
                session.selection.select(entries[7 * turn % len(entries)].key, go_there=True)

        actions: dict[str, Callable[[int], object]] = {
            "sorted": lambda turn: session.visible.sort(*orders[turn % 4]),
            "filtered": lambda turn: faces.filters.score_slider.setValue((0.05 * (turn % 10), 1.0)),
            "scrolled": lambda turn: bar.setValue(bar.maximum() * (turn % 7) // 7),
            "scrolled in the film strip": lambda turn: strip.setValue(strip.maximum() * (turn % 7) // 7),
            "selected and compared": select,
            "judged": lambda turn: window.actions_.verdicts[list(Verdict)[turn % 4]].trigger(),
        }
        stalls = list[float]()
        yield lambda: session.pictures.rowCount() == 200 and len(session.searches.results) > 2
        worked, began = time.thread_time(), time.perf_counter()
        for turn in range(25):
            for name, act in actions.items():
                gaps.told("")
                act(turn)
                yield _after(0.15)
                stalls.append(gaps.longest)
                figures.update(_greater(figures, gaps.told(f"200 pictures are searched, faces {name}")))
        share = (time.thread_time() - worked) / (time.perf_counter() - began)
        figures["200 pictures: median of the longest stalls, ms"] = statistics.median(stalls) * 1000
        figures["the same: share over 50 ms, %"] = 100 * sum(stall > 0.05 for stall in stalls) / len(stalls)
        figures["the same: share of its time that the window works, %"] = 100 * share
        figures["the same: pictures searched meanwhile"] = float(len(session.searches.results))
        window.close_at_once()
        QApplication.exit()

    _run_program(lambda window: _take_steps(window, steps(window)), folder)
    return figures


def _greater(known: Figures, new: Figures) -> Figures:
    return {name: max(value, known.get(name, 0.0)) for name, value in new.items()}


def _write_crops(folder: Path, count: int) -> None:
    """So many parts of the bundled photo of an orchestra, each with a dozen faces."""
    from PIL import Image

    photo = Image.open(ROOT / "resources" / "samples" / "orchestra.webp").convert("RGB")
    for number in range(count):
        x, y = 37 * number % (photo.width - 480), 23 * number % (photo.height - 360)
        photo.crop((x, y, x + 480, y + 360)).save(folder / f"{number:03}.jpg", quality=90)


def _after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def folder(picture: Path) -> Figures:
    """A folder of 10,000 and one of 100,000 pictures is opened, its search begun, and scrolled through."""
    figures: Figures = {}
    for count in (10_000, 100_000):
        figures |= {f"{count:,} pictures: {name}": value for name, value in _open_folder(picture, count).items()}
    return figures


def _open_folder(picture: Path, count: int) -> Figures:
    from PySide6.QtCore import QEventLoop, QTimer

    with tempfile.TemporaryDirectory(dir=picture.parent) as place, _warm_window() as window:
        pictures = Path(place) / "pictures"
        pictures.mkdir()
        content = _small_picture(picture)
        for number in range(count):  # no copies: what stands behind the picture's end is another number in each
            (pictures / f"{number:06}.jpg").write_bytes(content + number.to_bytes(4))
        session, loop = window.session, QEventLoop()
        figures: Figures = {}
        gaps = EventLoopGaps()
        started = time.perf_counter()
        session.shown.picture_shown.connect(
            lambda *_: figures.setdefault("first one on the screen, s", time.perf_counter() - started)
        )
        session.opened.open_paths([pictures])

        def wait(condition: Callable[[], bool]) -> float:
            while not condition():
                QTimer.singleShot(5, loop.quit)
                loop.exec()
            return time.perf_counter() - started

        figures["all in the film strip, s"] = wait(lambda: session.pictures.rowCount() >= count)
        wait(lambda: "first one on the screen, s" in figures)
        bar = window.film_strip.horizontalScrollBar()
        for step in range(100):
            bar.setValue(bar.maximum() * step // 100)
            QTimer.singleShot(30, loop.quit)
            loop.exec()
        wait(lambda: len(session.searches.results) >= 3)
        figures["longest stall, ms"] = gaps.longest * 1000
    return figures


def _small_picture(source: Path) -> bytes:
    """A JPEG file of 360 x 240 pixels."""
    import io

    from PIL import Image

    picture, content = Image.open(source), io.BytesIO()
    picture.draft("RGB", (750, 500))
    picture.convert("RGB").resize((360, 240)).save(content, "JPEG", quality=30)
    return content.getvalue()


def zoom(_picture: Path) -> Figures:
    """Frame times while zooming and panning over 100 megapixels with 10,000 boxes."""
    import numpy as np
    from PySide6.QtCore import QPointF
    from PySide6.QtWidgets import QApplication

    from app.models.face_entry import FaceEntry
    from app.models.pyramid import Pyramid
    from app.style import apply_style
    from app.views.canvas import Canvas
    from tinyface_core.types import Face

    application = QApplication(sys.argv[:1])
    apply_style(application, "dark")
    rng = np.random.default_rng(0)
    side = 10_000
    block = rng.integers(0, 255, (1000, 1000, 3), dtype=np.uint8)
    canvas = Canvas()
    canvas.resize(1440, 900)
    canvas.show()
    canvas.set_picture(Pyramid(np.tile(block, (10, 10, 1))))
    corners = rng.uniform(0, side - 60, (10_000, 2)).tolist()
    sizes, scores = rng.uniform(6, 50, 10_000).tolist(), rng.uniform(0, 1, 10_000).tolist()
    canvas.set_faces(
        [
            FaceEntry("x", Face((x, y, x + size, y + size), score, score), key=i)
            for i, ((x, y), size, score) in enumerate(zip(corners, sizes, scores, strict=True))
        ]
    )
    for _ in range(10):
        application.processEvents()
    times = []
    at = QPointF(500, 300)
    for step in range(240):
        started = time.perf_counter()
        canvas.view.zoom_at(at, canvas.view.zoom * (1.05 if step < 120 else 1 / 1.05))
        application.processEvents()
        times.append(time.perf_counter() - started)
    return {
        "median frame, 10,000 boxes on 100 megapixels, ms": statistics.median(times) * 1000,
        "95th percentile of frames, ms": statistics.quantiles(times, n=20)[18] * 1000,
        "frames a second": 1 / statistics.fmean(times),
    }


MEASUREMENTS = {
    "first_paint": first_paint,
    "sample": sample,
    "search": search,
    "busy": busy,
    "work": work,
    "folder": folder,
    "zoom": zoom,
}


def large_picture(source: Path, folder: Path) -> Path:
    """24 megapixels made of copies of a picture."""
    import numpy as np
    from PIL import Image

    pixels = np.asarray(Image.open(source).convert("RGB"))
    times = (-(-4000 // pixels.shape[0]), -(-6000 // pixels.shape[1]), 1)
    target = folder / "24-megapixels.jpg"
    Image.fromarray(np.tile(pixels, times)[:4000, :6000]).save(target, quality=90)
    return target


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--picture", type=Path, default=ROOT / "resources" / "samples" / "astronaut.jpg")
    parser.add_argument("--json", type=Path, default=ROOT / "output" / "window-benchmark.json")
    parser.add_argument("--only", choices=MEASUREMENTS)
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.in_this_process:
        print(json.dumps(MEASUREMENTS[options.only](options.picture)))
        return
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        picture = large_picture(options.picture, Path(folder))
        for name in [options.only] if options.only else MEASUREMENTS:
            command = [sys.executable, __file__, "--in-this-process", "--only", name, "--picture", str(picture)]
            environment = {**os.environ, "STARTED": str(time.time()), "XDG_CONFIG_HOME": folder}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(f"{name} failed:\n{done.stderr}")
            figures.update(json.loads(done.stdout.splitlines()[-1]))
    for name, value in figures.items():
        print(f"{name:52} {value:10.2f}")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
