"""Tiny Face Inspector's core: find, enlarge and judge tiny faces. Never imports Qt."""

__version__ = "0.1.0"
