"""The real opencv-python, imported through the guard, and a window of PySide6 on a real X display.

What was seen with opencv-python 5.0.0 and PySide6 6.12 on Linux: a plain `import cv2` sets
QT_QPA_PLATFORM_PLUGIN_PATH and QT_QPA_FONTDIR to folders inside cv2, the first of which holds a libqxcb.so
built for Qt 5, the second of which does not exist. The window did open all the same, because this PySide6
turned to its own plugin; so the variable that must stay unset is what these tests rest on.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")

OPEN_A_WINDOW = f"""
import json, os
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.show()
application.processEvents()
left_set = [name for name in {QT_VARIABLES} if name in os.environ]
print(json.dumps([application.platformName(), window.isVisible(), left_set]))
"""


@pytest.fixture
def display() -> Iterator[str]:
    """Name of a real X server without a screen, on a number that it chose itself."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.fail("Xvfb is missing, so no window can be tested: install the package xvfb.")
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [server, "-displayfd", str(writing), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb ended before it accepted connections"
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="xcb is the platform of X on Linux")
def test_the_guard_leaves_pyside_its_own_plugins_on_a_real_display(display: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    done = subprocess.run(
        [sys.executable, "-c", "from tinyface_core.opencv import cv2\n" + OPEN_A_WINDOW],
        cwd=ROOT,
        env=environment | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["xcb", True, []]
