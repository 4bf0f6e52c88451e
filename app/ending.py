"""Closes the window properly when the system asks the program to end: at logout, or when its terminal closes."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

ENDINGS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name))


class SystemEnd(QObject):
    """Calls back in the GUI thread; Python's own signal handlers only run between Python code, which Qt seldom runs."""

    def __init__(self, close: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._close = close
        self._heard, self._told = socket.socketpair()
        for end in (self._heard, self._told):
            end.setblocking(False)
        signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        for number in ENDINGS:
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup wants it
                signal.signal(number, lambda *_: None)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._end)

    def stop(self) -> None:
        """Stop listening."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        for end in (self._heard, self._told):
            end.close()

    def _end(self) -> None:
        self._heard.recv(64)
        self._close()
