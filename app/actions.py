"""Every command of the window as a QAction: text, icon, key, tool tip. What they do is wired elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence, QUndoStack

from app.models.verdict import Verdict
from app.style import icon

_Key = str | QKeySequence.StandardKey


class WindowActions(QObject):
    """The commands, made once; menus, tool bar and start page share them."""

    def __init__(self, undo_stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        standard = QKeySequence.StandardKey
        tr = self.tr
        self.open = self._make(tr("&Open photos..."), "open", standard.Open, tr("Open photos"), tr("Open photos"))
        self.open_folder = self._make(
            tr("Open &folder..."),
            "open-folder",
            "Ctrl+Shift+O",
            tr("Open all photos and videos in a folder"),
            tr("Open a folder"),
        )
        self.open_video = self._make(
            tr("Open &video..."), "open-video", "Ctrl+Alt+O", tr("Open a video"), tr("Open a video")
        )
        self.open_sample = self._make(
            tr("Try the &sample"),
            "sample",
            "",
            tr("Open a picture that comes with the program"),
            tr("Try the sample"),
        )
        self.paste = self._make(tr("&Paste picture"), "paste", standard.Paste, tr("Open the copied picture or files"))
        self.close = self._make(tr("&Close picture"), "", standard.Close, tr("Close this picture"))
        self.close_all = self._make(tr("Close &all"), "", "Ctrl+Shift+W", tr("Close all pictures"))
        self.export = self._make(
            tr("&Export..."),
            "export",
            "Ctrl+E",
            tr("Save faces as tables, crops, annotated pictures or a report"),
            tr("Export"),
        )
        self.new_project = self._make(
            tr("&New project..."), "", standard.New, tr("Begin an empty project; what is open stays in its own file")
        )
        self.open_project = self._make(tr("Open pro&ject..."), "project", "Ctrl+Alt+P", tr("Go on with a project file"))
        self.save_project = self._make(
            tr("&Save project as..."),
            "save",
            standard.SaveAs,
            tr("Give the work a file of its own; from then on everything goes there by itself"),
        )
        self.relink = self._make(
            tr("Find &missing pictures..."), "", "", tr("Look in a folder for pictures that were moved or renamed")
        )
        self.quit = self._make(tr("&Quit"), "", standard.Quit, tr("End the program"))

        self.undo = undo_stack.createUndoAction(self, tr("Undo"))
        self.redo = undo_stack.createRedoAction(self, tr("Redo"))
        for action, name, key in ((self.undo, "undo", standard.Undo), (self.redo, "redo", standard.Redo)):
            action.setIcon(icon(name))
            action.setShortcuts(key)
        self.verdicts = {
            verdict: self._make(verdict.label, verdict.colour_name, verdict.key, _verdict_tip(verdict))
            for verdict in (Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE, Verdict.UNDECIDED)
        }
        self.note = self._make(tr("Write a no&te..."), "note", "F2", tr("Write a note to the selected face"))
        self.draw = self._toggle(
            tr("&Draw a missed face"),
            "draw-box",
            "D",
            tr("Drag over a face that was not found (or hold Shift)"),
            tr("Draw"),
        )
        self.reviewed = self._toggle(
            tr("Picture is &complete"),
            "reviewed",
            "C",
            tr("Every face in this picture is marked: the rest may be taught as background"),
        )
        self.preferences = self._make(
            tr("&Preferences..."), "settings", standard.Preferences, tr("Appearance, device, search")
        )

        self.find = self._make(
            tr("&Find faces"),
            "find-faces",
            "F5",
            tr("Search this picture, or this frame of the video"),
            tr("Find faces"),
        )
        self.find_all = self._make(tr("Find faces in &all pictures"), "", "Shift+F5", tr("Search every opened picture"))
        self.find_video = self._make(
            tr("Search the &video"),
            "search-video",
            "Ctrl+F5",
            tr("Search every n-th frame in the background"),
        )
        self.cancel = self._make(tr("&Cancel"), "cancel", "Ctrl+.", tr("Stop searching"))
        self.weights = self._make(tr("&Weights..."), "weights", "", tr("Which trained models are used"))

        self.fit = self._make(tr("&Fit"), "fit", "Ctrl+0", tr("Show the whole picture"))
        self.one_to_one = self._make(
            tr("&Actual pixels"), "one-to-one", "Ctrl+1", tr("One pixel of the picture on one of the screen")
        )
        self.zoom_in = self._make(tr("Zoom &in"), "zoom-in", standard.ZoomIn, tr("Zoom in (or turn the wheel)"))
        self.zoom_out = self._make(tr("Zoom &out"), "zoom-out", standard.ZoomOut, tr("Zoom out (or turn the wheel)"))
        self.boxes = self._toggle(tr("&Boxes"), "boxes", "B", tr("Show or hide the boxes of faces"))
        self.labels = self._toggle(tr("&Scores at boxes"), "", "Shift+B", tr("Show or hide the scores"))
        self.loupe = self._toggle(tr("&Loupe"), "loupe", "L", tr("Magnify what is under the mouse"))
        self.follow = self._toggle(
            tr("&Go to selected faces"), "", "G", tr("Zoom to a face that is selected in the list")
        )
        self.previous = self._make(tr("&Previous picture"), "previous", "PgUp", tr("Previous picture"))
        self.next = self._make(tr("&Next picture"), "next", "PgDown", tr("Next picture"))
        self.play = self._make(tr("Play or pa&use"), "play", "Space", tr("Play or pause the video"))
        self.frame_back = self._make(tr("Previous f&rame"), "step-back", ",", tr("Previous frame of the video"))
        self.frame_on = self._make(tr("Next fra&me"), "step-forward", ".", tr("Next frame of the video"))
        self.full_screen = self._toggle(tr("Full &screen"), "", "F11", tr("Use the whole screen"))

        self.shortcuts = self._make(tr("&Keyboard shortcuts"), "keyboard", "F1", tr("All keys of the program"))
        self.about = self._make(tr("&About Tiny Face Inspector"), "info", "", tr("Version, licences"))

    def all(self) -> list[QAction]:
        """Every command, in the order of the menus."""
        return self.findChildren(QAction)

    def _make(self, text: str, icon_name: str, key: _Key, tip: str, short: str = "") -> QAction:
        action = QAction(text, self)
        if icon_name:
            action.setIcon(icon(icon_name))
        if key != "":
            action.setShortcuts(key) if isinstance(key, QKeySequence.StandardKey) else action.setShortcut(key)
        if short:
            action.setIconText(short)
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({shown})" if shown else tip)
        action.setStatusTip(tip)
        return action

    def _toggle(self, text: str, icon_name: str, key: _Key, tip: str, short: str = "") -> QAction:
        action = self._make(text, icon_name, key, tip, short)
        action.setCheckable(True)
        return action


def _verdict_tip(verdict: Verdict) -> str:
    return f"{verdict.label}"
