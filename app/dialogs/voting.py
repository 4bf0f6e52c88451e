"""The dialog of a blind vote between enlargement methods: choice of faces and methods, questions, result."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.evaluation.voting import Choice, Poll, VotedFace, write_votes
from tinyface_core.types import UserError

from ..jobs.voting import VoteCrops, VoteFile
from ..settings import Settings
from ..style.figures import counted, whole
from ..style.widgets import add_row, label, lay_out, number_field, push_button, resize_on_screen
from ..views.methods_button import MethodsButton
from ..views.saving import ask_file, save_file
from ..views.vote_results import VoteResults
from ..views.vote_view import VoteView

_USUAL_FACES, _MOST_FACES = 20, 500


class VotingDialog(QDialog):
    """Each answer is saved at once; an interrupted vote can be continued."""

    def __init__(
        self,
        faces: Sequence[VotedFace],
        settings: Settings,
        parent: QWidget | None = None,
        *,
        folder: Path | None = None,
    ) -> None:
        """`faces`: the listed faces; `folder`: folder of the votes, None for the user's."""
        super().__init__(parent)
        self._faces, self._settings = faces, settings
        self._poll: Poll | None = None
        self.setWindowTitle(self.tr("Blind vote"))
        resize_on_screen(self, 900, 640)
        self.file = VoteFile(folder, self)
        self.file.failed.connect(self._complain)
        self.crops = VoteCrops(settings.device, settings.gan, self)
        self.crops.ready.connect(self._take_crops)
        self.crops.failed.connect(self._skip)
        self.methods = MethodsButton(settings, self.crops.worker)
        self.view, self.results = VoteView(), VoteResults(self.methods.title)
        self.view.voted.connect(self._vote)
        self.view.taken_back.connect(self._take_back)
        self._pages = QStackedWidget()
        self._setup = self._make_setup()
        for page in (self._setup, self.view, self.results):
            self._pages.addWidget(page)
        self.message = label(rank="warning", wrap=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        role = QDialogButtonBox.ButtonRole
        self.start = push_button(self.tr("Begin"), self._begin)
        self.go_on = push_button(self.tr("Go on"), lambda: self._show(self._poll))
        self.outcome = push_button(self.tr("Result so far"), self._show_results)
        self.anew = push_button(self.tr("New vote…"), self._show_setup)
        self.save = push_button(self.tr("Save as CSV…"), self._ask_save)
        for button in (self.start, self.go_on, self.outcome, self.anew, self.save):
            button.setAutoDefault(button is self.start)
            self.buttons.addButton(button, role.ActionRole)
        lay_out(QVBoxLayout(self), (self._pages, 1), self.message, self.buttons, spacing=10)
        settings.changed.connect(self._follow)
        self.methods.listed.connect(self._follow)
        self._show_setup()
        self.file.look(self._offer)

    def reject(self) -> None:
        """Close, after all answers are saved."""
        self.crops.stop()
        self.file.wait()
        super().reject()

    def _make_setup(self) -> QWidget:
        page = QWidget()
        intro = label(
            self.tr(
                "Which method of enlargement do people prefer? Two enlargements of a face are shown side by side "
                "without the names of the methods. Order and sides are random; each answer is saved at once."
            ),
            wrap=True,
        )
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        self.chosen = label(wrap=True, name=self.tr("Methods that are voted on"))
        self.count, self.seed = number_field(QSpinBox()), number_field(QSpinBox())
        most = min(len(self._faces), _MOST_FACES)
        self.count.setRange(min(1, most), most)
        self.count.setValue(min(_USUAL_FACES, most))
        self.seed.setRange(0, 999_999)
        # Nobody knows it beforehand, and who wants the same vote again can give it.
        self.seed.setValue(random.randrange(1_000_000))  # noqa: S311
        self.count.valueChanged.connect(self._follow)
        for title, box, tip in (
            (self.tr("Faces"), self.count, self.tr("This many of the listed faces, chosen at random")),
            (self.tr("Seed"), self.seed, self.tr("Faces, order and sides follow from it")),
        ):
            box.setMinimumWidth(120)
            add_row(form, title, box, tip)
        methods = lay_out(QHBoxLayout(), self.methods, (self.chosen, 1), margins=(0, 0, 0, 0), spacing=8)
        self.questions = label(rank="second", wrap=True)
        self.left_off = label(rank="second", wrap=True)
        lay_out(QVBoxLayout(page), intro, methods, form, self.questions, self.left_off, None, spacing=14)
        return page

    def _follow(self) -> None:
        methods, faces = self.methods.ticked(), self.count.value()
        names = ", ".join(map(self.methods.title, methods))
        self.chosen.setText(self.tr("Voted on: {methods}").format(methods=names or "–"))
        pairs = len(methods) * (len(methods) - 1) // 2
        enough = pairs > 0 and faces > 0
        if not self._faces:
            self.questions.setText(self.tr("No face is listed: search pictures first, or show more of the faces."))
        elif not pairs:
            self.questions.setText(self.tr("Tick at least two methods."))
        else:
            one, many = self.tr("1 question"), self.tr("{count} questions")
            self.questions.setText(counted(faces * pairs, one, many))
        self.start.setEnabled(enough)

    def _offer(self, poll: Poll | None) -> None:
        """Offer to continue the last vote."""
        if poll is None or self._pages.currentWidget() is not self._setup:
            return
        self._poll = poll
        text = self.tr("The last vote has {answers} of {questions} answers.")
        self.left_off.setText(text.format(answers=whole(len(poll.choices)), questions=whole(len(poll.trials))))
        self._show_setup()

    def _begin(self) -> None:
        seed = self.seed.value()
        drawn = random.Random(seed).sample(list(self._faces), self.count.value())  # noqa: S311
        try:
            poll = self.file.begin(drawn, self.methods.ticked(), seed)
        except UserError as error:
            self._complain(str(error), "")
        else:
            self._show(poll)

    def _show(self, poll: Poll | None) -> None:
        """Ask the next question of a poll, or show its result."""
        if poll is None:
            return
        self._poll = poll
        if poll.is_finished:
            self._show_results()
            return
        self._turn_to(self.view, outcome=bool(poll.choices))
        number = len(poll.choices)
        self.crops.prepare(poll, number)
        self.view.ask(number, len(poll.trials), self.crops.of(number))
        self.view.setFocus()

    def _take_crops(self, number: int) -> None:
        poll = self._poll
        if poll is not None and self._pages.currentWidget() is self.view and number == len(poll.choices):
            self.view.ask(number, len(poll.trials), self.crops.of(number))

    def _skip(self, number: int, sentence: str) -> None:
        poll = self._poll
        if poll is not None and self._pages.currentWidget() is self.view and number == len(poll.choices):
            self._vote(Choice.SKIPPED)
            self._complain(sentence, "")

    def _vote(self, choice: Choice) -> None:
        if self._poll is not None:
            self._keep(self._poll.with_vote(choice))

    def _take_back(self) -> None:
        if self._poll is not None:
            self._keep(self._poll.without_last())

    def _keep(self, poll: Poll) -> None:
        self.file.save(poll)
        self._show(poll)

    def _show_results(self) -> None:
        poll = self._poll
        if poll is not None:
            self.results.show_poll(poll)
            self._turn_to(self.results, go_on=not poll.is_finished, save=True, anew=True)

    def _show_setup(self) -> None:
        poll = self._poll
        unfinished = poll is not None and not poll.is_finished
        self._turn_to(self._setup, start=True, go_on=unfinished, outcome=poll is not None and bool(poll.choices))
        (self.go_on if unfinished else self.start).setDefault(True)  # only the last vote can be gone on with
        self._follow()

    def _turn_to(self, page: QWidget, **offered: bool) -> None:
        self.message.hide()
        self._pages.setCurrentWidget(page)
        for name in ("start", "go_on", "outcome", "anew", "save"):
            getattr(self, name).setVisible(offered.get(name, False))

    def _ask_save(self) -> None:
        title, kinds = self.tr("Save the votes"), self.tr("CSV tables (*.csv)")
        path = ask_file(self, title, kinds, self._settings, "votes.csv")
        if path is not None:
            self.save_votes(path)

    def save_votes(self, path: Path) -> None:
        """Write the answers to a file in a worker thread."""
        poll = self._poll
        if poll is not None:
            save_file(self.crops.worker, path, lambda: write_votes(poll, path)).failed.connect(self._complain)

    def _complain(self, sentence: str, _details: str) -> None:
        self.message.setText(sentence)
        self.message.show()
