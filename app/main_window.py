"""The main window: arranges the views and connects signals; contains no other logic."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from tinyface_core.types import Frame, Verdict

from .actions import WindowActions
from .crash_report import CrashReport
from .dialogs.asking import ask_what_becomes_of, confirm
from .dialogs.crops import Crops
from .dialogs.file_opener import SAMPLES, FileOpener
from .dialogs.window_dialogs import WindowDialogs
from .menus import RecentMenu, fill_menus, make_face_menu, make_picture_menu, make_tool_bar
from .models.pyramid import Pyramid
from .panels import Panels
from .review_mode import ReviewMode
from .session.filtering import Filtering
from .session.grouping import Grouping
from .session.project import ProjectSession
from .session.session import Session
from .session.training_runs import TrainingRuns
from .settings import Settings
from .style import icon
from .style.figures import counted, whole
from .style.labels import left_to_right
from .style.widgets import lay_out, resize_on_screen
from .video_controls import VideoControls
from .views.canvas import Canvas
from .views.comparison import ComparisonPanel
from .views.effort import EffortPicker
from .views.face_list import FaceList
from .views.film_strip import FilmStrip
from .views.filter_line import FilterLine
from .views.notice import Notice
from .views.run_bar import RunBar
from .views.start_page import StartPage
from .views.status import StatusBar


class MainWindow(QMainWindow):
    """Tiny Face Inspector's window."""

    painted = Signal()
    """It was on the screen; each time it paints itself anew."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.settings: Settings = session.settings
        self._is_asked = True
        self._viewed: str | None = None
        self.setObjectName("main")
        self.setWindowTitle("Tiny Face Inspector")
        self.setWindowIcon(icon("app"))
        self.setAcceptDrops(True)
        self.project = ProjectSession(session, self)
        self.filtering = Filtering(self.project, session, self)
        self.grouping = Grouping(self.project, session, self)
        self.runs = TrainingRuns(self)
        self.opener = FileOpener(session, self.project, self)
        self.dialogs = WindowDialogs(session, self.project, self.grouping, self.runs, self)
        self.crops = Crops(session, self)
        self.actions_ = WindowActions(session.commands.stack, self)
        self.addActions(self.actions_.all())

        self.canvas = Canvas()
        self.video = VideoControls(session.shown, session.searches, self.actions_, self.settings, self)
        self.notice = Notice()
        self.run_bar = RunBar()
        a = self.actions_
        self.start_page = StartPage([a.open, a.open_folder, a.open_video, a.open_sample], self.settings)
        self.film_strip = FilmStrip(session.shown.listed)
        self.face_list = FaceList(session.visible, session.commands, self.settings)
        self.comparison = ComparisonPanel(self.settings, seen=self.canvas.view.seen)
        self.status = StatusBar(a.cancel, a.find_rest, self.settings)
        self.setStatusBar(self.status)
        self._stack = QStackedWidget()
        self._place()
        self._join_actions()
        self._join_views()
        self._show_current(None)
        self.painted.connect(self.panels.polish, Qt.ConnectionType.SingleShotConnection)

    def _place(self) -> None:
        a, self._viewer = self.actions_, QWidget()
        viewed = QVBoxLayout(self._viewer)
        lay_out(viewed, (self.canvas, 1), self.video.timeline, margins=(0, 0, 0, 0), spacing=0)
        self._stack.addWidget(self.start_page)
        self._stack.addWidget(self._viewer)
        middle = QWidget()
        parts = (self.notice, self.run_bar, (self._stack, 1))
        lay_out(QVBoxLayout(middle), *parts, margins=(0, 0, 0, 0), spacing=0)
        self.setCentralWidget(middle)
        panels = {
            "faces": (self.tr("Faces"), self.face_list),
            "comparison": (self.tr("Comparison"), self.comparison),
            "pictures": (self.tr("Pictures"), self.film_strip),
        }
        self.panels = Panels(panels, self.settings, self)
        self.review = ReviewMode(
            self.session, self.canvas, viewed, self.comparison, self.panels.docks["comparison"], self
        )
        self._stack.addWidget(self.review.page)
        self._recent = RecentMenu(self.settings, self)
        self._menus = (make_face_menu(a, self), make_picture_menu(a, self))
        fill_menus(self.menuBar(), a, self._recent, self.panels.actions())
        self.effort = EffortPicker(self.settings)
        self.line = FilterLine(self.settings)
        tools = make_tool_bar(a, self.effort, self.line, self)
        self.addToolBar(tools)
        tools.let_shrink([a.open, a.open_folder, a.find, a.export])
        resize_on_screen(self, 1440, 900)
        self.panels.restore()

    def _join_actions(self) -> None:
        a, s, canvas, opener, dialogs = self.actions_, self.session, self.canvas, self.opener, self.dialogs
        for action, slot in {
            a.open: opener.ask_photos,
            a.open_folder: opener.ask_folder,
            a.open_video: opener.ask_video,
            a.open_sample: opener.open_samples,
            a.new_project: opener.ask_new_project,
            a.open_project: opener.ask_project,
            a.save_project: opener.ask_save_project,
            a.relink: opener.ask_relink,
            a.take_regions: self.project.take_regions,
            a.reviewed: lambda: s.pictures.set_reviewed(s.shown.source or "", a.reviewed.isChecked()),
            a.turn_left: lambda: s.turning.turn(-90),
            a.turn_right: lambda: s.turning.turn(90),
            a.turn_over: lambda: s.turning.turn(180),
            a.paste: opener.paste,
            a.close: lambda: opener.close_picture(s.shown.source or ""),
            a.close_all: self.project.close,
            a.export: dialogs.show_export,
            a.quit: self.close,
            a.undecided_on: lambda: s.selection.visit_undecided(1),
            a.undecided_back: lambda: s.selection.visit_undecided(-1),
            a.group: dialogs.show_grouping,
            a.show_folder: self.crops.show_folder,
            a.preferences: dialogs.show_preferences,
            a.vote: dialogs.show_voting,
            a.fine_tune: dialogs.show_fine_tune,
            a.weights: dialogs.show_weights,
            a.evaluate: dialogs.show_evaluate,
            a.shortcuts: lambda: dialogs.show_shortcuts([*a.all(), *self.panels.actions()]),
            a.about: dialogs.show_about,
            a.split_track: s.selection.split_track,
            a.join_tracks: lambda: s.searches.tracks.join(self.face_list.selection.keys()),
            a.find: s.searches.search_shown,
            a.find_rest: s.searches.search_rest,
            a.find_all: lambda: s.searches.search([p.source for p in s.pictures.pictures()]),
            a.cancel: self._cancel,
            a.fit: canvas.view.fit,
            a.one_to_one: canvas.view.zoom_one_to_one,
            a.zoom_in: lambda: canvas.view.zoom_by(1.25),
            a.zoom_out: lambda: canvas.view.zoom_by(0.8),
            a.previous: lambda: s.shown.show_neighbour(-1),
            a.next: lambda: s.shown.show_neighbour(1),
            a.panel_on: lambda: self._focus_panel(1),
            a.panel_back: lambda: self._focus_panel(-1),
        }.items():
            action.triggered.connect(lambda _checked=False, slot=slot: slot())
        for action, act in {
            a.show_group: self._show_group,
            a.note: dialogs.ask_note,
            a.copy_face: self.crops.copy,
            a.save_face: self.crops.ask_save,
            a.restore_box: s.selection.restore_box,
            **{action: partial(self._give, verdict) for verdict, action in a.verdicts.items()},
        }.items():
            action.triggered.connect(lambda _checked=False, act=act: self._with_face(act))
        for action in (a.undo, a.redo):
            action.triggered.connect(lambda: None if self.review.is_on else s.selection.visit_undone())
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
        a.change_box.toggled.connect(canvas.set_changing)
        canvas.changing_ended.connect(lambda: a.change_box.setChecked(False))
        for one, other in ((a.draw, a.change_box), (a.change_box, a.draw)):
            one.toggled.connect(lambda on, other=other: other.setChecked(False) if on else None)
        for action, grid in ((a.review, False), (a.review_grid, True)):
            action.triggered.connect(lambda on, grid=grid: self.review.begin(grid) if on else self.review.end())
        a.full_screen.toggled.connect(lambda on: self.showFullScreen() if on else self.showNormal())
        a.open_sample.setEnabled(SAMPLES.exists())

    def _join_views(self) -> None:
        s, shown, selection, searches = self.session, self.session.shown, self.session.selection, self.session.searches
        scan, grouping = self.opener.scan, self.grouping
        for part in (s, self.video, self.crops, self.project, scan, grouping, self.runs):
            part.failed.connect(self.notice.say)
        for worker in (searches, scan, grouping):
            worker.status_changed.connect(self.status.show_status)
        for told, milliseconds in (
            (self.video.message, 5000),
            (self.project.message, 5000),
            (self.crops.saved, 5000),
            (self.comparison.saved, 5000),
            (scan.ended, 15_000),
            (grouping.ended, 15_000),
            (self.dialogs.ended, 15_000),
        ):
            told.connect(lambda sentence, shown_for=milliseconds: self.statusBar().showMessage(sentence, shown_for))
        shown.changed.connect(self._show_current)
        shown.picture_shown.connect(self._show_picture)
        shown.frame_shown.connect(self._take_frame)
        shown.message.connect(self._show_message)
        shown.remarked.connect(lambda sentence: self.notice.say(sentence, about=shown.source or ""))
        searches.told.connect(self.notice.say)
        s.opened.opening.connect(lambda: self.notice.withdraw("opening"))
        s.opened.failed.connect(partial(self.notice.say, about="opening"))
        selection.faces_shown.connect(self.canvas.set_faces)
        selection.face_selected.connect(self._select)
        selection.awaited.connect(lambda key: self.face_list.selection.select(key, alone=False))
        searches.status_changed.connect(lambda s: self.face_list.set_searched(not s.busy and bool(searches.results)))
        searches.devices_found.connect(self.status.device.show_devices)
        self.settings.lost.connect(self.notice.say)
        shown.player.playing_changed.connect(lambda on: None if on else self._compare())
        s.faces.tracks_changed.connect(lambda: self.video.show_life(selection.key))
        self.canvas.face_clicked.connect(self.face_list.selection.select)
        self.canvas.face_clicked.connect(selection.select)
        self.canvas.dragged.connect(shown.player.pause)
        self.canvas.face_drawn.connect(selection.add_drawn_face)
        self.canvas.box_changed.connect(selection.change_box)
        self.canvas.view.zoomed.connect(self.status.show_zoom)
        self.canvas.view.moved.connect(self.comparison.follow_view)
        self.canvas.pointed.connect(self.status.show_pixel)
        self.canvas.menu_wanted.connect(lambda at, on_face: self._menus[0 if on_face else 1].popup(at))
        self.face_list.menu_wanted.connect(lambda at: self._menus[0].popup(at))
        self.film_strip.menu_wanted.connect(lambda at: self._menus[1].popup(at))
        self.film_strip.activated.connect(lambda _index: self.canvas.setFocus())
        self.face_list.face_activated.connect(selection.visit)
        self.face_list.selection.chosen.connect(lambda key: selection.select(key, go_there=True))
        self.comparison.larger_wanted.connect(selection.select_larger)
        self.comparison.bar.contact.triggered.connect(lambda: self.dialogs.show_export("contact"))
        self.film_strip.picture_chosen.connect(shown.show)
        self.film_strip.close_wanted.connect(self.opener.close_picture)
        self.film_strip.in_sight.connect(searches.put_in_sight)
        searches.status_changed.connect(lambda _status: self._name_search())
        shown.changed.connect(self.face_list.filters.set_picture)
        for changed in (s.pictures.rowsInserted, s.pictures.rowsRemoved):
            changed.connect(lambda *_: self.panels.show_strip(self.session.pictures.rowCount(), self.review.is_on))
            changed.connect(lambda *_: self._tell_listed())
        self.line.asked.connect(self.filtering.ask)
        self.filtering.refused.connect(self.line.tell_problem)
        self.filtering.answered.connect(lambda: self.line.tell_problem(""))
        self.filtering.answered.connect(self._tell_listed)
        self.face_list.filters.all_wanted.connect(self.line.clear)
        self.review.changed.connect(self._show_page)
        self.review.page.grid_chosen.connect(self._show_page)
        self._recent.chosen.connect(lambda path: self.opener.open_paths([path]))
        self.start_page.recent_chosen.connect(lambda path: self.opener.open_paths([path]))
        self.project.changed.connect(self._tell_title)
        self.project.replaced.connect(self._tell_replaced)
        self.session.pictures.renewed.connect(lambda _source: self.notice.withdraw("replaced"))
        self.project.missing.connect(self._tell_missing)
        self.project.delayed.connect(self._tell_delayed)
        self.project.saved.connect(lambda: self.notice.withdraw("saving"))
        self.project.loading.connect(lambda: searches.say(self.tr("Loading the project…")))
        self.project.loading.connect(lambda: self.face_list.set_loading(True))
        for ended in (self.project.loaded, self.project.failed):
            ended.connect(lambda *_: self.face_list.set_loading(False))
        self.project.loaded.connect(searches.tell_ready)
        s.pictures.reviewed_changed.connect(lambda *_: self.actions_.follow_picture(s.shown.picture))
        self.actions_.watch.toggled.connect(scan.watch)
        grouping.likeness_found.connect(self.face_list.sort_by_likeness)
        self.face_list.order.likeness_wanted.connect(lambda: grouping.compare(s.selection.key))
        self.project.changed.connect(self.look_for_runs)
        self.runs.offered.connect(self.run_bar.offer)
        self.run_bar.look_wanted.connect(self.dialogs.show_fine_tune)
        self.run_bar.resume_wanted.connect(self.runs.take_up)
        self.run_bar.dismissed.connect(self.runs.dismiss)

    def _cancel(self) -> None:
        self.session.searches.cancel()
        self.opener.scan.cancel()
        self.grouping.cancel()

    def _name_search(self) -> None:
        self.actions_.name_search(self.session.shown.picture)
        self.video.name_search(self.actions_.find_video)

    def _show_current(self, source: str | None) -> None:
        if self._viewed is not None:
            self.notice.withdraw(self._viewed)
        self._viewed, picture = source, self.session.shown.picture
        open_ = picture is not None
        if not open_:
            self.review.end()
        self.panels.show(open_)
        self._show_page()
        self.actions_.follow_picture(picture)
        self.actions_.name_search(picture)
        self.video.show(picture)
        self.film_strip.show_current(source)
        self._tell_listed()
        self._tell_title()
        if picture is None:
            self.canvas.set_message("")
            self._clear_size()

    def _show_page(self) -> None:
        """Show the start page, the picture or the review page."""
        review, shown = self.review, self.session.shown.picture is not None
        self._stack.setCurrentWidget(review.page if review.is_on else self._viewer if shown else self.start_page)
        self.actions_.review.setChecked(review.is_on and not review.page.is_grid)
        self.actions_.review_grid.setChecked(review.is_on and review.page.is_grid)
        self.panels.show_strip(self.session.pictures.rowCount(), self.review.is_on)

    def _tell_title(self) -> None:
        picture = self.session.shown.picture
        names = [picture.name] if picture is not None else []
        if self.project.is_named:
            names.append(self.project.path.stem)
        self.setWindowTitle(left_to_right(" – ".join([*names, "Tiny Face Inspector"])))

    def _tell_delayed(self, sentence: str, details: str) -> None:
        kept = self.tr("Your changes are kept, and saved as soon as possible.")
        offers = {self.tr("Save project as…"): self.opener.ask_save_project}
        self.notice.say(f"{sentence} {kept}", details, about="saving", offers=offers)

    def _tell_replaced(self, count: int) -> None:
        if not count:
            self.notice.withdraw("replaced")
            return
        one = self.tr("1 picture was changed since it was searched: search it again.")
        many = self.tr("{count} pictures were changed since they were searched: search them again.")
        self.notice.say(counted(count, one, many), about="replaced")

    def _tell_missing(self, count: int) -> None:
        if not count:
            self.notice.withdraw("missing")
            return
        one, many = self.tr("1 picture is not where it was."), self.tr("{count} pictures are not where they were.")
        offer = self.tr("Look for it…") if count == 1 else self.tr("Look for them…")
        offers = {offer: lambda: self._look_for_missing(count)}
        self.notice.say(counted(count, one, many), about="missing", offers=offers)

    def _look_for_missing(self, count: int) -> None:
        if not self.opener.ask_relink():
            self._tell_missing(count)

    def _tell_listed(self) -> None:
        """Show the number of the shown picture, how many the strip lists, and how many there are."""
        listed, title = self.session.shown.listed, self.tr("Pictures")
        row, count = listed.row_of(self.session.shown.source or ""), whole(listed.rowCount())
        if listed.all.rowCount() > 1:
            title += " · "
            title += self.tr("{count} of {all}").format(count=whole(row + 1), all=count) if row >= 0 else count
        if not listed.shows_all:
            title += " · " + self.tr("filtered from {all}").format(all=whole(listed.all.rowCount()))
        self.panels.docks["pictures"].setWindowTitle(title)

    def _show_picture(self, pyramid: Pyramid, keep_view: bool) -> None:
        self.canvas.set_picture(pyramid, keep_view)
        self.status.show_size(pyramid.width, pyramid.height)

    def _take_frame(self, frame: Frame | None) -> None:
        self.comparison.set_picture(frame)
        if frame is None or self.session.selection.key < 0:
            self.comparison.set_face(None, None)

    def _show_message(self, sentence: str) -> None:
        """Show a sentence in place of the picture."""
        self.canvas.set_message(sentence)
        self._clear_size()

    def _clear_size(self) -> None:
        self.status.show_size(0, 0)
        self.status.zoom.clear()

    def _select(self, key: int, go_there: bool) -> None:
        self.notice.withdraw("face")
        self.canvas.select(key, go_there)
        self.face_list.selection.select(key, alone=False)
        self.video.show_life(key)
        # Enlarging every frame of a video that plays would hold it up.
        if not self.session.shown.player.playing:
            self._compare()

    def _compare(self) -> None:
        """Enlarge the selected face."""
        entry = self.session.selection.here()
        if entry is None:
            self.comparison.set_face(None, None)
        else:
            track = self.session.faces.tracks.track(entry)
            self.comparison.set_face(self.session.shown.frame, entry.face, track)

    def _focus_panel(self, by: int) -> None:
        """Give the focus to the next picture or panel, cyclically."""
        parts = [part for part in (self.canvas, self.film_strip, self.face_list, self.comparison) if part.isVisible()]
        focused = QApplication.focusWidget() or self
        here = [place for place, part in enumerate(parts) if focused is part or part.isAncestorOf(focused)]
        if not parts:
            return
        part, selection = parts[(here[0] + by) % len(parts) if here else 0], self.session.selection
        faces = selection.faces() if part is self.face_list and self.face_list.selection.is_empty else []
        if faces:
            selection.select(faces[0].key)
        part.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _with_face(self, act: Callable[[], object]) -> None:
        """Do something with the selected face; if there is none, say that one must be selected."""
        if self.session.selection.key >= 0 or not self.face_list.selection.is_empty:
            act()
        else:
            self.notice.say(self.tr("Select a face first."), about="face")

    def _give(self, verdict: Verdict) -> None:
        self.session.selection.give_verdict(self.face_list.selection.keys(), verdict)

    def _show_group(self) -> None:
        """List only the faces of the selected face's group."""
        entry = self.session.faces.entry(self.session.selection.key)
        number = 0 if entry is None else self.session.faces.looks.group(self.session.faces.lead(entry))
        if number:
            self.line.ask(f"group = {number}")
        else:
            sentence = self.tr("The selected face is in no group: Judge, Group faces that look alike.")
            self.notice.say(sentence, about="face")

    def look_for_runs(self) -> None:
        """Find fine-tuning runs that are active or were interrupted, and offer one in the bar."""
        self.runs.look(self.project.path)

    def tell_of_crash(self, report: CrashReport) -> None:
        """Offer the project and the report of the last crash."""

        def show_report() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(report.file)))
            self.notice.show()  # what was open can still be opened

        offers: dict[str, Callable[[], object]] = {}
        work = report.work
        if work is not None and not self.session.pictures.rowCount():
            offers[self.tr("Open what was open")] = lambda: self.project.open(work)
        offers[self.tr("Show the report")] = show_report
        self.notice.say(self.tr("The program ended unexpectedly the last time."), report.text, offers=offers)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files, folders and pictures."""
        if self.opener.can_open(event.mimeData()):
            event.acceptProposedAction()
            self.start_page.set_inviting(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Remove the highlight."""
        self.start_page.set_inviting(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self.start_page.set_inviting(False)
        if self.opener.open_data(event.mimeData()):
            event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first paint, once the event loop runs again."""
        super().paintEvent(event)
        QTimer.singleShot(0, self.painted.emit)

    def close_at_once(self) -> None:
        """Save everything and close without questions, since the system ends the program."""
        self._is_asked = False
        QApplication.closeAllWindows()  # dialogs first
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about an active fine-tuning run; then save the layout and end all work."""
        if not self._may_leave():
            event.ignore()
            return
        self.review.end()
        self.panels.keep()
        self.settings.sync()
        # Ending a thread may take a moment; the user need not look on.
        self.hide()
        for dialog in (self.dialogs.fine_tune, self.dialogs.running()):
            if dialog is not None:
                dialog.close()
        self.runs.stop()
        self.comparison.stop()
        self.crops.stop()
        self.session.stop()
        self.opener.scan.stop()
        self.grouping.stop()
        self.project.finish()
        super().closeEvent(event)

    def _may_lose_changes(self) -> bool:
        if self.project.can_finish():
            return True
        question = self.tr("Close, and lose what could not be saved?")
        details = self.tr("{name} cannot be written. Save the project as another file, which keeps everything.")
        return confirm(self, question, self.tr("Close and lose it"), details.format(name=self.project.path.name))

    def _may_leave(self) -> bool:
        application = QGuiApplication.instance()
        at_work = self.runs.at_work()
        # At the end of the user's session nobody may be there to answer; the run sees to itself.
        saving_session = isinstance(application, QGuiApplication) and application.isSavingSession()
        if not self._is_asked or saving_session:
            return True
        if self.dialogs.running() is not None:
            question = self.tr("Close, and stop the writing of redacted copies?")
            if not confirm(self, question, self.tr("Close and stop")):
                return False
        if not self._may_lose_changes():
            return False
        if not at_work:
            return True
        answer = ask_what_becomes_of(at_work, self)
        if answer == "pause":
            for one in at_work:
                one.run.ask("pause")
        return answer != "stay"
