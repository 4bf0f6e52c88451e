"""Plays the sound of a video if Qt Multimedia is installed; off by default."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal

from .video_player import VideoPlayer

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QMediaPlayer

HAS_SOUND = find_spec("PySide6.QtMultimedia") is not None
"""Whether sound can be played."""

_FASTEST = 2.0
"""Maximum speed with sound; there is none backwards either."""


class Sound(QObject):
    """Plays the sound track; the frames set the pace."""

    failed = Signal(str, str)
    """One sentence for the user, details to copy."""

    def __init__(self, video: VideoPlayer) -> None:
        super().__init__(video)
        self._video = video
        self._on = False
        self.media: QMediaPlayer | None = None
        """Created when sound is first switched on, since that is slow."""
        video.playing_changed.connect(lambda _playing: self._follow())

    def switch(self, on: bool) -> None:
        """Switch the sound on or off."""
        self._on = on and HAS_SOUND
        if self._on and self.media is None:
            try:
                from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer
            except ImportError as error:  # a library of the system, such as libpulse, is not there
                self.failed.emit(self.tr("Sound cannot be played on this computer."), str(error))
                return
            self.media = QMediaPlayer(self)
            self.media.setAudioOutput(QAudioOutput(self))
        self._follow()

    def _follow(self) -> None:
        video, media = self._video, self.media
        if media is None:
            return
        heard = self._on and video.playing and video.path is not None and 0 < video.speed <= _FASTEST
        if not heard or video.path is None:
            media.pause()
            return
        source = QUrl.fromLocalFile(str(video.path))
        if media.source() != source:
            media.setSource(source)
        media.setPlaybackRate(video.speed)
        media.setPosition(round(1000 * max(video.number, 0) / video.info.fps))
        media.play()
