"""Keeps a fault of PySide6 6.12 from ending the program on Python 3.11.

`Signal.emit` returns `True` there without taking a reference to it, so each signal brings `True`
nearer to being freed, which is fatal. From Python 3.12 on `True` cannot be freed (PEP 683).
"""

from __future__ import annotations

import ctypes
import sys

_MANY = 1 << 40


def make_true_immortal() -> None:
    """Give `True` more references than signals can ever take away; calling it again does nothing."""
    if sys.getrefcount(True) < _MANY // 2:
        # A reference count is the first field of every object of CPython.
        ctypes.c_ssize_t.from_address(id(True)).value += _MANY
