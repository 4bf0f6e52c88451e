"""The user's settings: a typed object over QSettings."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar, cast, overload

from PySide6.QtCore import QByteArray, QObject, QSettings, QTimer, Signal

from tinyface_core.media.step import TRACKED, Step
from tinyface_core.names import shown
from tinyface_core.project.database import SUFFIX
from tinyface_core.search_settings import BUDGETS, LEAST_SHOWN, Effort, SearchSettings

T = TypeVar("T")

MOST_RECENT = 12
"""How many recent files are remembered."""

_LARGEST = 2**31 - 1
_UNTIL_WRITTEN = 200
"""Milliseconds after which QSettings has written a change."""
_MOST_RECENT_AT_ONCE, _FEWEST_RECENT_FILES = 3, 4

BY_TIME, BY_SCENES = -1, 0
"""Special values of the step: some frames of each second of a video are searched, or the first one of each scene."""

_SEARCH = ("detector", "gan", "effort", "second_stage", "budget", "turned", "tilted", "device")
"""Settings that are fields of `SearchSettings`, under the same names."""
_OLDER = ("refine", "refine_budget", "search_enlarged")


class _Setting(Generic[T]):
    """A property of `Settings` that is read from and written to QSettings under its own name."""

    def __init__(self, default: T) -> None:
        self._default = default
        self._name = ""

    def __set_name__(self, owner: type[Settings], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type[Settings]) -> _Setting[T]: ...
    @overload
    def __get__(self, instance: Settings, owner: type[Settings]) -> T: ...
    def __get__(self, instance: Settings | None, owner: type[Settings]) -> _Setting[T] | T:
        return self if instance is None else instance.value(self._name, self._default)

    def __set__(self, instance: Settings, value: T) -> None:
        if instance.value(self._name, self._default) != value:
            instance.set_value(self._name, value)


class Settings(QObject):
    """The user's settings; every change is stored at once and signalled by `changed`.

    Attributes:
        theme: "system", "light" or "dark".
        language: "de" and the like; empty follows the system.
        device: "auto" or a name of torch.
        effort, second_stage, budget, turned, tilted: as in `SearchSettings`.
        detector, gan: names of weights; empty: the default of the manifest.
        previous_detector, previous_gan: the weights used before; "-": the default, empty: none.
        search_on_open: whether opened pictures are searched automatically.
        video_step: every n-th frame of a video is searched; or `BY_TIME`, or `BY_SCENES`.
        comparison_methods: names of upscalers shown side by side.
        several_frames: whether an enlargement made of several frames of a track is shown too.
        guessed: whether the spread of the last method that generates details is shown.
        show_boxes, box_labels: the overlay on pictures.
        frame_selected: whether the view moves to a face that is selected in the list.
        lowest_score, smallest: the filter of the face list.
        kept_questions: saved queries of the filter line; see `KeptQuestions`.
        film_strip: whether the film strip is shown once there are two pictures.
        recent: paths of recently opened files and folders, latest first.
        open_folder, export_folder, project_folder: initial folders of the dialogs.
        report_title, report_case, report_examiner: from the last report.
        export_formats: those checked in the export dialog.
        geometry, window_state: of the main window, as saved by Qt.
    """

    changed = Signal(str)
    lost = Signal(str)
    """A sentence: settings cannot be saved; emitted once."""

    theme = _Setting[str]("system")
    language = _Setting[str]("")
    device = _Setting[str]("auto")
    effort = _Setting[Effort](Effort.BALANCED)
    second_stage = _Setting[bool](True)
    budget = _Setting[int](BUDGETS[Effort.BALANCED])
    turned = _Setting[bool](False)
    tilted = _Setting[bool](False)
    detector = _Setting[str]("")
    gan = _Setting[str]("")
    previous_detector = _Setting[str]("")
    previous_gan = _Setting[str]("")
    search_on_open = _Setting[bool](True)
    video_step = _Setting[int](BY_TIME)
    comparison_methods = _Setting[list[str]](["bilinear", "sr-only", "refined"])
    several_frames = _Setting[bool](True)
    guessed = _Setting[bool](False)
    show_boxes = _Setting[bool](True)
    box_labels = _Setting[bool](True)
    frame_selected = _Setting[bool](True)
    lowest_score = _Setting[float](LEAST_SHOWN)
    smallest = _Setting[float](0.0)
    kept_questions = _Setting[list[str]]([])
    film_strip = _Setting[bool](True)
    recent = _Setting[list[str]]([])
    open_folder = _Setting[str]("")
    export_folder = _Setting[str]("")
    project_folder = _Setting[str]("")
    export_formats = _Setting[list[str]](["csv", "html"])
    report_title = _Setting[str]("")
    report_case = _Setting[str]("")
    report_examiner = _Setting[str]("")
    geometry = _Setting[QByteArray](QByteArray())
    window_state = _Setting[QByteArray](QByteArray())

    def __init__(self, store: QSettings | None = None) -> None:
        super().__init__()
        self._store = store or QSettings()
        self._looking = QTimer(self, singleShot=True, interval=_UNTIL_WRITTEN)
        self._looking.timeout.connect(self._look)
        self._is_lost = False
        self._carry_over()

    def _carry_over(self) -> None:
        """Rename the settings of the search that an older version stored."""
        kept = {name: self._store.value(name) for name in ("effort", *_OLDER) if self._store.contains(name)}
        if self.effort is Effort.FAST and not self._store.contains("second_stage"):
            self.second_stage = SearchSettings.of(Effort.FAST).second_stage
        if not kept or self._store.contains("budget"):
            return
        if kept.get("effort") == "custom":
            self.effort = Effort.THOROUGH if self.value("search_enlarged", False) else Effort.BALANCED
            self.budget = self.value("refine_budget", BUDGETS[Effort.BALANCED])
        else:
            self.choose_effort(self.effort)
        self.second_stage = self.value("refine", self.second_stage)
        for name in _OLDER:
            self._store.remove(name)

    def value(self, name: str, default: T) -> T:
        """The stored value `name`, of the type of `default`; `default` if it is missing or unreadable."""
        raw: Any = self._store.value(name)
        if raw is None:
            # An empty list is kept as nothing at all.
            return cast(T, []) if isinstance(default, list) and self._store.contains(name) else default
        try:
            return cast(T, _as_type(raw, default))
        except (TypeError, ValueError):
            # An older version or an editor left something else there.
            return default

    def set_value(self, name: str, value: object) -> None:
        """Store a value."""
        self._store.setValue(name, str(value) if isinstance(value, StrEnum) else value)
        self.changed.emit(name)
        self._looking.start()

    def _look(self) -> None:
        """Check whether QSettings, which writes without being asked and reports nothing, could write."""
        if self._store.status() == QSettings.Status.NoError or self._is_lost:
            return
        self._is_lost = True
        text = self.tr("Your settings cannot be saved in {path}: free disk space, or allow the program to write there.")
        self.lost.emit(text.format(path=self._store.fileName()))

    @property
    def search(self) -> SearchSettings:
        """The settings of a search."""
        return SearchSettings(**{name: getattr(self, name) for name in _SEARCH})

    @property
    def video_searches(self) -> Step | None:
        """The step between searched frames of a video; None: the first frame of each scene."""
        if self.video_step == BY_SCENES:
            return None
        return Step(self.video_step) if self.video_step > 0 else TRACKED

    @staticmethod
    def of_search(name: str) -> bool:
        """Whether a setting affects searches."""
        return name in _SEARCH

    def choose_effort(self, effort: Effort) -> None:
        """Set the effort and the settings that depend on it."""
        usual = SearchSettings.of(effort)
        self.effort, self.budget, self.second_stage = effort, usual.budget, usual.second_stage

    def remember_recent(self, *paths: Path) -> None:
        """Put the first few of what was opened together on top of the recent ones; files are displaced before projects.

        Names that are not valid text are left out: settings cannot store them.
        """
        new = [text for path in paths[:_MOST_RECENT_AT_ONCE] if shown(text := str(path)) == text]
        recent = [*new, *(other for other in self.recent if other not in new)]
        while len(recent) > MOST_RECENT:
            files = [text for text in recent if not text.endswith(SUFFIX)]
            recent.remove(files[-1] if len(files) > _FEWEST_RECENT_FILES else recent[-1])
        self.recent = recent

    def forget_recent(self, path: Path) -> None:
        """Remove a file or folder from the recent ones."""
        self.recent = [other for other in self.recent if other != str(path)]

    def use_weights(self, role: str, name: str) -> None:
        """Use other weights for searches; the previous ones are remembered, see `go_back`."""
        before: str = getattr(self, role)
        if before != name:
            setattr(self, f"previous_{role}", before or "-")
            setattr(self, role, name)

    def go_back(self, role: str) -> None:
        """Return to the weights before `use_weights`; a second call undoes this."""
        previous: str = getattr(self, f"previous_{role}")
        if previous:
            self.use_weights(role, "" if previous == "-" else previous)

    def sync(self) -> None:
        """Write to the disk now."""
        self._store.sync()


def _as_type(raw: Any, default: object) -> object:
    # The INI format gives back text for everything, and a list of one as that one.
    if isinstance(default, bool):
        return raw if isinstance(raw, bool) else str(raw).lower() in ("true", "1")
    if isinstance(default, list):
        return [str(item) for item in raw] if isinstance(raw, list) else [str(raw)] if raw != "" else []
    if isinstance(default, (int, float)):
        number = type(default)(raw)
        if not abs(number) <= _LARGEST:  # nor is what is no number
            raise ValueError(f"{raw!r} is no number that a field of the window takes.")
        return number
    if isinstance(default, StrEnum):
        return type(default)(raw)
    if not isinstance(raw, type(default)):
        raise TypeError(f"{raw!r} is not a {type(default).__name__}.")
    return raw
