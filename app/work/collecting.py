"""Python's collection of garbage, in the thread of the window alone."""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

_EVERY = 100  # milliseconds
_LONG = 0.008  # seconds of processor time; half of what the window may take for one step


class Collector(QObject):
    """Collects garbage by Python's own rule, but from a timer.

    Python collects in whichever thread makes an object next. There, widgets that are garbage would be deleted in the
    wrong thread, which can end the program. It must be made in the thread of the window, once all that lives as long
    as the program is there: this is never looked at again. The same goes for what a collection leaves that took long.
    """

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self, interval=_EVERY)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that Python would collect now, if any."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        full = [generation for generation, (count, most) in enumerate(counts) if count > most]
        if not full:
            return
        began = time.thread_time()
        gc.collect(full[-1])
        if time.thread_time() - began > _LONG:
            gc.freeze()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()
