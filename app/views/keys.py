"""Keys that a view handles itself although they are shortcuts of the menus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent


def keeps_key(event: QEvent, is_ours: Callable[[QKeyEvent], bool]) -> bool:
    """Whether an event asks if a key is a shortcut, and the view needs that key itself; for use in `event`."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent) or not is_ours(event):
        return False
    event.accept()
    return True
