"""What the analyst says about a face candidate."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QCoreApplication


class Verdict(StrEnum):
    """The analyst's verdict; the value is what project files and exports hold."""

    UNDECIDED = ""
    CONFIRMED = "face"
    NOT_A_FACE = "not a face"
    UNSURE = "unsure"

    @property
    def colour_name(self) -> str:
        """Field of `app.style.colours.Colours`, and name of the icon."""
        return self.name.lower()

    @property
    def key(self) -> str:
        """The key that gives this verdict; takes it back where there is none."""
        return {"CONFIRMED": "Y", "NOT_A_FACE": "N", "UNSURE": "U"}.get(self.name, "Backspace")

    @property
    def label(self) -> str:
        """The verdict in the user's language."""
        return {
            Verdict.UNDECIDED: QCoreApplication.translate("Verdict", "Undecided"),
            Verdict.CONFIRMED: QCoreApplication.translate("Verdict", "Confirmed"),
            Verdict.NOT_A_FACE: QCoreApplication.translate("Verdict", "Not a face"),
            Verdict.UNSURE: QCoreApplication.translate("Verdict", "Unsure"),
        }[self]
