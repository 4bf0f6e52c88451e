"""Page 2 of the Fine-tune dialog: curves, samples and log of a running fine-tuning, with pause and stop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.training.finetune.runs import Run, RunState

from ..jobs.training import ListedRun, RunNews, RunWatcher
from ..style.figures import decimal, duration, whole
from ..style.widgets import label, lay_out, named, push_button
from ..views.training_curves import CurvesView
from ..work import Job, LatestJob, Worker
from .asking import confirm
from .fine_tune_texts import curve_label, stage_text

_MOST_LOG_LINES = 2000


class RunPage(QWidget):
    """Shows one run."""

    ended = Signal(object)
    """The `Run` that is finished."""
    gone = Signal()
    """The run was thrown away."""
    state_changed = Signal()
    """The run stands otherwise than before."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._run: Run | None = None
        self._state: RunState | None = None
        self._starting: Run | None = None
        self._told_end = False
        self._steered = False
        self._progress_text = self._stage = ""
        self._worker = Worker(self, threads=2)
        self._loading = LatestJob(self._worker)
        self._watcher = RunWatcher(self)
        self._watcher.news.connect(self._take_news)
        self.title = label(rank="title")
        self.state = label(rank="second", wrap=True)
        self.progress = named(QProgressBar(textVisible=False), self.tr("Progress of the training"))
        self.figures = label(rank="second")
        self.losses = CurvesView(self.tr("Losses"), smoothing=80, logarithmic=True)
        self.precision = CurvesView(self.tr("Average precision on held-back pictures"), most=1)
        self.sharpness = CurvesView(self.tr("PSNR in dB on held-back faces"))
        self.sample = _Sample()
        log = QPlainTextEdit(readOnly=True, maximumBlockCount=_MOST_LOG_LINES)
        self.log = named(log, self.tr("Log"))
        self.side = named(QTabWidget(), self.tr("Samples and log"))
        self.side.addTab(self.sample, self.tr("Samples"))
        self.side.addTab(self.log, self.tr("Log"))
        curves, right = QWidget(), QWidget()
        plots = ((self.losses, 4), (self.precision, 2), (self.sharpness, 2))
        lay_out(QVBoxLayout(curves), *plots, margins=(0, 0, 12, 0), spacing=8)
        lay_out(QVBoxLayout(right), self.side, margins=(12, 0, 0, 0))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(curves)
        split.addWidget(right)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([560, 380])
        split.setHandleWidth(1)
        curves.setMinimumWidth(320)
        self.side.setMinimumWidth(240)
        parts = (self.title, self.state, self.progress, self.figures, (split, 1), self._make_buttons())
        lay_out(QVBoxLayout(self), *parts, margins=(20, 16, 20, 12), spacing=8)

    def show_run(self, listed: ListedRun) -> None:
        """Watch a run from its beginning."""
        self._run, self._state, self._told_end = listed.run, None, False
        self.title.setText(listed.request.name)
        self.state.clear()
        self.figures.clear()
        self._progress_text = self._stage = ""
        self.progress.setRange(0, 0)
        for button in (self.pause, self.resume, self.keep):
            button.hide()  # until its state is known
        for curves in (self.losses, self.precision, self.sharpness):
            curves.clear()
        self.precision.setVisible(listed.request.target != "gan")
        self.sharpness.setVisible(listed.request.target != "detector")
        self.sample.clear()
        self.log.clear()
        self._watcher.watch(listed.run)

    def leave(self) -> None:
        """Watch no more."""
        self._run = None
        self._watcher.watch(None)

    def stop(self) -> None:
        """End all work of the page; the run goes on."""
        self._watcher.stop()
        self._worker.stop()

    def _make_buttons(self) -> QHBoxLayout:
        self.pause = push_button(self.tr("Pause"), lambda: self._ask("pause"), picture="pause")
        self.pause.setToolTip(self.tr("Stop here and go on later, also after switching the computer off"))
        self.resume = push_button(self.tr("Go on"), self._resume, picture="play")
        self.resume.setToolTip(self.tr("Take it up exactly where it was"))
        self.keep = push_button(self.tr("Stop and keep"), lambda: self._ask("keep"), picture="save")
        self.keep.setToolTip(self.tr("End now, measure what it has learned, and keep it"))
        self.discard = push_button(self.tr("Throw away"), self._discard, picture="trash")
        self.discard.setToolTip(self.tr("Stop and delete everything of this run"))
        for button in (self.pause, self.resume, self.keep, self.discard):
            # The default would pass to whatever is left when one of them is hidden, "Throw away" in the end.
            button.setAutoDefault(False)
        return lay_out(QHBoxLayout(), self.pause, self.resume, self.keep, None, self.discard)

    def _ask(self, wish: str) -> None:
        run = self._run
        if run is None:
            return
        self._hold_focus()
        for button in (self.pause, self.keep):
            button.setEnabled(False)
        measured = self.tr("Stopping after this step; then what it has learned is measured…")
        self.state.setText(measured if wish == "keep" else self.tr("Stopping after this step…"))
        self._do(lambda: run.ask(wish))  # type: ignore[arg-type]

    def _resume(self) -> None:
        run = self._run
        if run is not None:
            self._hold_focus()
            self.resume.setEnabled(False)
            self.state.setText(self.tr("Starting…"))
            self._starting = run
            self._do(run.start).done.connect(self._end_start)

    def _end_start(self) -> None:
        self._starting = None
        self.resume.setEnabled(True)

    def _hold_focus(self) -> None:
        """A button that is disabled or hidden hands the focus on, and the last in the row throws the run away."""
        self._steered = True
        self.setFocus()

    def _discard(self) -> None:
        run, question = self._run, self.tr("Throw this run away?")
        details = self.tr("What it has learned so far is lost.")
        if run is not None and confirm(self, question, self.tr("Throw away"), details):
            self._do(run.discard)

    def _do(self, steer: Callable[[], object]) -> Job[object]:
        job = self._worker.start(lambda _cancel, _report: steer())
        job.failed.connect(lambda sentence, _details: self.state.setText(sentence))
        return job

    def _take_news(self, news: RunNews) -> None:
        if news.gone:
            self.leave()
            self.gone.emit()
            return
        self._take_events(news.events)
        if news.state == RunState.INTERRUPTED and self._run == self._starting:
            return  # its process does not hold the lock yet
        if news.state != self._state:
            known, self._state = self._state, news.state
            self._show_state(news)
            if known is not None:
                self.state_changed.emit()
        if news.state == RunState.FINISHED and not self._told_end and self._run is not None:
            self._told_end = True
            self.ended.emit(self._run)

    def _show_state(self, news: RunNews) -> None:
        sentences = {
            RunState.RUNNING: self.tr("Running. It goes on when this window is closed."),
            RunState.PAUSED: self.tr("Paused. It goes on exactly where it was."),
            RunState.INTERRUPTED: self.tr("It was interrupted. It goes on exactly from its last checkpoint."),
            RunState.FINISHED: self.tr("Finished."),
        }
        reason = f"{news.outcome.reason} {news.outcome.what_to_do}" if news.outcome else ""
        self.state.setText(sentences.get(news.state, reason))
        self.state.setProperty("rank", "warning" if news.state == RunState.FAILED else "second")
        self.state.style().polish(self.state)
        if self.window().focusWidget() in (self.pause, self.keep, self.resume):
            self._hold_focus()
        running = news.state == RunState.RUNNING
        for button in (self.pause, self.keep):
            button.setVisible(running)
            button.setEnabled(True)
        self.resume.setVisible(not running and news.state != RunState.FINISHED)
        # Of a training that went astray there is nothing more to learn, but what it had learned can be measured.
        self.resume.setText(self.tr("Measure what is kept") if news.kept else self.tr("Go on"))
        self.resume.setEnabled(True)
        if self._steered and self.window().focusWidget() in (self, None):
            (self.pause if running else self.resume).setFocus()
        self._steered = False
        if not running:
            self.figures.setText(self._stage)  # no time is left and no memory used now
        if not running and self.progress.maximum() == 0:
            self.progress.setRange(0, 1)

    def _take_events(self, events: list[dict[str, object]]) -> None:
        points: dict[str, list[tuple[int, float]]] = defaultdict(list)
        sample = ""
        for event in events:
            match event["kind"]:
                case "scalar":
                    points[str(event["name"])].append((int(event["step"]), float(event["value"])))  # type: ignore[call-overload, arg-type]
                case "log":
                    self._log(event, str(event["line"]))
                case "failed":
                    self._log(event, f"{event['reason']} {event['what_to_do']}")
                case "sample":
                    sample = str(event["path"])
                case "progress":
                    self._show_progress(event)
        for name, of_curve in points.items():
            if name.endswith("/memory"):
                memory = self.tr("{gigabytes} GB of memory").format(gigabytes=decimal(of_curve[-1][1] / 1000, 1))
                self.figures.setText(f"{self._progress_text}   {memory}")
            elif "/validation/" in name:
                figure = name.rpartition("/")[2]
                if figure == "ap":
                    self.precision.add_points(name, of_curve, curve_label(name))
                elif figure.startswith("psnr_"):
                    self.sharpness.add_points(name, of_curve, curve_label(name))
            else:
                if not all(shown.startswith(name.partition("/")[0]) for shown in self.losses.names()):
                    self.losses.clear()  # of the detector, which is trained first
                self.losses.add_points(name, of_curve, curve_label(name))
        if sample:
            self._load_sample(Path(sample))

    def _show_progress(self, event: dict[str, object]) -> None:
        done, total = int(event["done"]), int(event["total"])  # type: ignore[call-overload]
        left, text = event["remaining_seconds"], stage_text(str(event["stage"]))
        # What comes after the last of a stage takes its time, too.
        self.progress.setRange(0, total if done < total and total > 1 else 0)
        self.progress.setValue(done)
        if total > 1:
            text += f": {whole(done)} / {whole(total)}"
        self._stage = text
        if left is not None and done != total:
            text += "   " + self.tr("{time} left of this stage").format(time=duration(float(left)))  # type: ignore[arg-type]
        self._progress_text = text
        self.figures.setText(text)

    def _log(self, event: dict[str, object], line: str) -> None:
        moment = datetime.fromtimestamp(float(event["time"])).strftime("%H:%M:%S")  # type: ignore[arg-type]
        self.log.appendPlainText(f"{moment}  {line}")

    def _load_sample(self, path: Path) -> None:
        job = self._loading.start(lambda _cancel, _report: QImage(str(path)))
        job.then(lambda image: self.sample.show_image(image, path.parent.name))


class _Sample(QWidget):
    """The newest picture that shows how far the training has come."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.caption = label(self.tr("A picture comes with the first measurement."), "second", wrap=True)
        self.picture = label(name=self.tr("Sample"))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        lay_out(QVBoxLayout(self), self.caption, (self.picture, 1), margins=(10, 8, 10, 8))

    def show_image(self, image: QImage, role: str) -> None:
        """Show a strip of the generator, or what the detector finds."""
        if image.isNull():
            return
        self._image = image
        self.caption.setText(
            self.tr("Left to right: small, enlarged (G1), refined (G2), true pixels")
            if role == "gan"
            else self.tr("Above what was marked, below what is found")
        )
        self._fit()

    def clear(self) -> None:
        """Show nothing."""
        self._image = QImage()
        self.picture.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the picture anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._image.isNull():
            size = self.picture.size()
            mode = Qt.TransformationMode.SmoothTransformation
            scaled = self._image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, mode)
            self.picture.setPixmap(QPixmap.fromImage(scaled))
