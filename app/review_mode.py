"""Switches the window between normal view and review mode, in which faces are judged one after the other."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QDockWidget, QMainWindow

from .models.face_entry import FaceEntry
from .models.images import cut_square, to_square
from .models.review_round import Order, ReviewRound
from .session.session import Session
from .views.canvas import Canvas
from .views.comparison import ComparisonPanel
from .views.review_page import ReviewPage

_AROUND = 0.6
"""Share of a face's side that is shown round it in the large crop."""
_SIDE = 640
"""Pixels of that crop; interpolated, as blocks hide a small face."""


class ReviewMode(QObject):
    """Moves the picture and the comparison to the review page; both follow the current face."""

    changed = Signal()
    """It begins or ends."""

    def __init__(
        self,
        session: Session,
        canvas: Canvas,
        canvas_home: QBoxLayout,
        comparison: ComparisonPanel,
        comparison_home: QDockWidget,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._canvas, self._canvas_home = canvas, canvas_home
        self._comparison, self._comparison_home = comparison, comparison_home
        self._before = QByteArray()
        self.is_on = False
        self.faces = ReviewRound(session.faces, session.commands, self)
        self.page = ReviewPage(self.faces)
        self.page.left.connect(self.end)
        self.page.order_chosen.connect(self._begin_round)
        self.page.grid_chosen.connect(self._follow)
        self.faces.moved.connect(self._follow)
        session.shown.frame_shown.connect(lambda _frame: self._show_crop())

    def begin(self, grid: bool) -> None:
        """Review the undecided faces that pass the filters of the list, in pages or one by one."""
        if not self.is_on:
            self.is_on = True
            self._before = self._window.saveState()
            for dock in self._window.findChildren(QDockWidget):
                dock.hide()
            self.page.host(self._canvas, self._comparison)
            self.changed.emit()
            self.page.show_grid(grid)
            self._begin_round(Order.DOUBT)
        else:
            self.page.show_grid(grid)

    def end(self) -> None:
        """Return to the normal view."""
        if self.is_on:
            self.is_on = False
            self._canvas_home.insertWidget(0, self._canvas, 1)
            self._comparison_home.setWidget(self._comparison)
            self.faces.begin([], Order.LISTED)
            self.changed.emit()
            # Else the window would grow, to what page and lists need together.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            self._window.restoreState(self._before)
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _begin_round(self, order: Order) -> None:
        self.page.show_order(order)
        self.faces.begin(self._session.visible.entries(), order)

    def _follow(self) -> None:
        """Show the current face and read the picture of the next one in advance."""
        entry = self.faces.entry
        if self.is_on and entry is not None and not self.page.is_grid:
            self._show_crop()
            self._session.selection.visit(_best(entry).key)
            following = self.faces.following()
            if following is not None and following.index is None:
                self._session.shown.expect(following.source)

    def _show_crop(self) -> None:
        if not self.is_on or self.faces.entry is None or self.page.is_grid:
            return
        entry = _best(self.faces.entry)
        frame = self._session.shown.frame
        if frame is not None and (frame.source, frame.index) == (entry.source, entry.index):
            image = cut_square(frame.pixels, entry.face.box, _AROUND, _SIDE)
        else:
            image = to_square(self._session.faces.thumbnail(entry.key), _SIDE)
        self.page.show_face(entry, image)


def _best(entry: FaceEntry) -> FaceEntry:
    """Of a track the face that shows it best."""
    return entry if entry.summary is None else entry.summary.best
