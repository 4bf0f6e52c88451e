"""What stands in place of the faces of a list that has none."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def said_of_no_faces(searched: bool, hidden: bool, turned: bool) -> str:
    """Sentences for an empty list.

    Args:
        searched: whether something was searched, and nothing is searched any more.
        hidden: whether filters hide what was found.
        turned: whether pictures are searched from all four sides.
    """
    if hidden:
        nothing = translate("FaceList", "No candidate passes the filters.")
    else:
        nothing = translate("FaceList", "No faces were found so far.")
    if turned or not (searched or hidden):
        return nothing
    hint = translate("FaceList", "Pictures that lie on a side: search turned copies too, by the numbers of the effort.")
    return f"{nothing}\n\n{hint}"
