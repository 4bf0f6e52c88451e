"""Drives the real window over the bundled samples, in light and dark, and writes `docs/screenshots/*.webp`.

    make screenshots        # or, with a display of your own:
    .venv/bin/python scripts/screenshots.py [--only video]

Needs a display (the Make target brings a virtual one) and the installed weights.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from PySide6.QtCore import QEventLoop, QPointF, QSettings, Qt, QTimer, QUrl  # noqa: E402
from PySide6.QtGui import QImage  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWebEngineWidgets import QWebEngineView  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog, QWidget  # noqa: E402

from app.dialogs.export import ExportDialog  # noqa: E402
from app.dialogs.voting import VotingDialog  # noqa: E402
from app.jobs.exporting import ExportRequest, FaceChoice, export_files  # noqa: E402
from app.main_window import MainWindow  # noqa: E402
from app.models.pictures import State  # noqa: E402
from app.session.session import Session  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.style import apply_style  # noqa: E402
from app.views.pair_view import Look  # noqa: E402
from tinyface_core.evaluation.voting import Choice, VotedFace  # noqa: E402
from tinyface_core.export.case import Case  # noqa: E402
from tinyface_core.types import Verdict  # noqa: E402

SAMPLES = ROOT / "resources" / "samples"
SIZE = (1440, 900)
SMALL = (1280, 720)


def pause(milliseconds: int) -> None:
    """Let the window live for a while; unlike `QTest.qWait` this lets worker threads run too."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(condition: Callable[[], bool], seconds: float = 300) -> None:
    """Let the window live until something is so.

    Raises:
        TimeoutError: if it is not so in time.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("The window did not come to the state that was to be photographed.")
        pause(50)


class Studio:
    """One window and the pictures of it."""

    def __init__(self, folder: Path, theme: str, place: str) -> None:
        self._folder, self._theme = folder, theme
        settings = Settings(QSettings(f"{place}/settings.ini", QSettings.Format.IniFormat))
        settings.theme = theme
        settings.export_folder = "~/faces"
        self.window = MainWindow(Session(settings))
        self.session = self.window.session
        self.window.resize(*SIZE)
        self.window.show()
        pause(300)

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Write `<name>-<theme>.webp`, an eighth as large as a PNG file."""
        pause(400)
        path = self._folder / f"{name}-{self._theme}.webp"
        grabbed = (widget or self.window).grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        size, stride = (grabbed.width(), grabbed.height()), grabbed.bytesPerLine()
        Image.frombuffer("RGB", size, bytes(grabbed.constBits()), "raw", "RGB", stride, 1).save(path, quality=88)
        print(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)

    def take_dialog(self, name: str, opener: Callable[[], None]) -> None:
        """Open a dialog, photograph it and close it."""
        opener()
        pause(1500)
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            self.take(name, dialog)
            if isinstance(dialog, ExportDialog):
                dialog.pages.setCurrentWidget(dialog.redaction)
                self.take("redaction", dialog)
            dialog.reject()
        pause(100)

    def take_fine_tuning(self) -> None:
        """Photograph the dialog of a fine-tuning whose duration is measured, after verdicts on all sure faces."""
        keys = [entry.key for entry in self.session.faces.entries() if entry.face.score > 0.5]
        self.session.selection.give_verdict(keys, Verdict.CONFIRMED)
        self.window.actions_.reviewed.trigger()
        self.window.dialogs.show_fine_tune()
        dialog = self.window.dialogs.fine_tune
        assert dialog is not None
        wait_until(lambda: dialog.setup.start.isEnabled() and dialog.setup.measuring.isHidden())
        self.take("fine-tuning", dialog)
        dialog.close()
        self.window.actions_.reviewed.trigger()
        self.session.commands.stack.undo()

    def take_vote(self, faces: Sequence[VotedFace]) -> None:
        """Photograph a question of a blind vote, and the result after some answers."""
        with tempfile.TemporaryDirectory() as folder:
            dialog = VotingDialog(faces, self.session.settings, self.window, folder=Path(folder))
            dialog.show()
            dialog.seed.setValue(7)
            wait_until(dialog.start.isEnabled)
            dialog.start.click()
            wait_until(dialog.view.buttons[Choice.LEFT].isEnabled)
            self.take("vote", dialog)
            for number in range(24):
                wait_until(dialog.view.buttons[Choice.LEFT].isEnabled)
                dialog.view.voted.emit([Choice.LEFT, Choice.RIGHT, Choice.SAME][number % 3])
            dialog.outcome.click()
            self.take("vote-result", dialog)
            dialog.reject()

    def take_report(self) -> None:
        """Photograph the report of the searched samples in a browser."""
        results = tuple(self.session.searches.results.values())
        faces = tuple(self.session.faces.entries())
        choice = FaceChoice(results, faces, lambda face: face.face.score > 0.5)
        case = Case("Orchestra", "2026/117", "A. Examiner")
        with tempfile.TemporaryDirectory() as folder:
            request = ExportRequest((), ("html",), Path(folder), ("bilinear", "refined"), case=case)
            (report,) = export_files(choice.fill(request), threading.Event(), lambda *_: None)
            browser = QWebEngineView()
            browser.resize(*SIZE)
            browser.show()
            loaded: list[bool] = []
            browser.loadFinished.connect(loaded.append)
            browser.load(QUrl.fromLocalFile(str(report)))
            wait_until(lambda: bool(loaded))
            pause(1000)
            self.take("report", browser)
            browser.close()

    def open(self, paths: list[Path], count: int) -> None:
        """Open pictures and wait until they are searched."""
        self.session.opened.open_paths(paths)
        wait_until(lambda: self.session.pictures.rowCount() >= count)
        wait_until(lambda: all(picture.state == State.DONE for picture in self.session.pictures.pictures()))
        pause(300)

    def select(self, key: int, go_there: bool = True) -> None:
        """Select a face and wait for its comparison."""
        self.window.comparison.set_face(None, None)
        self.session.selection.select(key, go_there)
        wait_until(self.window.comparison.bar.copy.isEnabled)
        self.window.canvas.setFocus()
        pause(500)

    def show(self, name: str) -> None:
        """Show an opened picture."""
        source = next(p.source for p in self.session.pictures.pictures() if p.name == name)
        self.session.shown.show(source)
        wait_until(lambda: self.session.shown.frame is not None and self.session.shown.frame.source == source)
        self.window.canvas.view.fit(animated=False)


def tell_of_photos(studio: Studio, _place: Path) -> None:
    """What an analyst does in the first minutes, photographed step by step."""
    window, session = studio.window, studio.session
    studio.take("start")
    studio.open([SAMPLES], 3)
    studio.show("orchestra.webp")
    faces = session.selection.faces()
    for entry, verdict in zip(faces, [Verdict.CONFIRMED] * 4 + [Verdict.UNSURE], strict=False):
        session.selection.give_verdict([entry.key], verdict)
    studio.take("faces")
    tiny = faces[0]
    studio.select(tiny.key)
    studio.take("comparison")
    window.resize(*SMALL)
    pause(500)
    studio.take("small-screen")
    window.resize(*SIZE)
    pause(500)
    window.comparison.show_as(Look.BORDER)
    window.face_list.show_gallery(False)
    studio.take("split")
    window.comparison.show_as(Look.DIFFERENCE)
    studio.take("difference", window.comparison)
    window.comparison.show_as(None)
    window.face_list.show_gallery(True)

    window.canvas.view.fit(animated=False)
    window.actions_.loupe.setChecked(True)
    x1, y1, x2, y2 = tiny.face.box
    QTest.mouseMove(window.canvas, window.canvas.view.from_picture(QPointF((x1 + x2) / 2, (y1 + y2) / 2)).toPoint())
    studio.take("loupe", window.canvas)
    window.actions_.loupe.setChecked(False)

    studio.show("astronaut.jpg")
    pause(300)
    window.comparison.bar.methods.setFocus(Qt.FocusReason.NoFocusReason)
    session.settings.comparison_methods = ["bilinear", "bicubic", "lanczos", "sr-only", "refined"]
    studio.select(session.selection.faces()[0].key)
    studio.take("measure")
    session.settings.comparison_methods = ["bilinear", "sr-only", "refined"]

    for name, action in (
        ("export", window.actions_.export),
        ("preferences", window.actions_.preferences),
        ("weights", window.actions_.weights),
    ):
        studio.take_dialog(name, action.trigger)

    studio.take_vote([VotedFace(entry.source, entry.index, entry.face.box) for entry in faces])
    studio.take_report()
    studio.take_fine_tuning()


def tell_of_a_video(studio: Studio, place: Path) -> None:
    """A video with its tracks, and the frame under the mouse on its time line."""
    window, session, video = studio.window, studio.session, make_video(place)
    session.opened.open_paths([video])
    wait_until(lambda: session.shown.player.info.frames > 0)
    followed: list[bool] = []
    session.searches.tracks.followed.connect(lambda: followed.append(True))
    session.searches.search_video()
    wait_until(lambda: session.pictures.picture(str(video)).state == State.DONE and bool(followed))
    session.shown.player.seek(51)
    wait_until(lambda: session.shown.frame is not None and session.shown.frame.index == 51)
    studio.select(session.selection.faces()[0].key, go_there=False)
    window.video.timeline.bar.pointed.emit(100)
    wait_until(window.video.preview.isVisible)
    studio.take("video")


STORIES = {"photos": tell_of_photos, "video": tell_of_a_video}


def make_video(folder: Path) -> Path:
    """A pan over the orchestra, five seconds long."""
    import av
    import numpy as np

    pixels = np.asarray(Image.open(SAMPLES / "orchestra.webp").convert("RGB"))
    path = folder / "orchestra.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.bit_rate = 800, 480, 8_000_000
        for number in range(125):
            left = round((pixels.shape[1] - 800) * number / 124)
            part = np.ascontiguousarray(pixels[100:580, left : left + 800])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(part, format="rgb24")))
        container.mux(stream.encode())
    return path


def photograph(theme: str, folder: Path, stories: Sequence[str]) -> None:
    """The pictures of one theme; in a process of its own, so that nothing is left over from the other."""
    application = QApplication(sys.argv[:1])
    application.setOrganizationName("TinyFaceInspector")
    apply_style(application, theme)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as place:
        studio = Studio(folder, theme, place)
        studio.session.warm_up()
        wait_until(lambda: studio.window.status.sentence.text() == "Ready")
        for story in stories:
            STORIES[story](studio, Path(place))
        studio.window.close()


def main() -> None:
    """Photograph both themes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--theme", choices=("light", "dark"))
    parser.add_argument("--only", choices=STORIES, action="append", help="Retake these alone.")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "screenshots")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.theme:
        photograph(options.theme, options.folder, options.only or list(STORIES))
        return
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox")  # which root is refused
    with tempfile.TemporaryDirectory() as home:
        # Recent files, project and settings of whoever runs this stay out of the pictures.
        places = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), home)
        for theme in ("light", "dark"):
            stories = [f"--only={story}" for story in options.only or STORIES]
            command = [sys.executable, __file__, "--theme", theme, "--folder", str(options.folder), *stories]
            subprocess.run(command, env={**os.environ, **places}, check=True)


if __name__ == "__main__":
    main()
