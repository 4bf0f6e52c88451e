"""Keeps PySide6 6.12 from ending the program on Python 3.11.

Its wheels return `None`, `True` and similar constants without taking a reference, which is right only from Python 3.12
on, where they are never freed (PEP 683). On Python 3.11 each call into Qt decreases their reference count; at zero
the program crashes.
"""

from __future__ import annotations

import ctypes
import sys

_MANY = 1 << 40


def make_constants_immortal() -> None:
    """Add more references to the constants than calls can ever remove; a second call does nothing."""
    for constant in (None, True, False, NotImplemented):
        if sys.getrefcount(constant) < _MANY // 2:
            # A reference count is the first field of every object of CPython.
            ctypes.c_ssize_t.from_address(id(constant)).value += _MANY
