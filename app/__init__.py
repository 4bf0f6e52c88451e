"""Tiny Face Inspector: the window over `tinyface_core`."""

import sys

if sys.version_info < (3, 12):
    from .immortal import make_constants_immortal

    make_constants_immortal()

# A worker that computes in Python hands over to the window so soon after it is asked. Half a dozen
# calls into Qt, which each give up the interpreter, would else wait 5 ms each.
sys.setswitchinterval(0.0005)
