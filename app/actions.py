"""All commands of the window as QActions: text, icon, shortcut and tool tip. They are connected elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence, QUndoStack

from tinyface_core.types import Verdict

from .models.pictures import Picture, State
from .models.verdict import ALSO_REFUSES, VERDICT_KEYS, verdict_icon, verdict_label
from .style import icon

_Key = str | QKeySequence.StandardKey


class WindowActions(QObject):
    """The commands, shared by menus, tool bar and start page."""

    def __init__(self, undo_stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        standard = QKeySequence.StandardKey
        self.open = self._make(
            self.tr("&Open photos…"), "open", standard.Open, self.tr("Open photos"), self.tr("Open photos")
        )
        self.open_folder = self._make(
            self.tr("Open &folder…"),
            "open-folder",
            "Ctrl+Shift+O",
            self.tr("Open all photos and videos in a folder; new and changed ones are searched"),
            self.tr("Open a folder"),
        )
        tip = self.tr("Search an opened folder again when files are added or changed, until Cancel")
        self.watch = self._toggle(self.tr("&Watch opened folders"), "", "Ctrl+Alt+G", tip)
        self.open_video = self._make(
            self.tr("Open &video…"), "open-video", "Ctrl+Alt+O", self.tr("Open a video"), self.tr("Open a video")
        )
        self.open_sample = self._make(
            self.tr("&Try the sample"),
            "sample",
            "Ctrl+Alt+S",
            self.tr("Open a picture that comes with the program"),
            self.tr("Try the sample"),
        )
        self.paste = self._make(
            self.tr("&Paste picture"), "paste", standard.Paste, self.tr("Open the copied picture or files")
        )
        self.close = self._make(self.tr("&Close picture"), "", standard.Close, self.tr("Close this picture"))
        self.close_all = self._make(self.tr("Close &all"), "", "Ctrl+Shift+W", self.tr("Close all pictures"))
        self.export = self._make(
            self.tr("&Export…"),
            "export",
            "Ctrl+E",
            self.tr("Save faces as tables, crops, annotated pictures or a report"),
            self.tr("Export"),
        )
        self.new_project = self._make(
            self.tr("&New project…"),
            "",
            standard.New,
            self.tr("Start an empty project; the open one stays in its file"),
        )
        self.open_project = self._make(
            self.tr("Open pro&ject…"), "project", "Ctrl+Alt+P", self.tr("Open a project file")
        )
        self.save_project = self._make(
            self.tr("&Save project as…"),
            "save",
            standard.SaveAs,
            self.tr("Save the work in a file of your choice; later changes are saved there automatically"),
        )
        self.relink = self._make(
            self.tr("Find &missing pictures…"),
            "",
            "Ctrl+Alt+F",
            self.tr("Look in a folder for pictures that were moved or renamed"),
        )
        self.take_regions = self._make(
            self.tr("&Import face regions"),
            "",
            "Ctrl+Alt+R",
            self.tr("Faces that a photo manager marked (XMP, beside the photos or in them) become verdicts"),
        )
        self.quit = self._make(self.tr("&Quit"), "", "Ctrl+Q", self.tr("End the program"))

        self.undo = undo_stack.createUndoAction(self, self.tr("Undo"))
        self.redo = undo_stack.createRedoAction(self, self.tr("Redo"))
        for action, name, key in ((self.undo, "undo", standard.Undo), (self.redo, "redo", standard.Redo)):
            action.setIcon(icon(name))
            action.setShortcuts(key)
        self.verdicts = {
            verdict: self._make(label := verdict_label(verdict), verdict_icon(verdict), key, label)
            for verdict, key in VERDICT_KEYS.items()
        }
        self.verdicts[Verdict.NOT_A_FACE].setShortcuts(
            [QKeySequence(key) for key in (VERDICT_KEYS[Verdict.NOT_A_FACE], ALSO_REFUSES)]
        )
        self.review = self._toggle(
            self.tr("&Judge face after face"),
            "review",
            "R",
            self.tr("Judge the undecided faces of the list one by one, each with its surroundings"),
            self.tr("Judge"),
        )
        self.review_grid = self._toggle(
            self.tr("Judge at a &glance"),
            "gallery",
            "Shift+R",
            self.tr("Judge a page of faces with one key; only the exceptions are marked"),
        )
        self.undecided_on = self._make(
            self.tr("Next u&ndecided face"), "", "F3", self.tr("Go to the next face of the list that has no verdict")
        )
        self.undecided_back = self._make(
            self.tr("Previous undecided face"),
            "",
            "Shift+F3",
            self.tr("Go to the previous face in the list that has no verdict"),
        )
        self.group = self._make(
            self.tr("Group faces that look ali&ke…"),
            "",
            "Ctrl+Alt+L",
            self.tr("Similar faces get a common number: for sorting, not identification"),
        )
        self.show_group = self._make(
            self.tr("Only faces of this gro&up"),
            "",
            "Shift+G",
            self.tr("List the faces that look like the selected one"),
        )
        self.note = self._make(self.tr("Write a no&te…"), "note", "F2", self.tr("Write a note to the selected face"))
        self.draw = self._toggle(
            self.tr("&Draw a missed face"),
            "draw-box",
            "D",
            self.tr("Drag over a face that was not found (or hold Shift)"),
            self.tr("Draw"),
        )
        self.change_box = self._toggle(
            self.tr("Change the &box"),
            "",
            "E",
            self.tr("Move and resize the box of the selected face, by mouse or arrow keys"),
        )
        self.restore_box = self._make(
            self.tr("Box &as it was found"), "", "Shift+E", self.tr("Restore the original box of the selected face")
        )
        self.split_track = self._make(
            self.tr("&Split the track here"),
            "",
            "Shift+S",
            self.tr("Split the track: from this frame on the selected face is another person"),
        )
        self.join_tracks = self._make(
            self.tr("&Join the selected tracks"),
            "",
            "Shift+J",
            self.tr("Join the tracks of the faces selected in the list"),
        )
        self.copy_face = self._make(
            self.tr("Copy the &face"), "copy", standard.Copy, self.tr("Copy the selected face's own pixels")
        )
        self.save_face = self._make(
            self.tr("Sa&ve the face as…"), "save", "Ctrl+Alt+C", self.tr("Save the selected face's own pixels")
        )
        self.show_folder = self._make(
            self.tr("S&how in its folder"), "open-folder", "Ctrl+Alt+D", self.tr("Open the folder of this picture")
        )
        self.reviewed = self._toggle(
            self.tr("Picture &is complete"),
            "reviewed",
            "C",
            self.tr("Every face in this picture is marked: fine-tuning may use the rest as background"),
        )
        self.turn_left = self._make(
            self.tr("Turn &left"), "turn-left", "Ctrl+Shift+Left", self.tr("Turn the picture a quarter to the left")
        )
        self.turn_right = self._make(
            self.tr("Turn &right"), "turn-right", "Ctrl+Shift+Right", self.tr("Turn the picture a quarter to the right")
        )
        self.turn_over = self._make(
            self.tr("Turn upside do&wn"), "", "Ctrl+Shift+Down", self.tr("Turn the picture by half a turn")
        )
        self.preferences = self._make(
            self.tr("&Preferences…"), "settings", "Ctrl+,", self.tr("Appearance, device, search")
        )

        self.find = self._make(
            self.tr("Fi&nd faces"),
            "find-faces",
            "F5",
            self.tr("Search this picture, or this frame of the video"),
            self.tr("Find faces"),
        )
        self.find_all = self._make(
            self.tr("Find faces in &all pictures"), "", "Shift+F5", self.tr("Search every opened picture")
        )
        self.find_rest = self._make(
            self.tr("Find faces in the &rest"),
            "find-faces",
            "Ctrl+Shift+F5",
            self.tr("Search the pictures that are not searched yet"),
            self.tr("Search the rest"),
        )
        self.find_video = self._make("", "search-video", "Ctrl+F5", "")
        self.name_search(None)
        self.cancel = self._make(self.tr("&Cancel"), "cancel", "Ctrl+.", self.tr("Stop searching"))
        self.weights = self._make(
            self.tr("&Weights…"), "weights", "Ctrl+Alt+W", self.tr("Which trained models are used")
        )
        self.evaluate = self._make(
            self.tr("&Evaluate weights…"), "", "Ctrl+Alt+E", self.tr("Measure weights on pictures with annotations")
        )
        self.fine_tune = self._make(
            self.tr("Fine-&tune…"), "train", "Ctrl+T", self.tr("Teach the models your verdicts and drawn faces")
        )

        self.vote = self._make(
            self.tr("&Blind vote…"),
            "vote",
            "Ctrl+Alt+V",
            self.tr("Vote on enlargements without seeing the names of the methods"),
        )

        self.fit = self._make(self.tr("&Fit"), "fit", "Ctrl+0", self.tr("Show the whole picture"))
        self.one_to_one = self._make(
            self.tr("&Actual pixels"), "one-to-one", "Ctrl+1", self.tr("One pixel of the picture on one of the screen")
        )
        self.zoom_in = self._make(
            self.tr("Zoom &in"), "zoom-in", standard.ZoomIn, self.tr("Zoom in (or turn the wheel)")
        )
        self.zoom_out = self._make(
            self.tr("Zoom &out"), "zoom-out", standard.ZoomOut, self.tr("Zoom out (or turn the wheel)")
        )
        self.boxes = self._toggle(self.tr("&Boxes"), "boxes", "B", self.tr("Show or hide the boxes of faces"))
        self.labels = self._toggle(self.tr("Scores at bo&xes"), "", "Shift+B", self.tr("Show or hide the scores"))
        self.loupe = self._toggle(self.tr("&Loupe"), "loupe", "L", self.tr("Magnify what is under the mouse"))
        self.follow = self._toggle(
            self.tr("&Go to selected faces"), "", "G", self.tr("Zoom to a face that is selected in the list")
        )
        self.previous = self._make(self.tr("&Previous picture"), "previous", "PgUp", self.tr("Previous picture"))
        self.next = self._make(self.tr("&Next picture"), "next", "PgDown", self.tr("Next picture"))
        self.play = self._make(self.tr("Play or pa&use"), "play", "Space", self.tr("Play or pause the video"))
        self.frame_back = self._make(
            self.tr("Previous f&rame"), "step-back", ",", self.tr("Previous frame of the video")
        )
        self.frame_on = self._make(self.tr("Next fra&me"), "step-forward", ".", self.tr("Next frame of the video"))
        self.shuttle_back = self._make(
            self.tr("Play bac&kwards"), "", "J", self.tr("Play the video backwards; each repeat doubles the speed")
        )
        self.shuttle_stop = self._make(self.tr("S&top"), "", "K", self.tr("Stop the video"))
        self.shuttle_on = self._make(
            self.tr("Play &quicker"), "", "Ctrl+Shift+L", self.tr("Play the video; each repeat doubles the speed")
        )
        self.part_begin = self._make(
            self.tr("Play from &here"),
            "",
            "I",
            self.tr("Set the start of the played part to this frame; again: remove it"),
        )
        self.part_end = self._make(
            self.tr("Pla&y to here"), "", "O", self.tr("Set the end of the played part to this frame; again: remove it")
        )
        self.mark_back = self._make(
            self.tr("Previous frame &with faces"), "", "Shift+PgUp", self.tr("Previous frame of the video with faces")
        )
        self.mark_on = self._make(
            self.tr("Next frame with fa&ces"), "", "Shift+PgDown", self.tr("Next frame of the video with faces")
        )
        self.panel_on = self._make(
            self.tr("Next pan&el"),
            "",
            "F6",
            self.tr("Move the keyboard focus to the next panel: picture, film strip, lists"),
        )
        self.panel_back = self._make(
            self.tr("Pre&vious panel"), "", "Shift+F6", self.tr("Move the keyboard focus to the previous panel")
        )
        self.full_screen = self._toggle(self.tr("Full &screen"), "", "F11", self.tr("Use the whole screen"))

        self.shortcuts = self._make(
            self.tr("&Keyboard shortcuts"), "keyboard", "F1", self.tr("All keys of the program")
        )
        self.about = self._make(self.tr("&About Tiny Face Inspector"), "info", "Shift+F1", self.tr("Version, licences"))

    def follow_picture(self, picture: Picture | None) -> None:
        """Enable the commands that are possible for the shown picture; None: no picture."""
        video = picture is not None and picture.is_video
        for action in (
            self.close,
            self.close_all,
            self.find,
            self.find_all,
            self.find_rest,
            self.fit,
            self.one_to_one,
            self.zoom_in,
            self.zoom_out,
            self.previous,
            self.next,
            self.draw,
            self.change_box,
            self.export,
            self.loupe,
            self.review,
            self.review_grid,
            self.undecided_on,
            self.undecided_back,
            self.group,
            self.show_group,
            self.copy_face,
            self.save_face,
            self.show_folder,
            self.restore_box,
        ):
            action.setEnabled(picture is not None)
        shuttle = (self.shuttle_back, self.shuttle_stop, self.shuttle_on, self.part_begin, self.part_end)
        steps = (self.frame_back, self.frame_on, self.mark_back, self.mark_on)
        for action in (self.play, *shuttle, self.split_track, self.join_tracks):
            action.setEnabled(video)
        has_frames = picture is not None and picture.has_frames
        for action in (self.find_video, *steps):
            action.setEnabled(has_frames)
        # Some keys do one thing over a photo and another in a video; with the modifier each does its own in both.
        for key, moving, (of_photo, photo_modifier), (of_video, video_modifier) in (
            ("L", video, (self.loupe, "Shift"), (self.shuttle_on, "Ctrl+Shift")),
            ("PgUp", has_frames, (self.previous, "Ctrl"), (self.mark_back, "Shift")),
            ("PgDown", has_frames, (self.next, "Ctrl"), (self.mark_on, "Shift")),
        ):
            for action, modifier, plain in ((of_photo, photo_modifier, not moving), (of_video, video_modifier, moving)):
                action.setShortcuts([QKeySequence(one) for one in [key] * plain + [f"{modifier}+{key}"]])
        for action in (self.reviewed, self.turn_left, self.turn_right, self.turn_over):
            action.setEnabled(picture is not None and not video)
        self.reviewed.setChecked(picture is not None and picture.reviewed)

    def all(self) -> list[QAction]:
        """Every command, in the order of the menus."""
        return self.findChildren(QAction)

    def name_search(self, picture: Picture | None) -> None:
        """Name the search of all frames or pages according to the kind of the shown picture."""
        text = self.tr("Search the &video")
        tip = self.tr("Search the frames of the video in the background, and follow each face through them")
        if picture is not None and picture.has_pages:
            text, tip = self.tr("Search all &pages"), self.tr("Search every page in the background")
        elif picture is not None and picture.remaining and picture.state != State.RUNNING:
            text = self.tr("Contin&ue the search")
            tip = self.tr("Search the frames that an interrupted search of the video left out")
        self.find_video.setText(text)
        _explain(self.find_video, tip)

    def _make(self, text: str, icon_name: str, key: _Key, tip: str, short: str = "") -> QAction:
        action = QAction(text, self)
        if icon_name:
            action.setIcon(icon(icon_name))
        if key != "":
            action.setShortcuts(key) if isinstance(key, QKeySequence.StandardKey) else action.setShortcut(key)
        if short:
            action.setIconText(short)
        _explain(action, tip)
        return action

    def _toggle(self, text: str, icon_name: str, key: _Key, tip: str, short: str = "") -> QAction:
        action = self._make(text, icon_name, key, tip, short)
        action.setCheckable(True)
        return action


def _explain(action: QAction, tip: str) -> None:
    shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{tip} ({shown})" if shown else tip)
    action.setStatusTip(tip)
