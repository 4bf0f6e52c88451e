"""OpenCV, imported so that it leaves Qt alone: the only place that imports cv2.

Importing opencv-python points Qt at plugins of its own, with which PySide6 may not be able to open a
window on a real X display. The variables are put back to what they were.

OpenEXR is off in OpenCV unless it is asked for, and its remarks on files are for programmers.
"""

from __future__ import annotations

import os

_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")

_before = {name: os.environ.get(name) for name in _QT_VARIABLES}

os.environ.setdefault("OPENCV_IO_ENABLE_OPENEXR", "1")
os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")

import cv2  # noqa: E402

for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value

__all__ = ["cv2"]
