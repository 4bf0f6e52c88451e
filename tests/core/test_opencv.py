"""The guard around OpenCV, tested with a cv2 that meddles as opencv-python on Linux does, on every system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")

SHOW_VARIABLES = f"""
import os
from tinyface_core.opencv import cv2
print(cv2.meddled, [os.environ.get(name) for name in {QT_VARIABLES}])
"""


@pytest.fixture
def meddling_opencv(tmp_path: Path) -> str:
    """A folder with a cv2 that points Qt at plugins and fonts of its own."""
    lines = ["import os", *(f"os.environ[{name!r}] = '/opencv'" for name in QT_VARIABLES), "meddled = True"]
    (tmp_path / "cv2.py").write_text("\n".join(lines))
    return str(tmp_path)


def run_python(script: str, **variables: str) -> str:
    """What a script prints in a Python of its own, with no Qt setting but the given ones."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_opencv_leaves_the_variables_of_qt_unset(meddling_opencv: str) -> None:
    assert run_python(SHOW_VARIABLES, PYTHONPATH=meddling_opencv) == "True [None, None]"


def test_importing_opencv_keeps_what_the_user_set(meddling_opencv: str) -> None:
    own = {"QT_QPA_PLATFORM_PLUGIN_PATH": "/plugins", "QT_QPA_FONTDIR": "/fonts"}
    assert run_python(SHOW_VARIABLES, PYTHONPATH=meddling_opencv, **own) == "True ['/plugins', '/fonts']"
