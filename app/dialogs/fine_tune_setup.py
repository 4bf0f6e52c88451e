"""Page 1 of the Fine-tune dialog: networks, start weights, training data and duration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Self

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.own_weights import installed_weights
from tinyface_core.training.finetune.comparison import FEWEST_TO_TELL
from tinyface_core.training.finetune.estimate import Estimate
from tinyface_core.training.finetune.request import PRESETS, FineTuneRequest, Numbers, Target
from tinyface_core.weights import WeightsEntry

from ..jobs.training import measure_time
from ..session.project import ProjectOffer
from ..settings import Settings
from ..style.figures import decimal, duration, whole
from ..style.widgets import fill_card, label, lay_out, named, push_button, steady
from ..work import LatestJob, Worker
from .choice import ChoiceButton
from .fine_tune_data import DataCard
from .fine_tune_numbers import NumbersForm


class SetupPage(QWidget):
    """Asks for everything that a run needs, checks the data and measures the time."""

    start_wanted = Signal(object)
    """`FineTuneRequest`."""

    def __init__(self, settings: Settings, offer: ProjectOffer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._offer = offer
        self._estimate: Estimate | None = None
        self._worker = Worker(self, threads=3)
        self._measuring = LatestJob(self._worker)
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
        # The height that it would need if it were as narrow as it can be makes it scroll where there is room.
        content.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
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
        self.data.begin()

    def stop(self) -> None:
        """End all work."""
        for timer in self.findChildren(QTimer):  # those of the parts that are made already, too
            timer.stop()
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
        self.data.show_offer(offer)

    def request(self) -> FineTuneRequest:
        """All that was chosen."""
        return FineTuneRequest(
            self.name.text().strip() or self.name.placeholderText(),
            self._target,
            tuple(self.data.sources()),
            tuple(self.data.old),
            self.detector.currentData() or "",
            self.gan.currentData() or "",
            self.form.numbers,
            self._settings.device,
        )

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
        return fill_card(QFrame(), self.tr("1  What is trained"), row, form)

    def _make_data(self) -> QFrame:
        self.data = DataCard(self._settings, self._offer, self._worker)
        self.data.changed.connect(self._forget_estimate)
        self.data.checked.connect(self._follow_check)
        return self.data

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
        return fill_card(QFrame(), self.tr("3  How long"), row, measuring)

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
        card = fill_card(QFrame(), "", self.expand, self.form)
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
        self.data.target = self._target
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

    def _follow_check(self) -> None:
        if self.data.is_usable:
            self._clock.start()
        self._show_time()

    def _forget_estimate(self) -> None:
        self._estimate = None
        self.form.set_epochs({})
        self._measuring.cancel()
        self._follow_check()

    def _measure(self) -> None:
        if not self.data.is_usable:
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
            text = self.tr("Taking a few real steps on this device to see how long it takes…")
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
                device=estimate.device.upper(),
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
        usable = self.data.is_usable
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
