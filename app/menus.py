"""Fills the menus and the tool bar with the window's commands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from .actions import WindowActions
from .session.project_file import unnamed_title
from .settings import Settings
from .views.effort import EffortPicker
from .views.filter_line import FilterLine
from .views.tool_bar import ToolBar

translate = QCoreApplication.translate


class RecentMenu(QMenu):
    """Recently opened files and folders."""

    chosen = Signal(Path)

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(translate("MainWindow", "Open &recent"), parent)
        self._settings = settings
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        for text in self._settings.recent:
            action = self.addAction(unnamed_title(Path(text)) or text.replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, text=text: self.chosen.emit(Path(text)))
        if self._settings.recent:
            self.addSeparator()
            clear = self.addAction(translate("MainWindow", "Clear the list"))
            clear.triggered.connect(lambda: setattr(self._settings, "recent", []))
        else:
            self.addAction(translate("MainWindow", "Nothing yet")).setEnabled(False)


def fill_menus(bar: QMenuBar, a: WindowActions, recent: RecentMenu, panels: Iterable[QAction]) -> None:
    """Add every command to a menu; `panels` show and hide the panels of the window."""
    files = bar.addMenu(translate("MainWindow", "&File"))
    files.addActions([a.open, a.open_folder, a.watch, a.open_video, a.paste])
    projects = [a.new_project, a.open_project, a.save_project, a.relink, a.take_regions]
    _groups(files, [projects])
    files.addSeparator()
    files.addMenu(recent)
    _groups(files, [[a.open_sample], [a.export, a.show_folder], [a.close, a.close_all], [a.quit]])
    edit = bar.addMenu(translate("MainWindow", "&Edit"))
    boxes = [a.draw, a.change_box, a.restore_box]
    faces = [a.copy_face, a.save_face]
    tracks = [a.split_track, a.join_tracks]
    turns = [a.turn_left, a.turn_right, a.turn_over]
    _groups(edit, [[a.undo, a.redo], faces, boxes, tracks, turns, [a.preferences]])
    judge = bar.addMenu(translate("MainWindow", "&Judge"))
    rounds = [a.review, a.review_grid, a.undecided_on, a.undecided_back]
    _groups(judge, [list(a.verdicts.values()), [a.note], rounds, [a.group, a.show_group], [a.reviewed]])
    view = bar.addMenu(translate("MainWindow", "&View"))
    _groups(view, [[a.fit, a.one_to_one, a.zoom_in, a.zoom_out], [a.boxes, a.labels, a.loupe, a.follow]])
    moving = [a.play, a.frame_back, a.frame_on, a.mark_back, a.mark_on]
    shuttle = [a.shuttle_back, a.shuttle_stop, a.shuttle_on, a.part_begin, a.part_end]
    _groups(view, [[a.previous, a.next], moving, shuttle, [*panels, a.panel_on, a.panel_back, a.full_screen]])
    search = bar.addMenu(translate("MainWindow", "&Search"))
    _groups(
        search,
        [[a.find, a.find_rest, a.find_all, a.find_video], [a.cancel], [a.fine_tune, a.weights, a.evaluate, a.vote]],
    )
    bar.addMenu(translate("MainWindow", "&Help")).addActions([a.shortcuts, a.about])


def make_face_menu(a: WindowActions, parent: QWidget) -> QMenu:
    """The context menu of a face."""
    menu = QMenu(parent)
    groups = [
        [a.change_box, a.restore_box, a.note],
        [a.split_track, a.join_tracks],
        [a.copy_face, a.save_face],
        [a.show_group, a.show_folder],
    ]
    _groups(menu, [list(a.verdicts.values()), *groups])
    return menu


def make_picture_menu(a: WindowActions, parent: QWidget) -> QMenu:
    """The context menu of a picture."""
    menu, turns = QMenu(parent), [a.turn_left, a.turn_right]
    _groups(
        menu, [[a.find, a.find_video], [a.reviewed, a.draw], turns, [a.fit, a.one_to_one], [a.show_folder, a.close]]
    )
    return menu


def make_tool_bar(a: WindowActions, effort: EffortPicker, line: FilterLine, parent: QWidget) -> ToolBar:
    """The tool bar, with the most frequent commands."""
    bar = ToolBar(translate("MainWindow", "Tools"), parent)
    bar.setObjectName("tools")
    bar.addActions([a.open, a.open_folder])
    bar.addSeparator()
    bar.addAction(a.find)
    bar.addWidget(effort)
    bar.addSeparator()
    for action in (a.fit, a.one_to_one, a.zoom_out, a.zoom_in, a.boxes, a.loupe, a.draw, a.review, a.undo, a.redo):
        bar.addAction(action)
        button = bar.widgetForAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)  # type: ignore[attr-defined]
        button.setAccessibleName(action.text().replace("&", ""))
        if action in (a.zoom_in, a.review):
            bar.addSeparator()
    bar.addSeparator()
    bar.addWidget(line)
    bar.addAction(a.export)
    return bar


def _groups(menu: QMenu, groups: list[list[QAction]]) -> None:
    for group in groups:
        if not menu.isEmpty():
            menu.addSeparator()
        menu.addActions(group)
