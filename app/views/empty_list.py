"""Sentences in place of the faces of an empty list."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def empty_list_text(searched: bool, hidden: bool, turned: bool) -> str:
    """Sentences for an empty list; `searched` once a search has ended, `turned` if it looked in all orientations."""
    if hidden:
        nothing = translate("FaceList", "No candidate passes the filters.")
    else:
        nothing = translate("FaceList", "No faces were found so far.")
    if turned or not (searched or hidden):
        return nothing
    hint = translate(
        "FaceList", "If pictures may lie on their sides, search rotated copies too (numbers beside the effort)."
    )
    return f"{nothing}\n\n{hint}"
