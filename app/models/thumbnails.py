"""Thumbnails in memory, of which the least recently used are dropped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import TypeVar

from PySide6.QtGui import QImage

K = TypeVar("K", bound=Hashable)


class Thumbnails(OrderedDict[K, QImage]):
    """At most so many thumbnails; whoever misses one has it made again."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, image: QImage) -> None:
        super().__setitem__(key, image)
        self.move_to_end(key)
        while len(self) > self._most:
            self.popitem(last=False)

    def used(self, key: K) -> QImage | None:
        """A thumbnail that is shown; None if it is missing."""
        image = self.get(key)
        if image is not None:
            self.move_to_end(key)
        return image
