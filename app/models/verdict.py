"""Labels, keys and icons of verdicts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from tinyface_core.types import Verdict

VERDICT_KEYS = {
    Verdict.CONFIRMED: "Y",
    Verdict.NOT_A_FACE: "N",
    Verdict.UNSURE: "U",
    Verdict.UNDECIDED: "Backspace",
}
"""The key of each verdict, in the order of the menu; the last one removes the verdict."""


ALSO_REFUSES = "Del"
"""A second key for `Verdict.NOT_A_FACE`, which deletes a drawn face."""


def verdict_icon(verdict: Verdict) -> str:
    """Name of its icon and of its colour in `app.style.colours.Colours`."""
    return verdict.name.lower()


def verdict_label(verdict: Verdict) -> str:
    """The verdict in the user's language."""
    return {
        Verdict.UNDECIDED: QCoreApplication.translate("Verdict", "Undecided"),
        Verdict.CONFIRMED: QCoreApplication.translate("Verdict", "Confirmed"),
        Verdict.NOT_A_FACE: QCoreApplication.translate("Verdict", "Not a face"),
        Verdict.UNSURE: QCoreApplication.translate("Verdict", "Unsure"),
    }[verdict]
