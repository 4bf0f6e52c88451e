"""Tiny Face Inspector: the window over `tinyface_core`."""

import sys

if sys.version_info < (3, 12):
    from app.immortal import make_constants_immortal

    make_constants_immortal()
