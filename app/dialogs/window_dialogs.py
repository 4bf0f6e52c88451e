"""The dialogs of the main window; each is imported when it is first opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QInputDialog, QLabel, QLineEdit, QWidget

from tinyface_core.project.places import in_project

from ..models.face_entry import describe
from ..models.pictures import State
from ..session.grouping import Grouping
from ..session.project import ProjectSession
from ..session.session import Session
from ..session.training_runs import TrainingRuns
from ..style.labels import with_short_words
from ..style.widgets import polish
from ..work import in_turns
from .job_dialog import JobDialog

if TYPE_CHECKING:
    from tinyface_core.training.finetune.runs import Run

    from .export import ExportOffer
    from .fine_tune import FineTuneDialog


def prepare() -> None:
    """Import the larger dialogs, in a worker thread, since that would block the GUI thread."""
    from . import evaluate, export, fine_tune, voting  # noqa: F401


class WindowDialogs(QObject):
    """Opens the dialogs."""

    ended = Signal(str)
    """How work ended whose dialog was closed."""

    def __init__(
        self, session: Session, project: ProjectSession, grouping: Grouping, runs: TrainingRuns, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._settings = session.settings
        self._project = project
        self._grouping = grouping
        self._runs = runs
        self._window = window
        self.fine_tune: FineTuneDialog | None = None
        """Open beside the window, or None."""

    def show_export(self, form: str = "") -> None:
        """Export; with a format only that one is checked. While copies are redacted, show how far that is."""
        from .export import ExportDialog

        if (running := self.running()) is not None:
            running.showNormal()
            running.raise_()
            running.activateWindow()
            return
        for finished in self._job_dialogs():
            finished.close()
        dialog = ExportDialog(self._export_offer(), self._settings, self._window)
        dialog.look_again = self._export_offer
        dialog.left.connect(self.ended)
        if form:
            dialog.tick(form)
        self._run(dialog, lambda: dialog.redaction)

    def running(self) -> JobDialog | None:
        """The dialog whose job runs, or None."""
        return next((dialog for dialog in self._job_dialogs() if dialog.is_running), None)

    def _job_dialogs(self) -> list[JobDialog]:
        return self._window.findChildren(JobDialog, options=Qt.FindChildOption.FindDirectChildrenOnly)

    def _export_offer(self) -> ExportOffer:
        from .export import ExportOffer

        s = self._session
        is_large = s.visible.listed_of is not None
        return ExportOffer(
            s.faces,
            s.visible,
            list(s.searches.results.values()),
            s.shown.source,
            sources=[picture.source for picture in s.pictures.pictures() if in_project(picture.source)],
            finder=s.searches.redacting_finder(),
            project=self._project.file if is_large else None,
            searched=sum(picture.state == State.DONE for picture in s.pictures.pictures()) if is_large else 0,
            opened=[str(self._project.path)],
        )

    def show_voting(self) -> None:
        """Blind vote on enlargements of the listed faces."""
        from tinyface_core.evaluation.voting import VotedFace

        from .voting import VotingDialog

        turns = {picture.source: picture.turn for picture in self._session.pictures.pictures() if picture.turn}
        faces = [
            VotedFace(entry.source, entry.index, entry.face.box, turns.get(entry.source, 0))
            for entry in self._session.visible.entries()
        ]
        self._run(VotingDialog(faces, self._settings, self._window))

    def show_grouping(self) -> None:
        """Group similar faces."""
        from .grouping import GroupingDialog

        dialog = GroupingDialog(bool(self._session.faces.looks.numbers), self._window)
        dialog.chosen.connect(self._grouping.start_with)
        dialog.forget_wanted.connect(self._grouping.forget)
        self._run(dialog)

    def show_preferences(self) -> None:
        """Preferences."""
        from .preferences import PreferencesDialog

        self._run(PreferencesDialog(self._settings, self._window))

    def show_weights(self) -> None:
        """Installed weights."""
        from .weights import WeightsDialog

        self._run(WeightsDialog(self._settings, self._window))

    def show_evaluate(self) -> None:
        """Measure weights."""
        from .evaluate import EvaluateDialog

        self._run(EvaluateDialog(self._settings, self._window))

    def show_shortcuts(self, actions: Sequence[QAction]) -> None:
        """Keyboard shortcuts."""
        from .shortcuts import ShortcutsDialog

        self._run(ShortcutsDialog(actions, self._window))

    def show_about(self) -> None:
        """Version and licences."""
        from .about import AboutDialog

        self._run(AboutDialog(self._window))

    def show_fine_tune(self, run: Run | None = None) -> None:
        """Fine-tuning, not modal; with a run, show that run."""
        from .fine_tune import FineTuneDialog

        if self.fine_tune is None:
            self.fine_tune = FineTuneDialog(self._settings, self._project.offer, self._window)
            self.fine_tune.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.fine_tune.destroyed.connect(lambda: setattr(self, "fine_tune", None))
            self.fine_tune.listed.connect(self._runs.take_seen)
        self.fine_tune.show()
        self.fine_tune.raise_()
        self.fine_tune.activateWindow()
        if run is not None:
            self.fine_tune.show_run(run)

    def ask_note(self) -> None:
        """Edit the note of the selected face."""
        entry = self._session.faces.entry(self._session.selection.key)
        if entry is None:
            return
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Note"))
        dialog.setLabelText(with_short_words(describe(entry)))
        for about in dialog.findChildren(QLabel):
            about.setWordWrap(True)
            about.setTextFormat(Qt.TextFormat.PlainText)
        dialog.setTextValue(entry.note)
        for field in dialog.findChildren(QLineEdit):  # the dialog itself takes no width
            field.setMinimumWidth(420)
        dialog.textValueSelected.connect(lambda text: self._session.commands.set_note(entry.key, text))
        dialog.open()

    def _run(self, dialog: QDialog, *before: Callable[[], object]) -> None:
        """Show a dialog after some steps, each in its own turn of the event loop: a large one takes several."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setModal(True)
        in_turns(dialog, (step() for step in (*before, lambda: polish(dialog), dialog.show)))
