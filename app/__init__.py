"""Tiny Face Inspector: the window over `tinyface_core`."""
