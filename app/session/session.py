"""Creates and connects the models and session parts of one window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from ..jobs.face_thumbnails import FaceThumbnails
from ..jobs.finding import Engine
from ..jobs.loading import ThumbnailLoader
from ..models.face_commands import FaceCommands
from ..models.faces import FacesModel
from ..models.visible_faces import VisibleFaces
from ..settings import Settings
from .pictures import OpenedPictures
from .searches import Searches
from .selection import Selection
from .shown import ShownPicture
from .turning import PictureTurning


class Session(QObject):
    """Views listen to the signals of its parts and call their methods.

    Attributes:
        pictures, faces, visible: the models: opened pictures, their faces, and those that pass the filter.
        commands: what the analyst changes of faces and can undo.
        shown: the picture on the screen.
        selection: the visible faces and the selected one.
    """

    failed = Signal(str, str)
    """One sentence for the user, details to copy."""

    def __init__(self, settings: Settings, engine: Engine | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.shown = ShownPicture(self)
        self.pictures = self.shown.pictures
        self.faces = FacesModel(self)
        self.commands = FaceCommands(self.faces, self)
        self.visible = VisibleFaces(self.faces, self)
        self.engine = engine or Engine()
        self.searches = Searches(self.shown, self.visible, self.commands, settings, self.engine, self)
        self.selection = Selection(self.shown, self.visible, self.commands, self.searches.tracks, settings, self)
        self.turning = PictureTurning(self.shown, self.faces, self.commands.stack, self.searches, self)
        self.opened = OpenedPictures(self.shown, self.searches, self.faces, self.commands.stack, settings, self)
        self._thumbnails = ThumbnailLoader(self.shown.cache, self)
        self._face_thumbnails = FaceThumbnails(self.faces, self.shown.cache, self)
        self._thumbnails.ready.connect(self.pictures.set_thumbnail)
        self.pictures.thumbnail_wanted.connect(self._ask_thumbnail)
        self.searches.failed.connect(self.failed)
        self.selection.failed.connect(self.failed)

    def warm_up(self, last: Callable[[], object] = lambda: None) -> None:
        """Import slow libraries in the background, before they are needed; then run `last` in the same thread."""
        self.shown.warm_up()
        self.searches.warm_up(last)

    def stop(self) -> None:
        """End all work, when the window closes."""
        self.faces.finish_changes()
        for part in (self.searches, self.opened, self.shown, self._thumbnails, self._face_thumbnails):
            part.stop()

    def _ask_thumbnail(self, source: str) -> None:
        picture = self.pictures.picture(source)
        if picture is not None:
            self._thumbnails.ask(source, picture.is_video, picture.turn)
