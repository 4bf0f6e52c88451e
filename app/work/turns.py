"""Work of the GUI thread in small steps."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

_END = object()


def in_turns(owner: QObject, steps: Iterator[object]) -> None:
    """Run one step in each turn of the event loop, from the next one on, so that the window is not blocked.

    The work of a step is done by the iterator before it yields; the deletion of `owner` ends it.
    """
    timer = QTimer(owner, interval=0)  # `QTimer.singleShot(0)` would come before timers that are due

    def go_on() -> None:
        if next(steps, _END) is _END:
            timer.stop()
            timer.deleteLater()

    timer.timeout.connect(go_on)
    timer.start()
