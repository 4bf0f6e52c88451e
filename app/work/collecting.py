"""Python's garbage collection, only in the GUI thread."""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

_EVERY = 100  # milliseconds
_LONG = 0.008  # seconds of processor time; half of what the window may take for one step


class Collector(QObject):
    """Collects garbage by Python's own thresholds, but from a timer.

    Python collects in whichever thread allocates next. Unreachable widgets would be deleted in the wrong thread, which
    can crash the program. Create it in the GUI thread once all objects exist that live as long as the program: they are
    excluded from collections, like objects that survive a slow collection.
    """

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self, interval=_EVERY)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due, if any."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        full = [generation for generation, (count, most) in enumerate(counts) if count > most]
        if not full:
            return
        began = time.thread_time()
        gc.collect(full[-1])
        if time.thread_time() - began > _LONG:
            gc.freeze()

    def stop(self) -> None:
        """Return to Python's automatic collection."""
        self._timer.stop()
        gc.enable()
