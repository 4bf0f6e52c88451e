"""The list of faces: table or gallery, live filters on score, size and verdict, verdicts and notes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    QSignalBlocker,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QEnterEvent, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from superqt import QDoubleRangeSlider

from tinyface_core.types import Verdict

from ..models.face_columns import VERDICT_ORDER, Column, column_titles
from ..models.face_commands import FaceCommands
from ..models.face_entry import FaceEntry
from ..models.faces import ENTRY_ROLE, KEY_ROLE
from ..models.verdict import VERDICT_KEYS, verdict_icon, verdict_label
from ..models.visible_faces import VisibleFaces
from ..settings import Settings
from ..style import icon
from ..style.figures import counted, decimal, whole
from ..style.labels import ElidedLabel
from ..style.widgets import label, lay_out, named, push_button, tool_button
from .cell_view import CellView
from .empty_list import empty_list_text
from .face_delegates import GalleryDelegate, ThumbnailDelegate
from .keys import keeps_key

_SMALLEST_MARK = 4.0
_SPAN = 136
"""Width of the column of times."""
_HEADER_MARGINS, _ICON_MARGINS = 16, 46
"""Pixels beside the title of a column, and beside a text with an icon."""
_LOW = 400
"""Height in pixels below which the panel saves lines."""
_DOWN = QBoxLayout.Direction.TopToBottom
_SIZE_STEPS = 80
"""The size slider is logarithmic: ten steps double the size, from 4 to 1024 pixels."""

_KEYS = {Qt.Key[f"Key_{key}"]: verdict for verdict, key in VERDICT_KEYS.items()}
_KEYS[Qt.Key.Key_Delete] = Verdict.NOT_A_FACE


_FOCUS_ELSEWHERE = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""A menu or another window took the focus, and gives it back."""


class FaceList(QWidget):
    """All faces of the opened pictures that pass the filters."""

    face_selected = Signal(int)
    """Key of the face selected by the user."""
    face_activated = Signal(int)
    """Key of a face that was double-clicked, or chosen by Enter."""
    menu_wanted = Signal(QPoint)
    """Position of a right click on the selected faces, on the screen."""
    all_wanted = Signal()
    """All filters are to be removed."""
    likeness_wanted = Signal()
    """Faces are to be sorted by similarity to the selected one."""

    def __init__(self, visible: VisibleFaces, commands: FaceCommands, settings: Settings) -> None:
        super().__init__()
        self._visible = visible
        self._commands, self._settings = commands, settings
        self._telling = True
        self._loading = self._searched = False
        self._is_low = False
        self._source: str | None = None
        self._orders: dict[QAction, tuple[int, Qt.SortOrder]] = {}
        self.table = self._make_table()
        self.gallery = self._make_gallery()
        self._fit_cells()
        for view in (self.table, self.gallery):
            view.activated.connect(lambda index: self.face_activated.emit(index.data(KEY_ROLE)))
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(lambda place, view=view: self._ask_menu(view, place))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.gallery)
        self.nothing = label(rank="second", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(self.nothing)
        self.count = named(ElidedLabel(), self.tr("Number of faces"))
        self.count.setProperty("rank", "second")
        tip = self.tr("Reset all filters, so that every candidate is listed")
        self.show_hidden = push_button("", self.reset_filters, tip=tip)
        self.show_hidden.setProperty("flat", "true")
        tip = self.tr("Sort in the faces found meanwhile")
        self.sort_in = push_button("", lambda: self._hold_order(False), tip=tip)
        self.sort_in.setProperty("flat", "true")
        counts = lay_out(QHBoxLayout(), (self.count, 1), self.sort_in, self.show_hidden)
        self._foot = lay_out(QBoxLayout(_DOWN), self._make_verdict_row(), (counts, 1), spacing=6)
        self._filters = self._make_filters()
        parts = (self._filters, self._make_bar(), (self._stack, 1), self._foot)
        lay_out(QVBoxLayout(self), *parts, margins=(8, 8, 8, 6), spacing=6)

        self._keeping = QTimer(self, singleShot=True, interval=400)
        self._keeping.timeout.connect(self._keep_filter)
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
        ):
            signal.connect(lambda *_: self._counting.start())
        self._kept_keys: list[int] = []
        self._kept_current = -1
        visible.modelAboutToBeReset.connect(self._remember_selection)
        visible.modelReset.connect(self._restore_selection)
        self._restore_filter()
        self.show_gallery(settings.value("face_list/gallery", True))
        self._tell_counts()
        self._tell_rest()

    # -- what the window asks ------------------------------------------------------------------------

    def select(self, key: int, alone: bool = True) -> None:
        """Select a face without a signal; -1 selects none.

        If it is already the current one, other selected faces stay selected, unless `alone`.
        """
        self._telling = False
        try:
            entry = self._visible.faces.entry(key)
            index = self._visible.index_of(key if entry is None else self._visible.faces.lead(entry).key)
            if not index.isValid():
                self._selection.clearSelection()
                self._selection.clearCurrentIndex()
                return
            if alone or index.row() != self._selection.currentIndex().row():
                self._selection.setCurrentIndex(
                    index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
                )
            self._view.scrollTo(index)
        finally:
            self._telling = True

    @property
    def has_selected(self) -> bool:
        """Whether there are `selected_keys`."""
        return self._selection.hasSelection() or self._selection.currentIndex().isValid()

    def selected_keys(self) -> list[int]:
        """Keys of the selected faces, from the top; if none is selected, of the current one."""
        rows = self._selected_rows()
        if not rows and self._selection.currentIndex().isValid():
            rows = [self._selection.currentIndex().row()]
        return self._visible.keys(rows)

    def _selected_rows(self) -> list[int]:
        # By ranges: all indexes of many thousand faces would be made one by one, each in every column.
        spans = ((span.top(), span.bottom()) for span in self._selection.selection())  # type: ignore[attr-defined]
        return sorted({row for top, bottom in spans for row in range(top, bottom + 1)})

    def give_verdict(self, verdict: Verdict) -> None:
        """Give a verdict to the selected faces; if there was only one, go to the next face."""
        keys = self.selected_keys()
        row = self._selection.currentIndex().row()
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

    def set_picture(self, source: str | None) -> None:
        """Set the shown picture."""
        self._source = source
        if self.this_picture.isChecked():
            self._filter()

    def reset_filters(self) -> None:
        """List every candidate of every picture."""
        self.all_wanted.emit()
        with QSignalBlocker(self.score_slider), QSignalBlocker(self.size_slider), QSignalBlocker(self.verdict_filter):
            self.score_slider.setValue((0.0, 1.0))
            self.size_slider.setValue((0.0, float(_SIZE_STEPS)))
            self.verdict_filter.setCurrentIndex(0)
            self.this_picture.setChecked(False)
        self._filter()

    def show_gallery(self, gallery: bool) -> None:
        """Show thumbnails instead of the table, or the table again."""
        keys, current = self.selected_keys(), self._selection.currentIndex()
        (self._gallery_button if gallery else self._table_button).setChecked(True)
        if self._visible.rowCount():
            self._stack.setCurrentWidget(self._view)
        self._settings.set_value("face_list/gallery", gallery)
        self._select_keys(keys)
        if current.isValid():
            self._view.scrollTo(current.siblingAtColumn(0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel use a line for filters, one for verdicts and the count, and small cells."""
        super().resizeEvent(event)
        low = event.size().height() < _LOW
        if low == self._is_low:
            return
        self._is_low = low
        self._filters.setDirection(QBoxLayout.Direction.LeftToRight if low else _DOWN)
        self._foot.setDirection(QBoxLayout.Direction.RightToLeft if low else _DOWN)
        for verdict, button in self.verdict_buttons.items():
            button.setText(VERDICT_KEYS[verdict] if low else f"{verdict_label(verdict)}  {VERDICT_KEYS[verdict]}")
        widest = self._score_text.fontMetrics().horizontalAdvance("0.00 – 0.00 ")
        self._score_text.setFixedWidth(widest if low else self._size_text.width())
        self._gallery_delegate.set_small(low)
        self._fit_cells()

    def _fit_cells(self) -> None:
        cell = self._gallery_delegate.cell(self.gallery.font())
        self.gallery.setMinimumHeight(cell.height() + 4)
        self.gallery.set_cell(cell)

    # -- parts -----------------------------------------------------------------------------------------

    @property
    def _view(self) -> QAbstractItemView:
        return self.gallery if self._gallery_button.isChecked() else self.table

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setAccessibleName(self.tr("Faces as a table"))
        table.setModel(self._visible)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setItemDelegateForColumn(Column.FACE, ThumbnailDelegate(table))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(40)
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        # With that of the list it would ask at each painting whether all of a column is selected, row by row.
        header.setSelectionModel(QItemSelectionModel(self._visible, header))
        header.setSectionsMovable(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(40)
        metrics = header.fontMetrics()
        for column, width in {
            Column.FACE: 44,
            Column.VERDICT: max(metrics.horizontalAdvance(verdict_label(one)) for one in Verdict) + _ICON_MARGINS,
            Column.SCORE: 56,
            Column.PROBABILITY: 62,
            Column.SIZE: 46,
            Column.PICTURE: 84,
            Column.TIME: 76,
            Column.FRAMES: 60,
            Column.GROUP: 66,
            Column.LIKENESS: 62,
            Column.NOTE: 40,
        }.items():
            title = metrics.horizontalAdvance(column_titles()[column][0]) + _HEADER_MARGINS
            table.setColumnWidth(column, max(width, title))
        table.setSortingEnabled(True)
        table.sortByColumn(Column.SCORE, Qt.SortOrder.DescendingOrder)
        table.installEventFilter(self)
        self._selection = table.selectionModel()
        self._selection.currentChanged.connect(self._tell_current)
        self._selection.selectionChanged.connect(lambda *_: self._counting.start())
        return table

    def _make_gallery(self) -> CellView:
        self._gallery_delegate = GalleryDelegate(self)
        gallery = CellView(self._gallery_delegate.cell(self.font()))
        gallery.setAccessibleName(self.tr("Faces as a gallery"))
        gallery.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        gallery.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        gallery.setItemDelegate(self._gallery_delegate)
        gallery.setModel(self._visible)
        gallery.setSelectionModel(self._selection)
        gallery.installEventFilter(self)
        return gallery

    def _make_filters(self) -> QBoxLayout:
        self.score_slider = self._make_slider(self.tr("Lowest and highest score shown"), 1.0)
        self.score_slider.setSingleStep(0.01)
        self.size_slider = self._make_slider(self.tr("Smallest and largest size shown"), float(_SIZE_STEPS))
        self.size_slider.setSingleStep(1)
        self._score_text, self._size_text = label(rank="second"), label(rank="second")
        titles, metrics = (self.tr("Score"), self.tr("Size")), self.fontMetrics()
        rows = []
        for title, slider, text in zip(
            titles, (self.score_slider, self.size_slider), (self._score_text, self._size_text), strict=True
        ):
            before = QLabel(title)
            before.setBuddy(slider)
            before.setMinimumWidth(max(map(metrics.horizontalAdvance, titles)))
            text.setFixedWidth(metrics.horizontalAdvance("0000 – 0000 px "))
            rows.append((lay_out(QHBoxLayout(), before, (slider, 1), text, spacing=8), 1))
        return lay_out(QBoxLayout(_DOWN), *rows, spacing=2)

    def _make_slider(self, name: str, largest: float) -> QDoubleRangeSlider:
        slider = QDoubleRangeSlider(Qt.Orientation.Horizontal)  # type: ignore[no-untyped-call]
        slider.setRange(0.0, largest)
        slider.setValue((0.0, largest))
        named(slider, name, self.tr("{name}. Filters at once; nothing is searched again.").format(name=name))
        slider.valueChanged.connect(self._filter)
        return slider

    def _make_bar(self) -> QHBoxLayout:
        tip = self.tr("Show only faces with this verdict")
        self.verdict_filter = named(QComboBox(), self.tr("Verdicts shown"), tip)
        self.verdict_filter.addItem(icon("filter"), self.tr("All verdicts"), None)
        for verdict in (Verdict.UNDECIDED, Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE):
            self.verdict_filter.addItem(icon(verdict_icon(verdict)), verdict_label(verdict), verdict)
        self.verdict_filter.currentIndexChanged.connect(self._filter)
        self.verdict_filter.installEventFilter(self)
        tip = self.tr("Only faces of the picture on the screen")
        self.this_picture = tool_button("open-picture", tip, text=self.tr("This picture"), checkable=True)
        self.this_picture.toggled.connect(self._filter)
        self.sort_button = tool_button("sort", self.tr("Order of the faces"))
        self.sort_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.sort_button.setMenu(self._make_sort_menu())
        table, gallery = self.tr("Show as a table"), self.tr("Show as a gallery")
        self._table_button = tool_button("table", table, lambda: self.show_gallery(False), checkable=True)
        self._gallery_button = tool_button("gallery", gallery, lambda: self.show_gallery(True), checkable=True)
        ways = (self._table_button, self._gallery_button)
        group = QButtonGroup(self)
        for button in ways:
            group.addButton(button)
        return lay_out(
            QHBoxLayout(), self.verdict_filter, self.this_picture, (None, 1), self.sort_button, *ways, spacing=2
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

    def _make_sort_menu(self) -> QMenu:
        menu = QMenu(self)
        up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        for text, column, order in (
            (self.tr("Best score first"), Column.SCORE, down),
            (self.tr("Least certain first"), Column.SCORE, up),
            (self.tr("Smallest first"), Column.SIZE, up),
            (self.tr("Largest first"), Column.SIZE, down),
            (self.tr("By picture"), Column.PICTURE, up),
            (self.tr("By time in the video"), Column.TIME, up),
            (self.tr("By verdict"), Column.VERDICT, up),
            (self.tr("Faces that look alike together"), Column.GROUP, up),
        ):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, column=column, order=order: self.table.sortByColumn(column, order))
            self._orders[action] = (int(column), order)
        self._by_likeness = menu.addAction(self.tr("Most like the selected face first"), self.likeness_wanted.emit)
        self._by_likeness.setCheckable(True)
        self._orders[self._by_likeness] = (int(Column.LIKENESS), down)
        menu.aboutToShow.connect(self._tick_order)
        return menu

    def sort_by_likeness(self) -> None:
        """Sort faces by similarity to the chosen one."""
        self.table.sortByColumn(Column.LIKENESS, Qt.SortOrder.DescendingOrder)
        self._view.scrollToTop()

    def _tick_order(self) -> None:
        self._by_likeness.setEnabled(bool(self._visible.faces.looks.numbers) and self._visible.listed_of is None)
        header = self.table.horizontalHeader()
        now = (header.sortIndicatorSection(), header.sortIndicatorOrder())
        for action, order in self._orders.items():
            action.setChecked(order == now)

    # -- filters ---------------------------------------------------------------------------------------

    def _filter(self) -> None:
        low, high = _ends(self.score_slider)
        small, large = _ends(self.size_slider)
        verdict = self.verdict_filter.currentData()
        wanted = replace(
            self._visible.filter,
            lowest_score=round(low, 2),
            highest_score=1.0 if high >= 1.0 else round(high, 2),
            smallest=0.0 if small <= 0 else _pixels(small),
            largest=float("inf") if large >= _SIZE_STEPS else _pixels(large),
            # Every verdict is a str; the combo box gives it back as a plain one.
            verdicts=None if verdict is None else frozenset({Verdict(verdict)}),
            source=self._source if self.this_picture.isChecked() else None,
        )
        self._visible.set_filter(wanted)
        self._score_text.setText(f"{decimal(wanted.lowest_score, 2)} – {decimal(wanted.highest_score, 2)}")
        top = "∞" if wanted.largest == float("inf") else whole(wanted.largest)
        self._size_text.setText(f"{whole(wanted.smallest)} – {top} px")
        self._keeping.start()

    def _restore_filter(self) -> None:
        with QSignalBlocker(self.score_slider), QSignalBlocker(self.size_slider):
            self.score_slider.setValue((self._settings.lowest_score, 1.0))
            self.size_slider.setValue((_steps(self._settings.smallest), float(_SIZE_STEPS)))
        self._filter()

    def _keep_filter(self) -> None:
        self._settings.lowest_score = self._visible.filter.lowest_score
        self._settings.smallest = self._visible.filter.smallest

    # -- selection ---------------------------------------------------------------------------------------

    def enterEvent(self, event: QEnterEvent) -> None:
        """Hold the order, so that no row moves under the mouse."""
        self._hold_order(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Sort in new faces, unless the list has the keyboard focus."""
        self._hold_order(self.window().focusWidget() is self._view)  # a dialog gives the focus back
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys are for the faces; a focus proxy of Qt would take the panel out of the order of the Tab key."""
        self._view.setFocus(event.reason())

    def _ask_menu(self, view: QAbstractItemView, place: QPoint) -> None:
        if view.indexAt(place).isValid():
            self.menu_wanted.emit(view.viewport().mapToGlobal(place))

    def _hold_order(self, hold: bool) -> None:
        current = self._selection.currentIndex()
        was_seen = self._view.viewport().rect().intersects(self._view.visualRect(current))
        hold = hold and not self._loading
        sorts_in = not hold and self._visible.unsorted > 0
        self._visible.hold_order(hold)
        if sorts_in and was_seen:
            self._view.scrollTo(self._selection.currentIndex())
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

    def _tell_current(self, current: QModelIndex, before: QModelIndex) -> None:
        entry: FaceEntry | None = before.data(ENTRY_ROLE) if before.isValid() else None
        if self._telling and entry is not None and not entry.frames:
            # It was linked and its row goes: nobody chose the next one. The row of its track comes in its place.
            QTimer.singleShot(0, self, lambda: self.select(entry.key))
        elif self._telling and current.isValid():
            if not self._selection.hasSelection():  # the focus came, and Qt made a row the current one alone
                row = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
                self._selection.select(current, row)
            self.face_selected.emit(current.data(KEY_ROLE))

    def _remember_selection(self) -> None:
        self._kept_keys = []
        # The rows of the model behind may be gone already; keys are read only while they are there.
        if self._visible.rowCount() and self._selection.hasSelection():
            self._kept_keys = self.selected_keys()
        current = self._selection.currentIndex()
        self._kept_current = current.data(KEY_ROLE) if current.isValid() else -1

    def _restore_selection(self) -> None:
        self._telling = False
        self._select_keys(self._kept_keys)
        index = self._visible.index_of(self._kept_current)
        if index.isValid():
            self._selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._telling = True

    def _select_keys(self, keys: list[int]) -> None:
        chosen, last_column = QItemSelection(), len(Column) - 1
        for first, last in self._visible.runs_of(keys):  # not row by row, of which there may be many thousands
            chosen.select(self._visible.index(first, 0), self._visible.index(last, last_column))
        self._selection.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _tell_counts(self) -> None:
        shown = self._visible.rowCount()
        hidden = int(np.count_nonzero(self._visible.faces.values(Column.FRAMES))) - shown
        of = self._visible.listed_of
        text = counted(of or shown, self.tr("1 face"), self.tr("{count} faces"))
        if of is not None:
            hidden = 0
            first = self.tr("the first {count} are listed").format(count=whole(shown))
            text = f"{text} · {first}" if of else first
        selected = len(self._selected_rows())
        if selected > 1:
            text += " · " + self.tr("{count} selected").format(count=whole(selected))
        self.count.setText("" if self._loading else text)
        self.show_hidden.setVisible(hidden > 0)
        self.show_hidden.setText(self.tr("Show {count} hidden").format(count=whole(hidden)))
        self.sort_in.setVisible(self._visible.unsorted > 0)
        self.sort_in.setText(self.tr("Sort in {count} new").format(count=whole(self._visible.unsorted)))
        nothing = empty_list_text(self._searched, hidden > 0, self._settings.turned)
        self.nothing.setText(self.tr("Loading the faces of the project…") if self._loading else nothing)
        self._stack.setCurrentWidget(self._view if shown else self.nothing)
        for button in self.verdict_buttons.values():
            button.setEnabled(shown > 0)
        if not self._telling_rest.isActive():
            self._telling_rest.start()

    def _tell_rest(self) -> None:
        self.count.setToolTip(f"{self.count.text()}\n{self._verdict_counts()}".strip())
        self._show_columns_in_use()

    def _verdict_counts(self) -> str:
        if self._visible.listed_of is not None:
            return self.tr("More are loaded as you scroll; filters and order apply to all faces of the project.")
        values = self._visible.faces.values
        verdicts = values(Column.VERDICT)[values(Column.FRAMES) > 0] if self._visible.faces.rowCount() else ()
        return "\n".join(
            f"{verdict_label(verdict)}: {whole(int(np.count_nonzero(np.asarray(verdicts) == VERDICT_ORDER[verdict])))}"
            for verdict in VERDICT_ORDER
        )

    def _show_columns_in_use(self) -> None:
        """Hide empty columns: missing scores, the name of a single picture, times without a video."""
        values = self._visible.faces.values
        for column in (Column.PROBABILITY, Column.TIME):
            self.table.setColumnHidden(column, not bool((values(column) >= 0).any()))
        has_tracks = bool((values(Column.FRAMES) > 1).any())
        if has_tracks and self.table.isColumnHidden(Column.FRAMES):
            self.table.setColumnWidth(Column.TIME, _SPAN)
        self.table.setColumnHidden(Column.FRAMES, not has_tracks)
        self.table.setColumnHidden(Column.NOTE, not bool(values(Column.NOTE).any()))
        self.table.setColumnHidden(Column.GROUP, not self._visible.faces.looks.numbers)
        sorted_by_likeness = self.table.horizontalHeader().sortIndicatorSection() == Column.LIKENESS
        self.table.setColumnHidden(Column.LIKENESS, not sorted_by_likeness)
        pictures = values(Column.PICTURE)
        self.table.setColumnHidden(Column.PICTURE, not bool((pictures != pictures[:1]).any()))


def _verdict_of(event: QKeyEvent) -> Verdict | None:
    return None if event.modifiers() else _KEYS.get(Qt.Key(event.key()))


def _ends(slider: QDoubleRangeSlider) -> tuple[float, float]:
    low, high = slider.value()  # type: ignore[var-annotated]
    return float(low), float(high)


def _pixels(step: float) -> float:
    return float(round(_SMALLEST_MARK * 2 ** (step / 10)))


def _steps(pixels: float) -> float:
    step = 0.0
    while pixels > 0 and step < _SIZE_STEPS and _pixels(step) < pixels:
        step += 1
    return step
