"""The Fine-tune dialog, with three pages: set up a run, watch it, judge its result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from tinyface_core.training.finetune.request import FineTuneRequest
from tinyface_core.training.finetune.runs import Run, RunState

from ..jobs.loading import prepare_plots
from ..jobs.training import ListedRun, begin, list_runs
from ..session.project import ProjectOffer
from ..settings import Settings
from ..style import icon
from ..style.figures import moment
from ..style.labels import as_tip
from ..style.widgets import label, lay_out, named, polish, resize_on_screen
from ..work import LatestJob, Worker, in_turns
from .fine_tune_setup import SetupPage

if TYPE_CHECKING:
    from .fine_tune_result import ResultPage
    from .fine_tune_run import RunPage

_ICONS = {
    RunState.RUNNING: "running",
    RunState.PAUSED: "pause",
    RunState.INTERRUPTED: "warning",
    RunState.FINISHED: "done",
    RunState.FAILED: "failed",
}


class FineTuneDialog(QDialog):
    """Shows the runs on the left, and one of three pages on the right."""

    listed = Signal(list)
    """The runs that it shows, `list[ListedRun]`, whenever it has looked at them."""

    def __init__(self, settings: Settings, offer: Callable[[], ProjectOffer], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offer = offer
        self._runs: list[ListedRun] = []
        self._shown: Run | None = None
        self._is_set_up = False
        self._show_first: Callable[[], object] = partial(self._fill, [], None)
        self._worker = Worker(self)
        self._looking = LatestJob(self._worker)
        self.setWindowTitle(self.tr("Fine-tune"))
        self.setModal(False)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._settings = settings
        self.pages = QStackedWidget()
        self.list = named(QListWidget(), self.tr("Runs"))
        self.list.setObjectName("side")
        self.list.setIconSize(QSize(16, 16))
        self.list.setFixedWidth(208)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.message = label(rank="second", wrap=True)
        self.message.setContentsMargins(10, 6, 10, 10)
        left = lay_out(QVBoxLayout(), (self.list, 1), self.message, margins=(8, 8, 0, 8))
        lay_out(QHBoxLayout(self), left, (self.pages, 1), margins=(0, 0, 0, 0), spacing=0)
        resize_on_screen(self, 1120, 760)
        self.list.currentRowChanged.connect(self._show_row)
        self._setup = SetupPage(settings, offer(), self.pages)
        self._setup.start_wanted.connect(self._begin)
        self._setup.hide()  # until it has its place in the stack, it would stand in a corner of another page
        in_turns(self, self._make_setup())
        self._look(first=True)

    # Each page takes a moment to set up: it is made when it is first looked at.

    @property
    def setup(self) -> SetupPage:
        """The page of a run to begin."""
        return self._setup.made()

    @cached_property
    def running(self) -> RunPage:
        """The page of a run at work."""
        from .fine_tune_run import RunPage

        page = RunPage()
        page.ended.connect(self.show_run)
        page.state_changed.connect(self._look_again)
        page.gone.connect(lambda: self._tell_done(self.tr("The run is thrown away.")))
        self.pages.addWidget(page)
        return page

    @cached_property
    def outcome(self) -> ResultPage:
        """The page of a run that came to its end."""
        from .fine_tune_result import ResultPage

        page = ResultPage(self._settings)
        page.done.connect(self._tell_done)
        self.pages.addWidget(page)
        return page

    def changeEvent(self, event: QEvent) -> None:
        """The user comes back from the window, perhaps with more verdicts."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._look_at_offer()

    def _look_at_offer(self) -> None:
        if self._is_set_up and self.pages.currentWidget() is self._setup:
            self.setup.show_offer(self._offer())

    def done(self, result: int) -> None:
        """Close; runs go on, only the looking ends."""
        self.stop()
        super().done(result)

    def show_run(self, run: Run) -> None:
        """Show a run, from the list or new."""
        self._look(choose=run)

    def stop(self) -> None:
        """End all work of the dialog itself."""
        made = [self.__dict__[name] for name in ("running", "outcome") if name in self.__dict__]
        for part in (self._setup, *made, self._worker):
            part.stop()

    def _make_setup(self) -> Iterator[None]:
        yield from self._setup.making
        polish(self._setup)
        yield
        self._is_set_up = True
        self._show_first()

    def _look(self, first: bool = False, choose: Run | None = None) -> None:
        self._looking.start(lambda _cancel, _report: _prepared_runs()).then(
            lambda runs: self._take_runs(runs, first, choose), lambda sentence, _details: self.message.setText(sentence)
        )

    def _take_runs(self, runs: list[ListedRun], first: bool, choose: Run | None) -> None:
        if not self._is_set_up:
            self._show_first = partial(self._take_runs, runs, first, choose)
            return
        # What is under way, or waits to be decided on, is what the user wants to see first.
        wanted = choose or (runs[0].run if first and runs else None)
        if choose is not None:
            self.message.clear()
        self._fill(runs, wanted)
        self.listed.emit(runs)

    def _look_again(self) -> None:
        self._looking.start(lambda _cancel, _report: list_runs()).then(self._refresh)

    def _refresh(self, runs: list[ListedRun]) -> None:
        """Tell how the runs stand now, without leaving the one that is looked at."""
        if [one.run for one in runs] != [one.run for one in self._runs]:
            self._take_runs(runs, False, self._shown)
            return
        self._runs = runs
        for row, listed in enumerate(runs, 1):
            self._dress(self.list.item(row), listed)
        self.listed.emit(runs)

    def _dress(self, item: QListWidgetItem, listed: ListedRun) -> None:
        # Of several runs of the same name the time tells which is which.
        item.setText(f"{listed.request.name}\n{moment(listed.begun)}\n{self._state_text(listed.state)}")
        item.setIcon(icon(_ICONS[listed.state]))
        item.setToolTip(as_tip(f"{listed.request.name}\n{listed.run.folder}"))

    def _fill(self, runs: list[ListedRun], choose: Run | None) -> None:
        self._runs = runs
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItem(QListWidgetItem(icon("train"), self.tr("New fine-tuning")))
        for listed in runs:
            item = QListWidgetItem()
            self._dress(item, listed)
            self.list.addItem(item)
        self.list.blockSignals(False)
        row = next((number + 1 for number, listed in enumerate(runs) if listed.run == choose), 0)
        self.list.setCurrentRow(-1)
        self.list.setCurrentRow(row)

    def _state_text(self, state: RunState) -> str:
        return {
            RunState.RUNNING: self.tr("running"),
            RunState.PAUSED: self.tr("paused"),
            RunState.INTERRUPTED: self.tr("interrupted"),
            RunState.FINISHED: self.tr("finished, to be decided"),
            RunState.FAILED: self.tr("stopped with a problem"),
        }[state]

    def _show_row(self, row: int) -> None:
        if row < 0:
            return
        if row == 0:
            self._shown = None
            self._leave_run()
            self.setup.take_up()
            if self.pages.indexOf(self.setup) < 0:
                self.pages.addWidget(self.setup)
            self.pages.setCurrentWidget(self.setup)
            self._look_at_offer()
            return
        listed = self._runs[row - 1]
        self._shown = listed.run
        if listed.state == RunState.FINISHED:
            self._leave_run()
            self.outcome.show_run(listed.run, listed.request.name)
            self.pages.setCurrentWidget(self.outcome)
        else:
            self.running.show_run(listed)
            self.pages.setCurrentWidget(self.running)

    def _leave_run(self) -> None:
        if "running" in self.__dict__:
            self.running.leave()

    def _begin(self, request: FineTuneRequest) -> None:
        self.setup.hold()
        self.list.setFocus()  # the button that has it is no longer there
        self.message.setText(self.tr("Starting…"))
        job = self._worker.start(lambda _cancel, _report: begin(request))
        job.then(self.show_run, self._tell_not_begun)

    def _tell_not_begun(self, sentence: str, _details: str) -> None:
        self.setup.take_up()
        self.message.setText(sentence)

    def _tell_done(self, sentence: str) -> None:
        self.message.setText(sentence)
        self._look()


def _prepared_runs() -> list[ListedRun]:
    """The runs, with what their pages need imported."""
    runs = list_runs()
    if runs:
        prepare_plots()
    return runs
