"""Keeps PySide6 6.12 from ending the program on Python 3.11.

Its wheels hand out `None`, `True` and their like without taking a reference, as is right from
Python 3.12 on, where these cannot be freed (PEP 683). On Python 3.11 each call into Qt brings
them nearer to being freed, which ends the program.
"""

from __future__ import annotations

import ctypes
import sys

_MANY = 1 << 40


def make_constants_immortal() -> None:
    """Give the constants more references than calls can ever take away; calling it again does nothing."""
    for constant in (None, True, False, NotImplemented):
        if sys.getrefcount(constant) < _MANY // 2:
            # A reference count is the first field of every object of CPython.
            ctypes.c_ssize_t.from_address(id(constant)).value += _MANY
