"""The list of faces: as a table or a gallery, with filters, counts and verdicts."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.types import Verdict

from ..models.face_columns import VERDICT_ORDER, Column
from ..models.face_commands import FaceCommands
from ..models.faces import KEY_ROLE
from ..models.verdict import VERDICT_KEYS, verdict_icon, verdict_label
from ..models.visible_faces import VisibleFaces
from ..settings import Settings
from ..style.figures import counted, whole
from ..style.labels import ElidedLabel
from ..style.widgets import label, lay_out, named, push_button, tool_button
from .cell_view import CellView
from .face_delegates import GalleryDelegate
from .face_filters import FaceFilters
from .face_selection import FaceSelection
from .face_table import FaceTable, OrderMenu
from .keys import keeps_key

_LOW = 400
"""Height in pixels below which the panel saves lines."""
_DOWN = QBoxLayout.Direction.TopToBottom

_KEYS = {Qt.Key[f"Key_{key}"]: verdict for verdict, key in VERDICT_KEYS.items()}
_KEYS[Qt.Key.Key_Delete] = Verdict.NOT_A_FACE

_FOCUS_ELSEWHERE = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""A menu or another window took the focus, and gives it back."""


class FaceList(QWidget):
    """All faces of the opened pictures that pass the filters."""

    face_activated = Signal(int)
    """Key of a face that was double-clicked, or chosen by Enter."""
    menu_wanted = Signal(QPoint)
    """Position of a right click on the selected faces, on the screen."""

    def __init__(self, visible: VisibleFaces, commands: FaceCommands, settings: Settings) -> None:
        super().__init__()
        self._visible, self._commands, self._settings = visible, commands, settings
        self._loading = self._searched = False
        self._is_low = False
        self.table = FaceTable(visible)
        self.gallery = self._make_gallery()
        self._fit_cells()
        self.selection = FaceSelection(visible, self.table.selectionModel(), self)
        self.selection.sought.connect(lambda index: self._view.scrollTo(index))
        for view in (self.table, self.gallery):
            view.installEventFilter(self)
            view.activated.connect(lambda index: self.face_activated.emit(index.data(KEY_ROLE)))
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(lambda place, view=view: self._ask_menu(view, place))
        self.filters = FaceFilters(visible, settings)
        self.filters.verdict_filter.installEventFilter(self)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.gallery)
        self.nothing = label(rank="second", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(self.nothing)
        self.count = named(ElidedLabel(), self.tr("Number of faces"))
        self.count.setProperty("rank", "second")
        tip = self.tr("Reset all filters, so that every candidate is listed")
        self.show_hidden = push_button("", self.filters.reset, tip=tip)
        self.show_hidden.setProperty("flat", "true")
        tip = self.tr("Sort in the faces found meanwhile")
        self.sort_in = push_button("", lambda: self._hold_order(False), tip=tip)
        self.sort_in.setProperty("flat", "true")
        counts = lay_out(QHBoxLayout(), (self.count, 1), self.sort_in, self.show_hidden)
        self._foot = lay_out(QBoxLayout(_DOWN), self._make_verdict_row(), (counts, 1), spacing=6)
        parts = (self.filters, self._make_bar(), (self._stack, 1), self._foot)
        lay_out(QVBoxLayout(self), *parts, margins=(8, 8, 8, 6), spacing=6)

        # Many rows come and go in one step; they are counted once afterwards.
        self._counting = QTimer(self, singleShot=True, interval=0)
        self._counting.timeout.connect(self._tell_counts)
        # What takes longer with many faces, and need not be so prompt.
        self._telling_rest = QTimer(self, singleShot=True, interval=200)
        self._telling_rest.timeout.connect(self._tell_rest)
        for signal in (
            visible.rowsInserted,
            visible.rowsRemoved,
            visible.modelReset,
            visible.dataChanged,
            visible.excerpt_changed,
            self.table.selectionModel().selectionChanged,
        ):
            signal.connect(lambda *_: self._counting.start())
        self.show_gallery(settings.value("face_list/gallery", True))
        self._tell_counts()
        self._tell_rest()

    def give_verdict(self, verdict: Verdict) -> None:
        """Give a verdict to the selected faces; if there was only one, go to the next face."""
        keys, row = self.selection.keys(), self.selection.current.row()
        self._commands.set_verdicts(keys, verdict)
        if len(keys) != 1 or verdict == Verdict.UNDECIDED:
            return
        # With a filter on verdicts the face may have left the list, and the next one moved up.
        stayed = self._visible.index_of(keys[0]).isValid()
        index = self._visible.index(min(row + stayed, self._visible.rowCount() - 1), 0)
        if index.isValid():
            self._view.setCurrentIndex(index)

    def set_loading(self, loading: bool) -> None:
        """Whether a project is being loaded: its faces are on their way, and stand in their places at once."""
        self._loading = loading
        self._hold_order(self.underMouse() or self._view.hasFocus())

    def set_searched(self, searched: bool) -> None:
        """Set whether something was searched and no search runs."""
        if searched != self._searched:
            self._searched = searched
            self._counting.start()

    def show_gallery(self, gallery: bool) -> None:
        """Show thumbnails instead of the table, or the table again."""
        keys, current = self.selection.keys(), self.selection.current
        (self._gallery_button if gallery else self._table_button).setChecked(True)
        if self._visible.rowCount():
            self._stack.setCurrentWidget(self._view)
        self._settings.set_value("face_list/gallery", gallery)
        self.selection.select_all_of(keys)
        if current.isValid():
            self._view.scrollTo(current.siblingAtColumn(0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel use a line for filters, one for verdicts and the count, and small cells."""
        super().resizeEvent(event)
        low = event.size().height() < _LOW
        if low == self._is_low:
            return
        self._is_low = low
        self.filters.set_low(low)
        self._foot.setDirection(QBoxLayout.Direction.RightToLeft if low else _DOWN)
        for verdict, button in self.verdict_buttons.items():
            button.setText(VERDICT_KEYS[verdict] if low else f"{verdict_label(verdict)}  {VERDICT_KEYS[verdict]}")
        self._gallery_delegate.set_small(low)
        self._fit_cells()

    def _fit_cells(self) -> None:
        cell = self._gallery_delegate.cell(self.gallery.font())
        self.gallery.setMinimumHeight(cell.height() + 4)
        self.gallery.set_cell(cell)

    @property
    def _view(self) -> QAbstractItemView:
        return self.gallery if self._gallery_button.isChecked() else self.table

    def _make_gallery(self) -> CellView:
        self._gallery_delegate = GalleryDelegate(self)
        gallery = CellView(self._gallery_delegate.cell(self.font()))
        gallery.setAccessibleName(self.tr("Faces as a gallery"))
        gallery.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        gallery.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        gallery.setItemDelegate(self._gallery_delegate)
        gallery.setModel(self._visible)
        gallery.setSelectionModel(self.table.selectionModel())
        return gallery

    def _make_bar(self) -> QHBoxLayout:
        self.order = OrderMenu(self.table, self._visible, self)
        self.sort_button = tool_button("sort", self.tr("Order of the faces"))
        self.sort_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.sort_button.setMenu(self.order)
        table, gallery = self.tr("Show as a table"), self.tr("Show as a gallery")
        self._table_button = tool_button("table", table, lambda: self.show_gallery(False), checkable=True)
        self._gallery_button = tool_button("gallery", gallery, lambda: self.show_gallery(True), checkable=True)
        ways = (self._table_button, self._gallery_button)
        group = QButtonGroup(self)
        for button in ways:
            group.addButton(button)
        return lay_out(
            QHBoxLayout(),
            self.filters.verdict_filter,
            self.filters.this_picture,
            (None, 1),
            self.sort_button,
            *ways,
            spacing=2,
        )

    def _make_verdict_row(self) -> QHBoxLayout:
        self.verdict_buttons = {}
        for verdict in (Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE):
            text, key = verdict_label(verdict), VERDICT_KEYS[verdict]
            button = push_button(f"{text}  {key}", picture=verdict_icon(verdict))
            button.clicked.connect(lambda _=False, verdict=verdict: self.give_verdict(verdict))
            button.setProperty("narrow", "true")
            named(button, text, self.tr("Give this verdict to the selected faces (key {key})").format(key=key))
            self.verdict_buttons[verdict] = button
        return lay_out(QHBoxLayout(), *((button, 1) for button in self.verdict_buttons.values()), spacing=6)

    def sort_by_likeness(self) -> None:
        """Sort faces by similarity to the chosen one."""
        self.table.sortByColumn(Column.LIKENESS, Qt.SortOrder.DescendingOrder)
        self._view.scrollToTop()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Hold the order, so that no row moves under the mouse."""
        self._hold_order(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Sort in new faces, unless the list has the keyboard focus."""
        self._hold_order(self.window().focusWidget() is self._view)  # a dialog gives the focus back
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys are for the faces, without any for the filters.

        A focus proxy of Qt would take the panel out of the order of the Tab key.
        """
        (self._view if self._view.isVisible() else self.filters.verdict_filter).setFocus(event.reason())

    def _ask_menu(self, view: QAbstractItemView, place: QPoint) -> None:
        if view.indexAt(place).isValid():
            self.menu_wanted.emit(view.viewport().mapToGlobal(place))

    def _hold_order(self, hold: bool) -> None:
        was_seen = self._view.viewport().rect().intersects(self._view.visualRect(self.selection.current))
        hold = hold and not self._loading
        sorts_in = not hold and self._visible.unsorted > 0
        self._visible.hold_order(hold)
        if sorts_in and was_seen:
            self._view.scrollTo(self.selection.current)
        self._counting.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle verdict keys before the views take letters for a search; note whether the list has the focus."""
        if isinstance(event, QFocusEvent) and event.reason() not in _FOCUS_ELSEWHERE:
            self._hold_order(event.gotFocus() or self.underMouse())
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _verdict_of(event) is not None:
            self.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Keep the verdict keys from the window, where they do not go to the next face."""
        return keeps_key(event, lambda key: _verdict_of(key) is not None) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Verdict keys."""
        verdict = _verdict_of(event)
        if verdict is None:
            super().keyPressEvent(event)
        else:
            self.give_verdict(verdict)

    def _tell_counts(self) -> None:
        shown = self._visible.rowCount()
        hidden = int(np.count_nonzero(self._visible.faces.values(Column.FRAMES))) - shown
        of = self._visible.listed_of
        text = counted(of or shown, self.tr("1 face"), self.tr("{count} faces"))
        if of is not None:
            hidden = 0
            first = self.tr("the first {count} are listed").format(count=whole(shown))
            text = f"{text} · {first}" if of else first
        selected = len(self.selection.rows())
        if selected > 1:
            text += " · " + self.tr("{count} selected").format(count=whole(selected))
        self.count.setText("" if self._loading else text)
        self.show_hidden.setVisible(hidden > 0)
        self.show_hidden.setText(self.tr("Show {count} hidden").format(count=whole(hidden)))
        self.sort_in.setVisible(self._visible.unsorted > 0)
        self.sort_in.setText(self.tr("Sort in {count} new").format(count=whole(self._visible.unsorted)))
        loading = self.tr("Loading the faces of the project…")
        self.nothing.setText(loading if self._loading else self._nothing_text(hidden > 0))
        self._stack.setCurrentWidget(self._view if shown else self.nothing)
        for button in self.verdict_buttons.values():
            button.setEnabled(shown > 0)
        if not self._telling_rest.isActive():
            self._telling_rest.start()

    def _nothing_text(self, hidden: bool) -> str:
        nothing = self.tr("No candidate passes the filters.") if hidden else self.tr("No faces were found so far.")
        if self._settings.turned or not (self._searched or hidden):
            return nothing
        hint = self.tr("If pictures may lie on their sides, search rotated copies too (numbers beside the effort).")
        return f"{nothing}\n\n{hint}"

    def _tell_rest(self) -> None:
        self.count.setToolTip(f"{self.count.text()}\n{self._verdict_counts()}".strip())
        self.table.show_columns_in_use()

    def _verdict_counts(self) -> str:
        if self._visible.listed_of is not None:
            return self.tr("More are loaded as you scroll; filters and order apply to all faces of the project.")
        values = self._visible.faces.values
        verdicts = values(Column.VERDICT)[values(Column.FRAMES) > 0] if self._visible.faces.rowCount() else ()
        return "\n".join(
            f"{verdict_label(verdict)}: {whole(int(np.count_nonzero(np.asarray(verdicts) == VERDICT_ORDER[verdict])))}"
            for verdict in VERDICT_ORDER
        )


def _verdict_of(event: QKeyEvent) -> Verdict | None:
    return None if event.modifiers() else _KEYS.get(Qt.Key(event.key()))
