"""A non-modal bar above the pictures for a running, interrupted or finished fine-tuning."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from tinyface_core.training.finetune.runs import Run, RunState

from ..jobs.training import ListedRun
from ..style.widgets import Mark, label, lay_out, push_button, tool_button

_TO_TAKE_UP = (RunState.INTERRUPTED, RunState.PAUSED)


class RunBar(QFrame):
    """A bar that is hidden while there is no run to offer."""

    look_wanted = Signal(object)
    """`Run` that the user wants to see."""
    resume_wanted = Signal(object)
    """`Run` to resume."""
    dismissed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._run: Run | None = None
        self.sentence = label(wrap=True, name=self.tr("Fine-tuning"))
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.resume = push_button(self.tr("Go on"), self._take_up, picture="play")
        self.resume.setToolTip(self.tr("Take it up exactly where it was"))
        self.look = push_button(self.tr("Look at it"), lambda: self.look_wanted.emit(self._run))
        self.look.setToolTip(self.tr("Open the fine-tune window"))
        tip = self.tr("Close this message; Search, Fine-tune shows all runs")
        self.close_button = tool_button("cancel", tip, name=self.tr("Close this message"))
        self.close_button.clicked.connect(self.dismissed)
        parts = (Mark("train", 18), (self.sentence, 1), self.resume, self.look, self.close_button)
        lay_out(QHBoxLayout(self), *parts, margins=(12, 6, 8, 6))
        self.hide()

    def offer(self, listed: ListedRun | None, others: int) -> None:
        """Offer a run, or nothing; `others` is the number of other runs to offer."""
        self.setVisible(listed is not None)
        if listed is None:
            self._run = None
            return
        self._run = listed.run
        sentences = {
            RunState.RUNNING: self.tr("The fine-tuning “{name}” is running."),
            RunState.INTERRUPTED: self.tr(
                "The fine-tuning “{name}” was interrupted. It can go on exactly from its last checkpoint."
            ),
            RunState.PAUSED: self.tr("The fine-tuning “{name}” is paused. It can go on exactly where it was."),
            RunState.FINISHED: self.tr("The fine-tuning “{name}” is finished. Nothing uses its weights yet."),
            RunState.FAILED: self.tr("The fine-tuning “{name}” stopped with a problem."),
        }
        text = sentences[listed.state].format(name=listed.request.name)
        if others > 0:
            text += "  " + self.tr("Other runs: {count}.").format(count=others)
        self.sentence.setText(text)
        self.resume.setVisible(listed.state in _TO_TAKE_UP)
        self.resume.setEnabled(True)

    def _take_up(self) -> None:
        self.resume.setEnabled(False)  # starting takes a moment
        self.resume_wanted.emit(self._run)
