"""All colours: surfaces and text in light and dark, verdicts.

Colours of scores, which exports use too, are in `tinyface_core.score_colours`.

Colours of verdicts and scores are distinguishable with any common colour-vision deficiency (hues after Okabe and Ito,
2008; scores differ in lightness as well as in hue). Nothing is shown by colour alone: verdicts have a letter and an
icon, scores are written as numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette

from tinyface_core.score_colours import score_colour as rgb_of
from tinyface_core.types import Verdict


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours of a theme as `#rrggbb`.

    Attributes:
        window: behind panels.
        panel: lists, tables, text fields.
        raised: buttons, headers, tool bars.
        strong_border: border of input fields.
        text, faint_text: primary and secondary text.
        accent, on_accent: selection and the primary button, and text on them.
        hover: under the mouse.
        canvas: behind pictures.
        warning: text of important remarks.
        confirmed, not_a_face, unsure, undecided: verdicts as text or icon on `panel`.
    """

    name: str
    window: str
    panel: str
    raised: str
    border: str
    strong_border: str
    text: str
    faint_text: str
    accent: str
    on_accent: str
    hover: str
    canvas: str
    warning: str
    confirmed: str
    not_a_face: str
    unsure: str
    undecided: str

    def verdict(self, verdict: Verdict) -> QColor:
        """Colour of a verdict as text or icon on a panel of this theme."""
        return QColor(getattr(self, verdict.name.lower()))


LIGHT = Colours(
    name="light",
    window="#f3f4f6",
    panel="#ffffff",
    raised="#fbfbfc",
    border="#dfe2e6",
    strong_border="#c3c8cf",
    text="#1d2126",
    faint_text="#626a75",
    accent="#1f6fb2",
    on_accent="#ffffff",
    hover="#e9edf2",
    canvas="#e4e6e9",
    warning="#8a5200",
    confirmed="#00785a",
    not_a_face="#b84a00",
    unsure="#7c5d9e",
    undecided="#626a75",
)

DARK = Colours(
    name="dark",
    window="#1b1d20",
    panel="#222529",
    raised="#2a2d32",
    border="#34383e",
    strong_border="#4a5058",
    text="#e6e8eb",
    faint_text="#9aa2ad",
    accent="#4a9fe0",
    on_accent="#0b1620",
    hover="#31353b",
    canvas="#131417",
    warning="#e6b35c",
    confirmed="#2fc79b",
    not_a_face="#f08a45",
    unsure="#c3a4e6",
    undecided="#9aa2ad",
)

_ON_PICTURES = {
    Verdict.CONFIRMED: "#1fd6a2",
    Verdict.NOT_A_FACE: "#ff8a3d",
    Verdict.UNSURE: "#d9a8ff",
}


def colours_of(palette: QPalette) -> Colours:
    """The theme of a widget's palette."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def score_colour(score: float) -> QColor:
    """Colour of a score on a picture."""
    return QColor(*rgb_of(score))


def box_colour(verdict: Verdict, score: float) -> QColor:
    """Colour of a face's box on a picture: that of its verdict or, without a verdict, of its score."""
    return QColor(_ON_PICTURES[verdict]) if verdict in _ON_PICTURES else score_colour(score)
