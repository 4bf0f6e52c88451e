"""Page 1 of the Fine-tune dialog: networks, start weights, training data and duration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Self

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QMenu,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.datasets.check import DataCheck
from tinyface_core.datasets.registry import READERS, DatasetReader
from tinyface_core.own_weights import installed_weights
from tinyface_core.registry import Entry
from tinyface_core.training.finetune.comparison import FEWEST_TO_TELL
from tinyface_core.training.finetune.estimate import Estimate
from tinyface_core.training.finetune.request import PRESETS, DataSource, FineTuneRequest, Numbers, Target
from tinyface_core.weights import WeightsEntry

from ..jobs.training import check_sources, measure_time
from ..parts import list_parts, title_of
from ..session.project import ProjectOffer
from ..settings import Settings
from ..style.figures import decimal, duration, whole
from ..style.labels import as_tip
from ..style.widgets import Mark, empty, label, lay_out, named, push_button, steady, tool_button
from ..work import LatestJob, Worker
from .asking import ask_folder
from .choice import ChoiceButton
from .fine_tune_numbers import NumbersForm
from .fine_tune_texts import band_text, finding_text

_ANNOTATIONS = {"wider": "*.mat *.txt", "coco": "*.json", "project": "*.tinyface", "yolo": "", "voc": "", "fddb": ""}
"""What the file of annotations is called, "" where they fill a folder; a form of a package may have either."""
_LONGEST_NAME = 320
"""Pixels that the name of a project has."""
_LEVEL_COLOURS = {"good": "confirmed", "warning": "warning", "stop": "not_a_face"}
_LEVEL_ICONS = {"good": "confirmed", "note": "info", "warning": "warning", "stop": "failed"}


class SetupPage(QWidget):
    """Asks for everything that a run needs, checks the data and measures the time."""

    start_wanted = Signal(object)
    """`FineTuneRequest`."""

    def __init__(self, settings: Settings, offer: ProjectOffer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._offer = offer
        self._sources: list[DataSource] = []
        self._old: list[DataSource] = []
        self._estimate: Estimate | None = None
        self._check: DataCheck | None = None
        self._worker = Worker(self, threads=3)
        self._checking, self._measuring = LatestJob(self._worker), LatestJob(self._worker)
        self._look = QTimer(self, singleShot=True, interval=250)
        self._look.timeout.connect(self._check_data)
        self._clock = QTimer(self, singleShot=True, interval=700)
        self._clock.timeout.connect(self._measure)
        self.making = self._make()
        """Makes a part of the page at each step: all together would hold up the window; see `made`."""

    def made(self) -> Self:
        """The page with all of its parts."""
        for _ in self.making:
            pass
        return self

    def _make(self) -> Iterator[None]:
        self.form = NumbersForm()
        self.form.changed.connect(self._take_number)
        scroll, content = named(_Column(self), self.tr("New fine-tuning")), QWidget()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        lay_out(QVBoxLayout(self), (scroll, 1), self._make_foot(), margins=(0, 0, 0, 0), spacing=0)
        cards = lay_out(QVBoxLayout(content), margins=(20, 16, 20, 12), spacing=12)
        for make in (self._make_what, self._make_data, self._make_time, self._make_numbers):
            yield
            cards.addWidget(make())
        yield
        cards.addStretch()
        self._choose_target("detector")
        if self._offer.verdicts or self._offer.drawn:
            self.use_project.setChecked(True)  # looks the data over soon
        else:
            self._check_data()

    def stop(self) -> None:
        """End all work."""
        self._look.stop()
        self._clock.stop()
        self._worker.stop()

    def hold(self) -> None:
        """A run is being started: no second one can be, and no measurement takes its device."""
        self._clock.stop()
        self._measuring.cancel()
        self.start.setEnabled(False)

    def take_up(self) -> None:
        """Offer to start a run, also after one was started."""
        self._load_weights()  # a run that was adopted is among them
        if self._estimate is None and not self._is_measuring():
            self._forget_estimate()
        self._show_start()

    def show_offer(self, offer: ProjectOffer) -> None:
        """The user went on working in the window meanwhile."""
        before, self._offer = self._offer, offer
        if offer == before:
            return
        self.use_project.setText(self._project_text())
        if self.use_project.isChecked():
            self._show_sources()
        elif not (before.verdicts or before.drawn or self._sources):
            self.use_project.setChecked(True)

    def request(self) -> FineTuneRequest:
        """All that was chosen."""
        return FineTuneRequest(
            self.name.text().strip() or self.name.placeholderText(),
            self._target,
            tuple(self._chosen_sources()),
            tuple(self._old),
            self.detector.currentData() or "",
            self.gan.currentData() or "",
            self.form.numbers,
            self._settings.device,
        )

    def add_source(self, source: DataSource) -> None:
        """Learn from another data set too."""
        self._sources.append(source)
        self._show_sources()

    def set_old(self, sources: Sequence[DataSource]) -> None:
        """Mix in old data."""
        self._old = list(sources)
        self._show_sources()

    # -- the cards -----------------------------------------------------------------------------------

    def _make_what(self) -> QFrame:
        texts = {
            "detector": (self.tr("Detector"), self.tr("Which places are faces")),
            "gan": (self.tr("Generator and discriminator"), self.tr("Enlarging and judging")),
            "both": (self.tr("Both"), self.tr("One after the other")),
        }
        self.targets, row = self._choices(texts, self._choose_target)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.detector, self.gan = QComboBox(), QComboBox()
        self._from_detector = QLabel(self.tr("Detector starts from"))
        self._from_gan = QLabel(self.tr("Generator starts from"))
        for text, box, title in (
            (self._from_detector, self.detector, self.tr("Detector to start from")),
            (self._from_gan, self.gan, self.tr("Generator and discriminator to start from")),
        ):
            text.setBuddy(steady(named(box, title, title)))
            form.addRow(text, box)
            box.currentIndexChanged.connect(lambda _: self._forget_estimate())
        name, usual = self.tr("Name of the new weights"), self.tr("Mine, {day}")
        self.name = named(QLineEdit(placeholderText=usual.format(day=date.today().isoformat())), name)
        form.addRow(name, self.name)
        return _card(self.tr("1  What is trained"), row, form)

    def _make_data(self) -> QFrame:
        self.use_project = QCheckBox(self._project_text())
        self.use_project.setToolTip(self.tr("Faces you confirmed, rejected or drew"))
        self.use_project.toggled.connect(lambda _: self._show_sources())
        self._listed = lay_out(QVBoxLayout(), spacing=2)
        self.add = push_button(self.tr("Add annotated pictures"), picture="open-folder")
        self.add.setToolTip(self.tr("WIDER FACE, FDDB, COCO, YOLO or Pascal VOC, or another project"))
        self.add.setMenu(self._kinds(self.add_source))
        self.add_old = push_button(self.tr("Add old data against forgetting"), picture="undo")
        self.add_old.setToolTip(
            self.tr("Pictures like those that the weights were trained on; they make up a share of every step")
        )
        self.add_old.setMenu(self._kinds(lambda source: self.set_old([*self._old, source])))
        for button in (self.add, self.add_old):
            button.setAutoDefault(False)  # it would look like the one that starts
        buttons = lay_out(QHBoxLayout(), self.add, self.add_old, None)
        self.sizes = label(rank="second", wrap=True)
        self.findings = lay_out(QVBoxLayout(), spacing=4)
        title = self.tr("2  What it learns from")
        return _card(title, self.use_project, self._listed, buttons, self.sizes, self.findings)

    def _project_text(self) -> str:
        said = self.tr("Verdicts: {verdicts}. Drawn faces: {drawn}. Complete pictures: {complete}.").format(
            verdicts=whole(self._offer.verdicts),
            drawn=whole(self._offer.drawn),
            complete=whole(self._offer.complete),
        )
        name = self._offer.name or self.tr("the work in this window")
        name = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _LONGEST_NAME)
        return self.tr("This project: {name}").format(name=name.replace("&", "&&")) + f"\n{said}"

    def _make_time(self) -> QFrame:
        titles = {
            "quick look": self.tr("A quick look"),
            "a lunch": self.tr("A lunch"),
            "overnight": self.tr("Overnight"),
        }
        self.presets, row = self._choices({name: (titles[name], "") for name in PRESETS}, self._choose_preset)
        self._preset = "quick look"
        self.presets["quick look"].setChecked(True)
        self.measuring = QProgressBar(textVisible=False)
        self.measuring.setRange(0, 0)
        self.measuring.setFixedWidth(120)
        self.measured = label(rank="second", wrap=True)
        measuring = lay_out(QHBoxLayout(), self.measuring, (self.measured, 1))
        return _card(self.tr("3  How long"), row, measuring)

    def _choices(
        self, texts: dict[str, tuple[str, str]], choose: Callable[[str], object]
    ) -> tuple[dict[str, ChoiceButton], QWidget]:
        """Buttons of which one is down, by name, and the row that they stand in."""
        group, row = QButtonGroup(self), QWidget()
        buttons = {name: ChoiceButton(*text, row) for name, text in texts.items()}
        for name, button in buttons.items():
            button.clicked.connect(lambda _=False, name=name: choose(name))
            group.addButton(button)
        lay_out(QHBoxLayout(row), *((button, 1) for button in buttons.values()), margins=(0, 0, 0, 0), spacing=8)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        row.setSizePolicy(policy)  # as high as the highest of them
        return buttons, row

    def _make_numbers(self) -> QFrame:
        self.expand = QToolButton()
        self.expand.setText(self.tr("All numbers, and those of the paper"))
        self.expand.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.expand.setArrowType(Qt.ArrowType.RightArrow)
        self.expand.setCheckable(True)
        self.expand.toggled.connect(self._expand)
        card = _card("", self.expand, self.form)
        self.form.hide()
        return card

    def _make_foot(self) -> QFrame:
        foot = QFrame()
        self.summary = label(wrap=True)
        tip = self.tr("It runs in the background; the window can be used, or closed")
        self.start = push_button(self.tr("Start"), lambda: self.start_wanted.emit(self.request()), tip=tip)
        self.start.setProperty("primary", True)
        self.start.setAutoDefault(False)  # Enter in a field ends its editing, and starts nothing that takes hours
        lay_out(QHBoxLayout(foot), (self.summary, 1), self.start, margins=(20, 10, 20, 12))
        return foot

    def _expand(self, on: bool) -> None:
        self.expand.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
        self.form.setVisible(on)

    # -- choosing --------------------------------------------------------------------------------------

    def _load_weights(self) -> None:
        job = self._worker.start(lambda _cancel, _report: installed_weights().entries)
        job.then(self._show_weights, lambda sentence, _details: self.summary.setText(sentence))

    def _show_weights(self, entries: tuple[WeightsEntry, ...]) -> None:
        for role, box, used in (
            ("detector", self.detector, self._settings.detector),
            ("gan", self.gan, self._settings.gan),
        ):
            chosen = box.currentData() or used
            box.blockSignals(True)
            box.clear()
            for entry in entries:
                if entry.role == role:
                    box.addItem(f"{entry.name}  ({entry.date})", entry.name)
            box.setCurrentIndex(max(0, box.findData(chosen)))
            box.blockSignals(False)

    def _choose_target(self, target: str) -> None:
        self._target: Target = target  # type: ignore[assignment]
        self.targets[target].setChecked(True)
        for role, widgets in {
            "detector": (self._from_detector, self.detector),
            "gan": (self._from_gan, self.gan),
        }.items():
            for widget in widgets:
                widget.setVisible(target in (role, "both"))
        self.form.show_target(self._target)
        self._forget_estimate()

    def _choose_preset(self, name: str) -> None:
        self._preset = name
        self._show_time()

    def _take_number(self, name: str) -> None:
        if name in ("detector_steps", "gan_steps"):
            # Steps of one's own: no preset any more.
            for button in self.presets.values():
                group = button.group()
                group.setExclusive(False)
                button.setChecked(False)
                group.setExclusive(True)
            self._preset = ""
            self._show_time()
        elif name in ("detector_batch", "crop", "gan_batch", "refine", "held_back"):
            self._forget_estimate()

    # -- data --------------------------------------------------------------------------------------------

    def _kinds(self, take: Callable[[DataSource], object]) -> QMenu:
        menu = QMenu(self)

        def offer(entries: list[Entry[DatasetReader]]) -> None:
            menu.clear()
            for entry in entries:
                known = _ANNOTATIONS.get(entry.name)
                for pattern in ("*", "") if known is None else (known,):
                    text = self.tr("{form}: file and folder of pictures")
                    if not pattern:
                        text = self.tr("{form}: folder of annotations and folder of pictures")
                    if entry.name == "project":
                        text = self.tr("Another project")
                    action = menu.addAction(text.format(form=title_of(entry)))
                    action.triggered.connect(partial(self._ask_source, entry.name, pattern, take))

        list_parts(self._worker, READERS, offer)
        return menu

    def _ask_source(self, kind: str, pattern: str, take: Callable[[DataSource], object], *_checked: object) -> None:
        start = self._settings.open_folder
        if pattern:
            annotations, _ = QFileDialog.getOpenFileName(self, self.tr("Annotations"), start, f"({pattern})")
        else:
            annotations = ask_folder(self, self.tr("Folder of the annotations"), start)
        if not annotations:
            return
        images = ""
        if kind != "project":
            images = ask_folder(self, self.tr("Folder of the pictures"), str(Path(annotations).parent))
            if not images:
                return
        self._settings.open_folder = str(Path(annotations).parent)
        take(DataSource(kind, annotations, images))

    def _chosen_sources(self) -> list[DataSource]:
        own = [DataSource("project", str(self._offer.path))] if self.use_project.isChecked() else []
        return own + self._sources

    def _show_sources(self) -> None:
        empty(self._listed)
        for sources, text in ((self._sources, "{name}"), (self._old, self.tr("Old data: {name}"))):
            for source in sources:
                self._listed.addWidget(self._source_row(sources, source, text))
        self._check = None
        self._look.start()
        self._forget_estimate()

    def _source_row(self, sources: list[DataSource], source: DataSource, text: str) -> QWidget:
        def leave_out() -> None:
            sources.remove(source)
            self._show_sources()

        row = QWidget()
        title = label(text.format(name=f"{source.kind.upper()}  {Path(source.annotations).name}"))
        title.setToolTip(as_tip(f"{source.annotations}\n{source.images}".strip()))
        remove = tool_button("cancel", self.tr("Leave these out"), leave_out)
        lay_out(QHBoxLayout(row), title, remove, None, margins=(22, 0, 0, 0))
        return row

    def _check_data(self) -> None:
        sources = self._chosen_sources()
        empty(self.findings)
        self.sizes.clear()
        self._show_start()
        if not sources:
            self._checking.cancel()
            self._say("note", self.tr("Confirm, reject and draw faces in the window, or add annotated pictures."))
            return
        self._say("", self.tr("Checking the data..."))
        job = self._checking.start(lambda cancel, report: check_sources(sources, cancel, report))
        job.then(self._show_check, self._show_no_data)

    def _show_check(self, check: DataCheck) -> None:
        self._check = check
        empty(self.findings)
        sizes = ",  ".join(f"{band_text(name)}: {whole(count)}" for name, count in check.faces.items())
        self.sizes.setText(
            self.tr(
                "Pictures: {pictures}, complete: {complete}.  Faces {sizes}.  Rejected places:\u00a0{negatives}."
            ).format(
                pictures=whole(check.pictures),
                complete=whole(check.complete),
                sizes=sizes,
                negatives=whole(check.negatives),
            )
        )
        for finding in check.findings:
            if finding.kind != "few sharp" or self._target != "detector":
                self._say(finding.level, finding_text(finding))
        if check.usable:
            self._clock.start()
        self._show_time()

    def _show_no_data(self, sentence: str, _details: str) -> None:
        empty(self.findings)
        self._say("stop", sentence)
        self._show_start()

    def _say(self, level: str, sentence: str) -> None:
        row = QWidget()
        mark: QWidget | int = 26 if not level else Mark(_LEVEL_ICONS[level], 16, _LEVEL_COLOURS.get(level, "text"))
        text = label(sentence, "warning" if level in ("warning", "stop") else "", wrap=True)
        line = lay_out(QHBoxLayout(row), mark, (text, 1), margins=(0, 0, 0, 0), spacing=10)
        if isinstance(mark, QWidget):
            line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        self.findings.addWidget(row)

    # -- time ----------------------------------------------------------------------------------------------

    def _forget_estimate(self) -> None:
        self._estimate = None
        self.form.set_epochs({})
        self._measuring.cancel()
        if self._check is not None and self._check.usable:
            self._clock.start()
        self._show_time()

    def _measure(self) -> None:
        if self._check is None or not self._check.usable:
            return
        request = self.request()
        job = self._measuring.start(lambda cancel, report: measure_time(request, cancel, report))
        job.then(self._take_estimate, self._tell_unmeasured)
        self._show_time()

    def _is_measuring(self) -> bool:
        return self._measuring.is_busy or self._clock.isActive()

    def _take_estimate(self, estimate: Estimate) -> None:
        self._estimate = estimate
        self.form.set_epochs({"detector_steps": estimate.detector_epoch, "gan_steps": estimate.gan_epoch})
        self._show_time()

    def _tell_unmeasured(self, sentence: str, _details: str) -> None:
        self._show_time()
        self.measured.setText(sentence)

    def _show_time(self) -> None:
        estimate = self._estimate
        busy = estimate is None and self._is_measuring()
        self.measuring.setVisible(busy)
        if estimate is None:
            for button in self.presets.values():
                button.set_sentence("")
            text = self.tr("Taking a few real steps on this device to see how long it takes...")
            self.measured.setText(text if busy else self.tr("The time is measured once there are data to learn from."))
            self._show_start()
            return
        for name, button in self.presets.items():
            numbers = estimate.numbers_for(PRESETS[name], self.form.numbers)
            seconds = self.tr("about {time}").format(time=duration(estimate.seconds(numbers)))
            button.set_sentence(f"{seconds}, {self._steps(numbers)}")
        if self._preset:
            self.form.show_numbers(estimate.numbers_for(PRESETS[self._preset], self.form.numbers))
        steps = [estimate.detector_step, estimate.gan_step]
        shown = ", ".join(f"{decimal(seconds, 2)} s" for seconds in steps if seconds)
        self.measured.setText(
            self.tr(
                "Measured on {device}: {steps} a step; {pictures} pictures to learn from, {held} held back."
            ).format(
                device=estimate.device,
                steps=shown,
                pictures=whole(estimate.pictures),
                held=whole(estimate.held_back),
            )
        )
        if estimate.held_back < FEWEST_TO_TELL:
            few = self.tr("So few cannot tell whether it gets better.")
            self.measured.setText(f"{self.measured.text()} {few}")
        self._show_start()

    def _steps(self, numbers: Numbers) -> str:
        counts = {"detector": [numbers.detector_steps], "gan": [numbers.gan_steps]}
        both = counts.get(self._target, [numbers.detector_steps, numbers.gan_steps])
        return self.tr("{count} steps").format(count=" + ".join(whole(count) for count in both))

    def _show_start(self) -> None:
        usable = self._check is not None and self._check.usable and bool(self._chosen_sources())
        self.start.setEnabled(usable)
        summary = ""
        if self._estimate is not None and usable:
            summary = self.tr("It will take about {time}. Nothing changes until you adopt the result.").format(
                time=duration(self._estimate.seconds(self.form.numbers))
            )
        self.summary.setText(summary)


class _Column(QScrollArea):
    """Scrolls up and down alone: it is never narrower than what is in it."""

    def minimumSizeHint(self) -> QSize:
        """As wide as what is in it, with its scroll bar."""
        content = self.widget()
        width = (content.minimumSizeHint().width() if content else 0) + self.verticalScrollBar().sizeHint().width()
        return QSize(width, super().minimumSizeHint().height())


def _card(title: str, *parts: QWidget | QLayout) -> QFrame:
    card = QFrame()
    card.setObjectName("card")
    heading = [label(title, "heading")] if title else []
    lay_out(QVBoxLayout(card), *heading, *parts, margins=(14, 10, 14, 12), spacing=8)
    return card
