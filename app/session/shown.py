"""The shown picture: a photo, or a frame of a video."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from tinyface_core.types import Frame

from ..jobs.frame_thumbnails import FrameThumbnails
from ..jobs.loading import FrameCache, prepare
from ..jobs.video_player import ShownFrame, VideoPlayer
from ..models.pictures import Picture, PicturesModel, State
from ..models.pyramid import Pyramid
from ..models.visible_pictures import VisiblePictures
from ..sentences import in_users_language
from ..work import LatestJob, Worker


class ShownPicture(QObject):
    """The shown picture, and its pixels once they are loaded."""

    changed = Signal(object)
    """Source of the shown picture, or None."""
    picture_shown = Signal(object, bool)
    """`Pyramid` of the shown picture, and whether the view stays (next frame of a video)."""
    frame_shown = Signal(object)
    """Its `Frame`, after `picture_shown`; None while it loads."""
    message = Signal(str)
    """A sentence in place of the picture."""
    remarked = Signal(str)
    """A remark on the shown picture."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pictures = PicturesModel(self)
        """All opened pictures."""
        self.listed = VisiblePictures(self.pictures, self)
        """The pictures that match the query."""
        self.cache = FrameCache()
        """Recently read pictures."""
        self.pictures.added.connect(self._note_turns)
        self._worker = Worker(self)
        self._loading = LatestJob(self._worker)
        self._ahead = Worker(self)
        self._expecting = LatestJob(self._ahead)
        self.player = VideoPlayer(self)
        self.player.shown.connect(self._show)
        self.player.failed.connect(self._tell_unreadable)
        self.thumbnails = FrameThumbnails(self)
        """Thumbnails of the open video; files of pages have none."""
        self.player.opened.connect(lambda info: self.thumbnails.set_video(self.player.path if info.has_clock else None))
        self.source: str | None = None
        """Source of the shown picture; see `show`."""
        self.frame: Frame | None = None
        """The shown picture or frame; None while it loads."""

    @property
    def picture(self) -> Picture | None:
        """The shown picture in the list."""
        return self.pictures.picture(self.source or "")

    def warm_up(self) -> None:
        """Import the libraries that read pictures in the background, before the first one is shown."""
        self._worker.start(lambda _cancel, _report: prepare())

    def show(self, source: str | None, number: int = 0) -> None:
        """Show a picture; of a video or a file of pages, the frame or page with that number."""
        if source == self.source and source is not None:
            return
        self._loading.cancel()
        self.player.close()
        self.thumbnails.set_video(None)
        self.source, self.frame = source, None
        self.frame_shown.emit(None)
        self.changed.emit(source)
        picture = self.picture
        if picture is None:
            return
        self._load(picture, number)

    def show_turned(self, picture: Picture) -> None:
        """Show a rotated picture anew, if it is the shown one."""
        self.cache.turn(picture.source, picture.turn)
        if picture.source == self.source:
            number = max(self.player.number, 0)
            self._loading.cancel()
            self.player.close()
            self.frame = None
            self.frame_shown.emit(None)
            self._load(picture, number)

    def _note_turns(self, new: list[Picture]) -> None:
        for picture in new:
            if picture.turn:
                self.cache.turn(picture.source, picture.turn)

    def _load(self, picture: Picture, number: int) -> None:
        self.message.emit(self.tr("Opening {name}…").format(name=picture.name))
        if picture.has_frames:
            self.player.open(Path(picture.source), number, picture.turn)
            return
        name = picture.source
        job = self._loading.start(lambda _cancel, _report: _ready(self.cache.get(name))).then(self._show)
        job.failed_because.connect(self._tell_unreadable)

    def expect(self, source: str) -> None:
        """Read a photo in advance that will be shown soon."""
        if source != self.source:
            self._expecting.start(lambda _cancel, _report: self.cache.get(source))

    def show_neighbour(self, by: int) -> None:
        """Show the next or previous listed picture."""
        neighbour = self.listed.neighbour(self.source or "", by)
        if neighbour is not None:
            self.show(neighbour)

    def stop(self) -> None:
        """End all work."""
        self.player.stop()
        self.thumbnails.stop()
        self._worker.stop()
        self._ahead.stop()

    def _show(self, shown: ShownFrame) -> None:
        if shown.frame.source == self.source:
            keep_view = self.frame is not None
            self.frame = shown.frame
            self.picture_shown.emit(shown.pyramid, keep_view)
            self.frame_shown.emit(shown.frame)
            if shown.frame.remarks and not keep_view:
                self.remarked.emit(" ".join(map(in_users_language, shown.frame.remarks)))

    def _tell_unreadable(self, reason: str, _details: str) -> None:
        self.message.emit(in_users_language(reason))
        if self.source is not None:
            self.pictures.set_state(self.source, State.FAILED, reason=reason)


def _ready(frame: Frame) -> ShownFrame:
    return ShownFrame(frame, Pyramid(frame.pixels))
