"""The boxes of faces on the canvas: which are visible, which is under the mouse, how they are painted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from tinyface_core.boxes import centres
from tinyface_core.types import Origin, Verdict

from ..models.face_entry import DRAWN, FaceEntry
from ..style import box_colour
from ..style.figures import decimal, whole

_MOST_LABELS = 150
_MOST_THICK = 4000
_SCORE_STEPS = 20
_TINY, _LEGIBLE = 11.0, 26.0
"""Longer sides on the screen up to which a face in a crowd has no label, and from which its label is complete."""
_CROWDED, _ROOMY = 90.0, 200.0
"""Distances of faces on the screen up to which they are a crowd, and from which their labels are complete."""
_SMALLEST_FONT, _FAINTEST = 0.75, 0.55
_WEAKEST = 0.2
"""Minimum opacity of labels; fainter ones would be illegible."""
_INWARDS = np.array([1.0, 1.0, -1.0, -1.0])
_LETTERS = {Verdict.CONFIRMED: "✓ ", Verdict.NOT_A_FACE: "✗ ", Verdict.UNSURE: "? "}


class FaceBoxes:
    """The faces of a picture as arrays, so that thousands can be painted."""

    def __init__(self, entries: Sequence[FaceEntry] = ()) -> None:
        self.entries = list(entries)
        self.boxes = np.array([entry.face.box for entry in self.entries], np.float64).reshape(-1, 4)
        self._rows = {entry.key: row for row, entry in enumerate(self.entries)}
        self._colours: list[QColor] = []
        self._colour_of = np.zeros(len(self.entries), np.intp)
        self._dashed: list[bool] = []
        places: dict[tuple[Verdict, int, bool], int] = {}
        for row, entry in enumerate(self.entries):
            # Few colours make few calls to the painter: scores in twentieths.
            steps = 0 if entry.verdict else round(entry.face.score * _SCORE_STEPS)
            name = (entry.verdict, steps, entry.face.origin == Origin.FILLED)
            if name not in places:
                self._dashed.append(name[2])
                places[name] = len(self._colours)
                self._colours.append(box_colour(entry.verdict, name[1] / _SCORE_STEPS))
            self._colour_of[row] = places[name]

    def __len__(self) -> int:
        return len(self.entries)

    def row(self, key: int) -> int | None:
        """Row of the face with a key; None if it is not shown."""
        return self._rows.get(key)

    def at(self, x: float, y: float, slack: float) -> int | None:
        """Row of the smallest box that, enlarged by `slack` pixels on each side, contains a point of the picture."""
        low, high = self.boxes[:, :2] - slack, self.boxes[:, 2:] + slack
        inside = np.flatnonzero((low <= (x, y)).all(1) & (high >= (x, y)).all(1))
        if not len(inside):
            return None
        sides = (self.boxes[inside, 2:] - self.boxes[inside, :2]).max(1)
        return int(inside[np.argmin(sides)])

    def towards(self, row: int, dx: int, dy: int) -> int | None:
        """Row of the nearest face in a direction (one of dx, dy is -1 or 1); None if there is none."""
        middles = centres(self.boxes)
        steps = middles - middles[row]
        along, across = steps @ (dx, dy), np.abs(steps @ (dy, dx))
        ahead = np.flatnonzero(along > 0.5)
        if not len(ahead):
            return None
        return int(ahead[np.argmin(along[ahead] + 2 * across[ahead])])

    def paint(
        self,
        painter: QPainter,
        boxes: NDArray[np.float64],
        selected: int | None,
        hovered: int | None,
        labels: bool,
    ) -> None:
        """Paint the visible ones of all boxes, `(N, 4)` xyxy in pixels of the screen, and labels where there is space.

        `selected` and `hovered` are rows, None if there is none.
        """
        width, height = painter.window().width(), painter.window().height()
        seen = np.flatnonzero((boxes[:, 2] > 0) & (boxes[:, 3] > 0) & (boxes[:, 0] < width) & (boxes[:, 1] < height))
        if not len(seen):
            return
        self._paint_frames(painter, boxes, seen)
        if labels and len(seen) <= _MOST_LABELS:
            self._paint_labels(painter, boxes, seen, [row for row in (selected, hovered) if row is not None])
        for row, strength in ((hovered, 3), (selected, 4)):
            if row is not None and row < len(boxes):
                self._stress(painter, boxes[row], self._colours[self._colour_of[row]], strength)
                text = self.label(row, long=True)
                place = _stressed_label_place(painter.font(), boxes[row], text)
                self._paint_label(painter, place, row, text)

    def _paint_frames(self, painter: QPainter, boxes: NDArray[np.float64], seen: NDArray[np.intp]) -> None:
        """Paint frames in whole pixels of the device, so that all sides have the same width on any screen."""
        ratio = painter.device().devicePixelRatioF()
        line, on_device = max(round(ratio), 1), np.rint(boxes * ratio)
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        are_thick = len(seen) <= _MOST_THICK
        if are_thick:
            solid = seen[~np.array(self._dashed)[self._colour_of[seen]]]
            _draw_frames(painter, on_device[solid], QPen(QColor(0, 0, 0, 150), 1), range(-line, 0))
        for number, colour in enumerate(self._colours):
            group = on_device[seen[self._colour_of[seen] == number]]
            if len(group):
                pen = QPen(colour, 1)
                if self._dashed[number]:
                    pen.setDashPattern([4 * line, 2 * line])
                _draw_frames(painter, group, pen, range(line * (1 + are_thick)))
        painter.restore()

    def label(self, row: int, long: bool = False) -> str:
        """Label of a face: sign of the verdict and score, or that it was drawn; `long` adds the size."""
        entry = self.entries[row]
        text = _LETTERS.get(entry.verdict, "") + (DRAWN if entry.drawn else decimal(entry.face.score, 2))
        return f"{text} · {whole(entry.face.size)} px" if long else text

    def _stress(self, painter: QPainter, box: NDArray[np.float64], colour: QColor, strength: int) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        rect = QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3]))
        # A face of a few screen pixels would vanish under its own frame: keep clear of it.
        margin = max(3.0, (18 - min(rect.width(), rect.height())) / 2)
        rect.adjust(-margin, -margin, margin, margin)
        for pen in (QPen(QColor(0, 0, 0, 170), strength + 2), QPen(colour.lighter(115), strength - 1)):
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawPolyline(_corner(rect.topLeft(), rect, 1, 1))
            painter.drawPolyline(_corner(rect.topRight(), rect, -1, 1))
            painter.drawPolyline(_corner(rect.bottomLeft(), rect, 1, -1))
            painter.drawPolyline(_corner(rect.bottomRight(), rect, -1, -1))

    def _paint_labels(
        self, painter: QPainter, boxes: NDArray[np.float64], seen: NDArray[np.intp], stressed: list[int]
    ) -> None:
        # Selected and hovered faces get longer labels later, which must lie free.
        whole = painter.font()
        taken = [_stressed_label_place(whole, boxes[row], self.label(row, long=True)) for row in stressed]
        strengths = dict(zip(seen.tolist(), label_strengths(boxes[seen], painter.window().size()), strict=True))
        # Best scores write first; a label that would cover a face or another label is left out.
        for row in seen[np.argsort([-self.entries[i].face.score for i in seen], kind="stable")].tolist():
            strength = strengths[row]
            if row in stressed or not strength:
                continue
            font = QFont(whole)
            font.setPointSizeF(whole.pointSizeF() * (_SMALLEST_FONT + (1 - _SMALLEST_FONT) * strength))
            painter.setFont(font)
            painter.setOpacity(_FAINTEST + (1 - _FAINTEST) * strength)
            others = boxes[seen]
            x, y = (boxes[row, :2] + boxes[row, 2:]) / 2
            # A box round this one cannot be kept clear of.
            round_it = ((others[:, :2] <= (x, y)) & (others[:, 2:] >= (x, y))).all(1)
            others = others[~round_it]
            for place in _label_places(painter.font(), boxes[row], self.label(row)):
                if not _covers(place, others) and not any(place.intersects(other) for other in taken):
                    taken.append(place)
                    self._paint_label(painter, place, row, self.label(row))
                    break
        painter.setFont(whole)
        painter.setOpacity(1.0)

    def _paint_label(self, painter: QPainter, place: QRectF, row: int, text: str) -> None:
        colour = self._colours[self._colour_of[row]]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(place, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor("#101215") if colour.lightness() > 110 else QColor("white"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def label_strengths(boxes: NDArray[np.float64], room: QSize) -> NDArray[np.float64]:
    """Opacity, in [0, 1], of the labels of visible boxes `(N, 4)`, xyxy in pixels of a screen; 0: no label.

    Labels must not hide faces: those of faces that are small and close together on the screen are faint and small.
    """
    sides = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    large = np.clip((sides - _TINY) / (_LEGIBLE - _TINY), 0, 1)
    apart = (room.width() * room.height() / max(len(boxes), 1)) ** 0.5
    sparse = min(max((apart - _CROWDED) / (_ROOMY - _CROWDED), 0.0), 1.0)
    strengths: NDArray[np.float64] = np.maximum(large, sparse)
    return np.where(strengths < _WEAKEST, 0.0, strengths)


def _label_places(font: QFont, box: NDArray[np.float64], text: str) -> list[QRectF]:
    """Possible places of a label: above or below its box."""
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + 8, metrics.height() + 1
    return [QRectF(box[0] - 1, top, width, height) for top in (box[1] - height - 2, max(box[3] + 3, 0.0))]


def _stressed_label_place(font: QFont, box: NDArray[np.float64], text: str) -> QRectF:
    return next(place for place in _label_places(font, box, text) if place.top() >= 0)


def _covers(place: QRectF, boxes: NDArray[np.float64]) -> bool:
    meets = (boxes[:, 0] < place.right()) & (boxes[:, 2] > place.left())
    return bool((meets & (boxes[:, 1] < place.bottom()) & (boxes[:, 3] > place.top())).any())


def _corner(corner: QPointF, rect: QRectF, dx: int, dy: int) -> list[QPointF]:
    arm = min(rect.width(), rect.height()) * 0.3
    return [corner + QPointF(0, dy * arm), corner, corner + QPointF(dx * arm, 0)]


def _draw_frames(painter: QPainter, boxes: NDArray[np.float64], pen: QPen, insets: range) -> None:
    """Draw boxes as nested thin frames, which is ten times faster than thick ones."""
    painter.setPen(pen)
    for inset in insets:
        _draw_rects(painter, boxes + inset * _INWARDS)


def _draw_rects(painter: QPainter, boxes: NDArray[np.float64]) -> None:
    """Draw boxes `(N, 4)` xyxy in one call: Qt reads the array as its own QRectF values (x, y, w, h)."""
    rects = boxes.copy()
    rects[:, 2:] -= rects[:, :2]
    # Far outside the screen the rasteriser would overflow.
    np.clip(rects, -30000, 60000, out=rects)
    first = cast(QRectF, shiboken6.wrapInstance(rects.ctypes.data, QRectF))
    painter.drawRects(first, len(rects))
