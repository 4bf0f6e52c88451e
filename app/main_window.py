"""The main window: places the views, fills menus and tool bar, joins signals. No logic of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QDialog,
    QDockWidget,
    QFileDialog,
    QInputDialog,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.bundled import resource
from tinyface_core.project.store import SUFFIX
from tinyface_core.types import Frame, Verdict

from .actions import WindowActions
from .controller import Controller
from .dialogs import project_files
from .dialogs.leaving import ask_what_becomes_of
from .jobs.video_player import ShownFrame, VideoInfo
from .models.faces import describe
from .models.pyramid import Pyramid
from .project import ProjectSession
from .settings import Settings
from .style import icon
from .training_runs import TrainingRuns
from .views.canvas import Canvas
from .views.comparison import ComparisonPanel
from .views.effort import EffortPicker
from .views.face_list import FaceList
from .views.film_strip import FilmStrip
from .views.notice import Notice
from .views.run_bar import RunBar
from .views.start_page import StartPage
from .views.status import StatusBar
from .views.timeline import Timeline
from .views.tool_bar import ToolBar

if TYPE_CHECKING:
    from tinyface_core.training.finetune.runs import Run

    from .dialogs.fine_tune import FineTuneDialog

_STATE_VERSION = 1
_FIRST_SAMPLE = "orchestra.webp"
"""The one with tiny faces is shown first."""


class MainWindow(QMainWindow):
    """Tiny Face Inspector's window."""

    painted = Signal()
    """It was on the screen; each time it paints itself anew."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controller = controller
        self.settings: Settings = controller.settings
        self.setObjectName("main")
        self.setWindowTitle("Tiny Face Inspector")
        self.setWindowIcon(icon("app"))
        self.setAcceptDrops(True)
        self.setDockOptions(self.dockOptions() | QMainWindow.DockOption.AllowNestedDocks)
        self.project = ProjectSession(controller, self)
        self.runs = TrainingRuns(self)
        self._fine_tune: FineTuneDialog | None = None
        self.actions_ = WindowActions(controller.faces.undo_stack, self)
        self.addActions(self.actions_.all())

        self.canvas = Canvas()
        self.timeline = Timeline(self.settings)
        self.notice = Notice()
        self.run_bar = RunBar()
        a = self.actions_
        self.start_page = StartPage([a.open, a.open_folder, a.open_video, a.open_sample], self.settings)
        self.film_strip = FilmStrip(controller.pictures)
        self.face_list = FaceList(controller.visible, self.settings)
        self.comparison = ComparisonPanel(self.settings)
        self.status = StatusBar(a.cancel, self.settings)
        self.setStatusBar(self.status)
        self._stack = QStackedWidget()
        self._layout: QByteArray | None = None
        self._place()
        self._fill_menus()
        self._fill_tool_bar()
        self._join_actions()
        self._join_views()
        self._restore()
        self._show_current(None)

    # -- places ---------------------------------------------------------------------------------------

    def _place(self) -> None:
        viewer = QWidget()
        column = QVBoxLayout(viewer)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.timeline)
        self._stack.addWidget(self.start_page)
        self._stack.addWidget(viewer)
        middle = QWidget()
        outer = QVBoxLayout(middle)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.notice)
        outer.addWidget(self.run_bar)
        outer.addWidget(self._stack, 1)
        self.setCentralWidget(middle)
        right, bottom = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        self.docks = {
            "faces": self._dock("faces", self.tr("Faces"), self.face_list, right),
            "comparison": self._dock("comparison", self.tr("Comparison"), self.comparison, right),
            "pictures": self._dock("pictures", self.tr("Pictures"), self.film_strip, bottom),
        }
        self.setCorner(Qt.Corner.BottomRightCorner, right)
        self.resize(1440, 900)
        self.resizeDocks([self.docks["faces"]], [490], Qt.Orientation.Horizontal)
        self.resizeDocks([self.docks["faces"], self.docks["comparison"]], [410, 460], Qt.Orientation.Vertical)

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> _Dock:
        dock = _Dock(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        dock.setAccessibleName(title)
        self.addDockWidget(area, dock)
        return dock

    def _fill_menus(self) -> None:
        a, bar = self.actions_, self.menuBar()
        files = bar.addMenu(self.tr("&File"))
        files.addActions([a.open, a.open_folder, a.open_video, a.paste])
        _groups(files, [[a.new_project, a.open_project, a.save_project, a.relink]])
        files.addSeparator()
        self._recent_menu = files.addMenu(self.tr("Open &recent"))
        self._recent_menu.aboutToShow.connect(self._fill_recent)
        _groups(files, [[a.open_sample], [a.export], [a.close, a.close_all], [a.quit]])
        edit = bar.addMenu(self.tr("&Edit"))
        _groups(edit, [[a.undo, a.redo], list(a.verdicts.values()), [a.note, a.draw, a.reviewed], [a.preferences]])
        view = bar.addMenu(self.tr("&View"))
        _groups(view, [[a.fit, a.one_to_one, a.zoom_in, a.zoom_out], [a.boxes, a.labels, a.loupe, a.follow]])
        _groups(view, [[a.previous, a.next], [a.play, a.frame_back, a.frame_on], [a.full_screen]])
        view.addSeparator()
        view.addActions([dock.toggleViewAction() for dock in self.docks.values()])
        search = bar.addMenu(self.tr("&Search"))
        _groups(search, [[a.find, a.find_all, a.find_video], [a.cancel], [a.fine_tune, a.weights, a.evaluate]])
        help_ = bar.addMenu(self.tr("&Help"))
        help_.addActions([a.shortcuts, a.about])

    def _fill_tool_bar(self) -> None:
        a = self.actions_
        bar = ToolBar(self.tr("Tools"), self)
        bar.setObjectName("tools")
        bar.addActions([a.open, a.open_folder])
        bar.addSeparator()
        bar.addAction(a.find)
        self.effort = EffortPicker(self.settings)
        bar.addWidget(self.effort)
        bar.addSeparator()
        icons_only = [a.fit, a.one_to_one, a.zoom_out, a.zoom_in, a.boxes, a.loupe, a.draw, a.undo, a.redo]
        for action in icons_only:
            bar.addAction(action)
            button = bar.widgetForAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)  # type: ignore[attr-defined]
            button.setAccessibleName(action.text().replace("&", ""))
            if action in (a.zoom_in, a.draw):
                bar.addSeparator()
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        bar.addAction(a.export)
        self.addToolBar(bar)
        bar.let_shrink([a.open, a.open_folder, a.find, a.export])

    # -- joining --------------------------------------------------------------------------------------

    def _join_actions(self) -> None:
        a, c, canvas = self.actions_, self.controller, self.canvas
        for action, slot in {
            a.open: self._ask_photos,
            a.open_folder: self._ask_folder,
            a.open_video: self._ask_video,
            a.open_sample: lambda: c.open_paths([_samples() / _FIRST_SAMPLE, _samples()]),
            a.new_project: lambda: project_files.ask_new(self, self.project, self.settings),
            a.open_project: lambda: project_files.ask_open(self, self.project, self.settings),
            a.save_project: lambda: project_files.ask_save_as(self, self.project, self.settings),
            a.relink: lambda: project_files.ask_relink(self, self.project, self.settings),
            a.reviewed: lambda: c.pictures.set_reviewed(c.current or "", a.reviewed.isChecked()),
            a.paste: self._paste,
            a.close: lambda: self._close_picture(c.current or ""),
            a.close_all: self.project.close,
            a.export: self._export,
            a.quit: self.close,
            a.note: self._ask_note,
            a.preferences: self._show_preferences,
            a.fine_tune: self._show_fine_tune,
            a.weights: self._show_weights,
            a.evaluate: self._show_evaluate,
            a.shortcuts: self._show_shortcuts,
            a.about: self._show_about,
            a.find: c.search_current,
            a.find_all: lambda: c.search([p.source for p in c.pictures.pictures()]),
            a.find_video: c.search_video,
            a.cancel: c.cancel,
            a.fit: canvas.fit,
            a.one_to_one: canvas.zoom_one_to_one,
            a.zoom_in: lambda: canvas.zoom_by(1.25),
            a.zoom_out: lambda: canvas.zoom_by(0.8),
            a.previous: lambda: c.show_neighbour(-1),
            a.next: lambda: c.show_neighbour(1),
            a.play: self._toggle_playing,
            a.frame_back: lambda: c.player.step(-1),
            a.frame_on: lambda: c.player.step(1),
        }.items():
            action.triggered.connect(lambda _checked=False, slot=slot: slot())
        for verdict, action in a.verdicts.items():
            action.triggered.connect(lambda _checked=False, verdict=verdict: self._give(verdict))
        for action, name in ((a.boxes, "show_boxes"), (a.labels, "box_labels"), (a.follow, "frame_selected")):
            action.setChecked(self.settings.value(name, True))
            action.toggled.connect(lambda on, name=name: setattr(self.settings, name, on))
        a.boxes.toggled.connect(canvas.set_boxes_shown)
        a.labels.toggled.connect(canvas.set_labels_shown)
        canvas.set_boxes_shown(a.boxes.isChecked())
        canvas.set_labels_shown(a.labels.isChecked())
        a.loupe.toggled.connect(canvas.set_loupe)
        a.draw.toggled.connect(canvas.set_drawing)
        canvas.drawing_ended.connect(lambda: a.draw.setChecked(False))
        a.full_screen.toggled.connect(lambda on: self.showFullScreen() if on else self.showNormal())
        a.open_sample.setEnabled(_samples().exists())

    def _join_views(self) -> None:
        c = self.controller
        c.current_changed.connect(self._show_current)
        c.picture_shown.connect(self._show_picture)
        c.frame_shown.connect(self._take_frame)
        c.message.connect(self._show_message)
        c.faces_shown.connect(self.canvas.set_faces)
        c.face_selected.connect(self._select)
        c.status_changed.connect(self.status.show_status)
        c.devices_found.connect(self.status.device.show_devices)
        c.failed.connect(self.notice.say)
        c.video_faces_changed.connect(self.timeline.bar.set_marks)
        c.player.opened.connect(self._show_video)
        c.player.shown.connect(self._move_timeline)
        c.player.playing_changed.connect(self.timeline.set_playing)
        self.canvas.face_clicked.connect(c.select)
        self.canvas.face_drawn.connect(c.add_drawn_face)
        self.canvas.zoomed.connect(self.status.show_zoom)
        self.canvas.pointed.connect(self.status.show_pixel)
        self.face_list.face_selected.connect(lambda key: c.select(key, go_there=True))
        self.film_strip.picture_chosen.connect(c.show)
        self.film_strip.close_wanted.connect(self._close_picture)
        self.film_strip.in_sight.connect(c.put_in_sight)
        self.timeline.seek_wanted.connect(c.player.seek)
        self.timeline.step_wanted.connect(c.player.step)
        self.timeline.play_wanted.connect(lambda _on: self._toggle_playing())
        self.timeline.search_wanted.connect(c.search_video)
        c.current_changed.connect(self.face_list.set_picture)
        strip = self.docks["pictures"]
        strip.closed.connect(lambda: setattr(self.settings, "film_strip", False))
        strip.toggleViewAction().triggered.connect(lambda on: setattr(self.settings, "film_strip", on))
        for changed in (c.pictures.rowsInserted, c.pictures.rowsRemoved):
            changed.connect(lambda *_: self._show_strip())
        self.start_page.recent_chosen.connect(lambda path: self.open_paths([path]))
        self.project.changed.connect(self._tell_title)
        self.project.missing.connect(self._tell_missing)
        self.project.message.connect(lambda sentence: self.statusBar().showMessage(sentence, 5000))
        self.project.failed.connect(self.notice.say)
        c.pictures.reviewed_changed.connect(lambda _source, _on: self._show_reviewed())
        self.project.changed.connect(self.look_for_runs)
        self.runs.offered.connect(self.run_bar.offer)
        self.runs.failed.connect(self.notice.say)
        self.run_bar.look_wanted.connect(self._show_run)
        self.run_bar.resume_wanted.connect(self.runs.take_up)
        self.run_bar.dismissed.connect(self.runs.dismiss)

    # -- following the controller -----------------------------------------------------------------------

    def _show_current(self, source: str | None) -> None:
        a, picture = self.actions_, self.controller.pictures.picture(source or "")
        open_ = picture is not None
        self._stack.setCurrentIndex(1 if open_ else 0)
        self.timeline.setVisible(picture is not None and picture.is_video)
        for action in (a.close, a.close_all, a.find, a.find_all, a.fit, a.one_to_one, a.zoom_in, a.zoom_out):
            action.setEnabled(open_)
        for action in (a.previous, a.next, a.draw, a.export, a.loupe):
            action.setEnabled(open_)
        for action in (a.play, a.frame_back, a.frame_on, a.find_video):
            action.setEnabled(picture is not None and picture.is_video)
        self._show_docks(open_)
        self._show_strip()
        self.film_strip.show_current(source)
        self._tell_title()
        self._show_reviewed()
        if picture is None:
            self.canvas.set_message("")
            self._clear_size()

    def _tell_title(self) -> None:
        picture = self.controller.pictures.picture(self.controller.current or "")
        names = [picture.name] if picture is not None else []
        if self.project.is_named:
            names.append(self.project.path.stem)
        self.setWindowTitle(" – ".join([*names, "Tiny Face Inspector"]))

    def _tell_missing(self, count: int) -> None:
        self.notice.say(
            self.tr("{count} pictures are not where they were. File, Find missing pictures looks for them.").format(
                count=count
            )
        )

    def _show_reviewed(self) -> None:
        picture = self.controller.pictures.picture(self.controller.current or "")
        self.actions_.reviewed.setEnabled(picture is not None and not picture.is_video)
        self.actions_.reviewed.setChecked(picture is not None and picture.reviewed)

    def _show_docks(self, shown: bool) -> None:
        """Panels come with the first picture, as the user left them; the start page stands alone."""
        if shown and self._layout is not None:
            self.restoreState(self._layout, _STATE_VERSION)
            self._layout = None
        elif not shown and self._layout is None:
            self._layout = self.saveState(_STATE_VERSION)
            for dock in self.docks.values():
                dock.hide()
        for dock in (self.docks["faces"], self.docks["comparison"]):
            dock.toggleViewAction().setEnabled(shown)

    def _show_strip(self) -> None:
        """A film strip of one picture would only take room; the user's wish counts from two on."""
        dock, several = self.docks["pictures"], self.controller.pictures.rowCount() > 1
        dock.toggleViewAction().setEnabled(several)
        dock.setVisible(several and self.settings.film_strip)

    def _show_picture(self, pyramid: Pyramid, keep_view: bool) -> None:
        self.canvas.set_picture(pyramid, keep_view)
        self.status.show_size(pyramid.width, pyramid.height)

    def _take_frame(self, frame: Frame | None) -> None:
        if frame is None or self.controller.selected < 0:
            self.comparison.set_face(None, None)

    def _show_message(self, sentence: str) -> None:
        """A sentence takes the place of the picture, which then has no size."""
        self.canvas.set_message(sentence)
        self._clear_size()

    def _clear_size(self) -> None:
        self.status.show_size(0, 0)
        self.status.zoom.clear()

    def _select(self, key: int, go_there: bool) -> None:
        self.canvas.select(key, go_there)
        self.face_list.select(key)
        entry = self.controller.faces.entry(key)
        if entry is None:
            self.comparison.set_face(None, None)
        else:
            self.comparison.set_face(self.controller.frame, entry.face)

    def _show_video(self, info: VideoInfo) -> None:
        self.timeline.set_video(info)

    def _move_timeline(self, shown: ShownFrame) -> None:
        self.timeline.set_position(shown.frame.index or 0, shown.frame.seconds)

    def _toggle_playing(self) -> None:
        player = self.controller.player
        player.pause() if player.playing else player.play()
        self.timeline.set_playing(player.playing)

    def _give(self, verdict: Verdict) -> None:
        self.controller.give_verdict(self.face_list.selected_keys() or [self.controller.selected], verdict)

    def _ask_note(self) -> None:
        entry = self.controller.faces.entry(self.controller.selected)
        if entry is None:
            self.notice.say(self.tr("Select a face first: a note belongs to a face."))
            return
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Note"))
        dialog.setLabelText(describe(entry))
        dialog.setTextValue(entry.note)
        dialog.textValueSelected.connect(lambda text: self.controller.faces.set_note(entry.key, text))
        dialog.open()

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open photos, videos and folders; a project takes the place of the present one."""
        projects = [path for path in paths if path.suffix == SUFFIX]
        if projects:
            self.project.open(projects[0])
        else:
            self.controller.open_paths(paths)

    def _close_picture(self, source: str) -> None:
        if project_files.may_close(self, self.controller.faces, source):
            self.controller.close_picture(source)

    # -- dialogs ----------------------------------------------------------------------------------------

    def _ask_photos(self) -> None:
        from tinyface_core.media.sources import PICTURE_SUFFIXES

        self._ask_files(self.tr("Open photos"), self.tr("Photos"), PICTURE_SUFFIXES)

    def _ask_video(self) -> None:
        from tinyface_core.media.sources import VIDEO_SUFFIXES

        self._ask_files(self.tr("Open a video"), self.tr("Videos"), VIDEO_SUFFIXES)

    def _ask_files(self, title: str, kind: str, suffixes: frozenset[str]) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(suffixes))
        chosen, _ = QFileDialog.getOpenFileNames(
            self, title, self.settings.open_folder, f"{kind} ({patterns});;{self.tr('All files')} (*)"
        )
        if chosen:
            self.settings.open_folder = str(Path(chosen[0]).parent)
            self.controller.open_paths([Path(name) for name in chosen])

    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open a folder"), self.settings.open_folder)
        if chosen:
            self.settings.open_folder = chosen
            self.controller.open_paths([Path(chosen)])

    def _export(self) -> None:
        from .dialogs.export import ExportDialog

        c = self.controller
        _run(ExportDialog(c.faces, c.visible, list(c.results.values()), c.current, self.settings, self))

    def _show_preferences(self) -> None:
        from .dialogs.preferences import PreferencesDialog

        _run(PreferencesDialog(self.settings, self))

    def _show_weights(self) -> None:
        from .dialogs.weights import WeightsDialog

        _run(WeightsDialog(self.settings, self))

    def _show_evaluate(self) -> None:
        from .dialogs.evaluate import EvaluateDialog

        _run(EvaluateDialog(self.settings, self))

    def look_for_runs(self) -> None:
        """Find fine-tunings that run, or were left, and offer one in the bar."""
        self.runs.look(self.project.path)

    def _show_run(self, run: Run) -> None:
        self._show_fine_tune()
        if self._fine_tune is not None:
            self._fine_tune.show_run(run)

    def _show_fine_tune(self) -> None:
        from .dialogs.fine_tune import FineTuneDialog

        if self._fine_tune is None:
            self._fine_tune = FineTuneDialog(self.settings, self.project.offer(), self)
            self._fine_tune.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._fine_tune.destroyed.connect(lambda: setattr(self, "_fine_tune", None))
            self._fine_tune.listed.connect(self.runs.take_seen)
        self._fine_tune.show()
        self._fine_tune.raise_()
        self._fine_tune.activateWindow()

    def _show_shortcuts(self) -> None:
        from .dialogs.shortcuts import ShortcutsDialog

        _run(ShortcutsDialog(self.actions_.all(), self))

    def _show_about(self) -> None:
        from .dialogs.about import AboutDialog

        _run(AboutDialog(self))

    # -- recent, drag and drop, clipboard ---------------------------------------------------------------

    def _fill_recent(self) -> None:
        self._recent_menu.clear()
        for text in self.settings.recent:
            action = self._recent_menu.addAction(text.replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, text=text: self.open_paths([Path(text)]))
        if self.settings.recent:
            self._recent_menu.addSeparator()
            clear = self._recent_menu.addAction(self.tr("Clear the list"))
            clear.triggered.connect(lambda: setattr(self.settings, "recent", []))
        else:
            self._recent_menu.addAction(self.tr("Nothing yet")).setEnabled(False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files, folders and pictures are welcome."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()
            self.start_page.set_inviting(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Taken away again."""
        self.start_page.set_inviting(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self.start_page.set_inviting(False)
        if self._open_from(event.mimeData()):
            event.acceptProposedAction()

    def _paste(self) -> None:
        if not self._open_from(QGuiApplication.clipboard().mimeData()):
            self.notice.say(self.tr("There is no picture to paste: copy a picture or files first."))

    def _open_from(self, data: QMimeData) -> bool:
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.open_paths(paths)
            return True
        image = data.imageData() if data.hasImage() else None
        if isinstance(image, QImage) and not image.isNull():
            self.controller.open_image(image)
            return True
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell, once control is back in the event loop."""
        super().paintEvent(event)
        QTimer.singleShot(0, self.painted.emit)

    # -- begin and end ----------------------------------------------------------------------------------

    def _restore(self) -> None:
        geometry, state = self.settings.geometry, self.settings.window_state
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
        if not state.isEmpty():
            self.restoreState(state, _STATE_VERSION)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about a fine-tuning that runs; then keep the layout and end all work."""
        if not self._may_leave():
            event.ignore()
            return
        self.settings.geometry = self.saveGeometry()
        self.settings.window_state = self._layout or self.saveState(_STATE_VERSION)
        self.settings.sync()
        # Ending a thread may take a moment; the user need not look on.
        self.hide()
        if self._fine_tune is not None:
            self._fine_tune.close()
        self.runs.stop()
        self.comparison.stop()
        self.controller.stop()
        self.project.finish()
        super().closeEvent(event)

    def _may_leave(self) -> bool:
        application = QGuiApplication.instance()
        at_work = self.runs.at_work()
        # At the end of the user's session nobody may be there to answer; the run sees to itself.
        if not at_work or (isinstance(application, QGuiApplication) and application.isSavingSession()):
            return True
        answer = ask_what_becomes_of(at_work, self)
        if answer == "pause":
            for one in at_work:
                one.run.ask("pause")
        return answer != "stay"


class _Dock(QDockWidget):
    closed = Signal()
    """The user closed it, by its button or the menu."""

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()


def _run(dialog: QDialog) -> None:
    dialog.exec()
    dialog.deleteLater()


def _groups(menu: QMenu, groups: list[list[QAction]]) -> None:
    for group in groups:
        if not menu.isEmpty():
            menu.addSeparator()
        menu.addActions(group)


def _samples() -> Path:
    return resource("samples")
