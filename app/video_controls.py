"""Connects the video on the screen with the time line, its preview, and the sound."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from .actions import WindowActions
from .jobs.sound import Sound
from .jobs.video_player import ShownFrame
from .models.pictures import Picture
from .session.searches import Searches
from .session.shown import ShownPicture
from .settings import Settings
from .style.labels import as_tip
from .views.frame_preview import FramePreview
from .views.timeline import Timeline


class VideoControls(QObject):
    """Plays, seeks and marks videos, and steps through the pages of files that have several."""

    failed = Signal(str, str)
    """One sentence for the user, details to copy."""
    message = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self, shown: ShownPicture, searches: Searches, actions: WindowActions, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._shown, self._player, self._searches, self._actions = shown, shown.player, searches, actions
        self.timeline = Timeline(settings)
        self.preview = FramePreview(self.timeline.bar, window)
        self.sound = Sound(self._player)
        self._connect_actions(actions)
        player, bar = self._player, self.timeline.bar
        player.opened.connect(self.timeline.set_video)
        player.shown.connect(self._follow)
        player.playing_changed.connect(lambda on: self.timeline.set_playing(on, player.speed))
        player.marks_changed.connect(lambda: self.timeline.set_marks(player.marks))
        searches.video_faces_changed.connect(bar.set_marks)
        self.preview.wanted.connect(shown.thumbnails.ask)
        shown.thumbnails.ready.connect(self.preview.show_frame)
        self.timeline.sound.toggled.connect(self.sound.switch)
        self.sound.failed.connect(self.failed)
        self.timeline.seek_wanted.connect(player.seek)
        self.timeline.step_wanted.connect(player.step)
        self.timeline.play_wanted.connect(lambda _on: self._toggle_playing())
        self.timeline.search_wanted.connect(searches.search_video)

    def _connect_actions(self, a: WindowActions) -> None:
        player = self._player
        for action, slot in {
            a.play: self._toggle_playing,
            a.frame_back: lambda: player.step(-1),
            a.frame_on: lambda: player.step(1),
            a.shuttle_back: lambda: player.shuttle(-1),
            a.shuttle_stop: player.pause,
            a.shuttle_on: lambda: player.shuttle(1),
            a.part_begin: lambda: player.mark(0),
            a.part_end: lambda: player.mark(1),
            a.mark_back: lambda: self._go_to_mark(-1),
            a.mark_on: lambda: self._go_to_mark(1),
            a.find_video: self._searches.search_video,
        }.items():
            action.triggered.connect(lambda _checked=False, slot=slot: slot())

    def show(self, picture: Picture | None) -> None:
        """Show an empty time line for a video or a file of pages, and none for others."""
        self.timeline.setVisible(picture is not None and picture.has_frames)
        self.timeline.clear()
        self.preview.clear()
        self.name_search(self._actions.find_video)

    def name_search(self, action: QAction) -> None:
        """Name the button that searches the video like its command."""
        self.timeline.search.setText(action.text().replace("&", ""))
        self.timeline.search.setToolTip(as_tip(action.toolTip()))

    def show_life(self, key: int) -> None:
        """Mark on the time line where the track of a face is."""
        self.timeline.bar.set_life(self._searches.tracks.life(key))

    def _follow(self, shown: ShownFrame) -> None:
        self.timeline.set_position(shown.frame.index or 0, shown.frame.seconds)

    def _toggle_playing(self) -> None:
        self._player.pause() if self._player.playing else self._player.play()
        self.timeline.set_playing(self._player.playing, self._player.speed)

    def _go_to_mark(self, by: int) -> None:
        """Go to the next frame with faces; for photos, and from the last page of a file, to the next picture."""
        bar, picture = self.timeline.bar, self._shown.picture
        if not bar.frames or bar.go_to_mark(by) or picture is None:  # it opens, or there is one
            return
        if not picture.is_video:
            self._shown.show_neighbour(by)
        else:
            key = (self._actions.next if by > 0 else self._actions.previous).shortcut()
            sentence = self.tr("No more frames with faces this way. {key} leaves the video.")
            self.message.emit(sentence.format(key=key.toString(QKeySequence.SequenceFormat.NativeText)))
