"""Keys that a view handles itself although they are shortcuts of the menus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent


def keeps_key(event: QEvent, is_ours: Callable[[QKeyEvent], bool]) -> bool:
    """Whether Qt asks if a shortcut may have a key and it may not, as the view needs it; called by its `event`."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent) or not is_ours(event):
        return False
    event.accept()
    return True
