"""The menu of enlargement methods: built-in ones and model files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QMouseEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton

from tinyface_core.registry import Entry
from tinyface_core.upscalers.registry import MODEL_SUFFIXES, UpscalerMaker, model_file_of, standard_upscalers
from tinyface_core.upscalers.several_frames import NAME as SEVERAL_FRAMES
from tinyface_core.upscalers.spread import NAME as GUESSED

from ..parts import about_of, list_parts, title_of
from ..settings import Settings
from ..style import icon
from ..style.widgets import dressed
from ..work import Worker

_FACTORS = (0, 2, 3, 4, 8, 16)
"""Scale factors for a model file; 0: its own."""


class _OpenMenu(QMenu):
    """A menu that stays open while its items are checked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Check an item, or close like other menus."""
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)


class MethodsButton(QToolButton):
    """Selects the compared methods, which are stored in the settings."""

    listed = Signal()
    """The list of methods has changed."""

    def __init__(self, settings: Settings, worker: Worker) -> None:
        """`worker` looks for methods of plug-in packages."""
        super().__init__()
        self._settings = settings
        self._upscalers: dict[str, Entry[UpscalerMaker]] = {}
        dressed(self, "compare", self.tr("Choose upscalers"), text=self.tr("Methods"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(_OpenMenu(self))
        list_parts(worker, standard_upscalers(), self._take)
        settings.changed.connect(self._follow)

    def _follow(self, name: str) -> None:
        if name == "comparison_methods":
            for action in self.menu().actions():
                if method := action.data():
                    action.setChecked(method in self._settings.comparison_methods)

    def ticked(self) -> tuple[str, ...]:
        """Names and paths of the checked methods, in the order of the menu."""
        ticked = self._settings.comparison_methods
        files = [name for name in ticked if model_file_of(name) is not None]
        return (*(name for name in self._upscalers if name in ticked), *files)

    def title(self, name: str) -> str:
        """Title of a method; of a model file, its name without folder."""
        if name in (more := self._more()):
            return more[name][0]
        if (file := model_file_of(name)) is not None:
            return f"{file[0].stem} ×{file[1]}" if file[1] else file[0].stem
        entry = self._upscalers.get(name)
        return name if entry is None else title_of(entry)

    def about(self, name: str) -> str:
        """A sentence about a method, or ""."""
        if name in (more := self._more()):
            return more[name][1]
        return about_of(self._upscalers[name]) if name in self._upscalers else ""

    def _more(self) -> dict[str, tuple[str, str]]:
        """Other items, each with the name of its setting, a title and a sentence."""
        return {
            GUESSED: (
                self.tr("Uncertainty"),
                self.tr(
                    "Orange where the last method that generates details would have made other details if the camera "
                    "had recorded the face slightly differently"
                ),
            ),
            SEVERAL_FRAMES: (
                self.tr("Several frames"),
                self.tr("For tracks: combines recorded frames; nothing is generated"),
            ),
        }

    def add_model_files(self, *paths: str) -> None:
        """Add and check upscalers of model files."""
        files = [file for file in self._files() if file not in paths]
        self._settings.set_value("comparison/model_files", [*files, *paths])
        others = [name for name in self._settings.comparison_methods if name not in paths]
        self._settings.comparison_methods = [*others, *paths]
        self._fill()

    def _take(self, entries: list[Entry[UpscalerMaker]]) -> None:
        upscalers = {entry.name: entry for entry in entries}
        if upscalers != self._upscalers:
            self._upscalers = upscalers
            self._fill()
            self.listed.emit()

    def _files(self) -> list[str]:
        return [file for file in self._settings.value("comparison/model_files", [""]) if file]

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for old in menu.findChildren(QMenu):
            old.deleteLater()
        menu.setToolTipsVisible(True)
        ticked = self._settings.comparison_methods
        for name in (*self._upscalers, *self._files()):
            action = QAction(self.title(name), menu, checkable=True, checked=name in ticked)
            action.setData(name)
            action.setToolTip(self.about(name) or name)
            action.triggered.connect(lambda on, name=name: self._tick(name, on))
            menu.addAction(action)
        menu.addSeparator()
        for name, (title, about) in self._more().items():
            setting = name.replace("-", "_")
            action = QAction(title, menu, checkable=True, checked=getattr(self._settings, setting))
            action.setToolTip(about)
            action.toggled.connect(lambda on, setting=setting: setattr(self._settings, setting, on))
            menu.addAction(action)
        menu.addSeparator()
        self._add_factors(menu.addMenu(self.tr("Factors of model files")))
        load = menu.addAction(icon("open"), self.tr("Load model files…"))
        load.triggered.connect(self._choose_files)

    def _add_factors(self, menu: QMenu) -> None:
        """Add a menu of scale factors for each model file."""
        menu.setEnabled(bool(self._files()))
        for name in self._files():
            path, told = model_file_of(name) or (Path(name), 0)
            choices, group = menu.addMenu(path.stem), QActionGroup(menu)
            for factor in _FACTORS:
                text = f"×{factor}" if factor else self.tr("As the file says")
                action = QAction(text, group, checkable=True, checked=factor == told)
                wanted = f"{path}@{factor}" if factor else str(path)
                action.triggered.connect(lambda _on, name=name, wanted=wanted: self._rename(name, wanted))
                choices.addAction(action)

    def _rename(self, name: str, wanted: str) -> None:
        files = [wanted if file == name else file for file in self._files() if file != wanted]
        self._settings.set_value("comparison/model_files", files)
        ticked = [wanted if other == name else other for other in self._settings.comparison_methods if other != wanted]
        self._settings.comparison_methods = ticked
        self._fill()

    def _tick(self, name: str, on: bool) -> None:
        others = [other for other in self._settings.comparison_methods if other != name]
        self._settings.comparison_methods = [*others, name] if on else others

    def _choose_files(self) -> None:
        suffixes = " ".join(f"*{suffix}" for suffix in sorted(MODEL_SUFFIXES))
        kinds = self.tr("Model files ({suffixes})").format(suffixes=suffixes)
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Load upscalers"), "", kinds)
        if paths:
            self.add_model_files(*paths)
