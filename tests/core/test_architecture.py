"""The rules of who may import whom, read from the source, and of what a light start leaves unloaded."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for folder in ("tinyface_core", "app", "benchmarks", "scripts") for path in (ROOT / folder).rglob("*.py")
)
QT_SIDE = {"PySide6", "shiboken6", "pyqtgraph", "superqt", "qtpy", "app"}
HEAVY = {"torch", "torchvision", "cv2", "scipy", "PySide6"}


def imported_modules(source: str, package: str = "") -> set[str]:
    """Full names of what a source imports, anywhere in it; `from a import b` gives both a and a.b.

    Args:
        source: Python text.
        package: where the source lies, which relative imports start from.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            names.update({base}, (f"{base}.{alias.name}" for alias in node.names))
    return names


@cache
def imports_of(path: Path) -> set[str]:
    return imported_modules(path.read_text(encoding="utf-8"), ".".join(path.relative_to(ROOT).parent.parts))


def offenders(paths: list[Path], forbidden: set[str]) -> list[str]:
    """Which of the files import a forbidden module or something inside it."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in sorted(imports_of(path))
        if any(name == module or name.startswith(f"{module}.") for module in forbidden)
    ]


def package(name: str) -> list[Path]:
    """The files of a package; an empty answer would make every rule about it hold."""
    files = [path for path in SOURCES if path.is_relative_to(ROOT / name)]
    assert files, f"there are no sources in {name}"
    return files


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import torch.nn as nn", {"torch.nn"}),
        ("def late():\n    from torch import Tensor", {"torch", "torch.Tensor"}),
        ("from . import losses", {"tinyface_core.gan", "tinyface_core.gan.losses"}),
        ("from ..detector import anchors", {"tinyface_core.detector", "tinyface_core.detector.anchors"}),
        ("from tinyface_core import gan", {"tinyface_core", "tinyface_core.gan"}),
    ],
)
def test_the_reader_of_imports_sees_every_form(source: str, names: set[str]) -> None:
    assert imported_modules(source, "tinyface_core.gan") == names


def test_the_core_knows_nothing_of_qt_or_the_app() -> None:
    assert offenders(package("tinyface_core"), QT_SIDE) == []


def test_the_detector_knows_nothing_of_the_generator() -> None:
    assert offenders(package("tinyface_core/detector"), {"tinyface_core.gan"}) == []


def test_the_generator_knows_nothing_of_the_detector() -> None:
    assert offenders(package("tinyface_core/gan"), {"tinyface_core.detector"}) == []


def test_only_the_guard_imports_opencv_itself() -> None:
    guard = ROOT / "tinyface_core" / "opencv.py"
    assert offenders([guard], {"cv2"}) == ["tinyface_core/opencv.py imports cv2"]
    assert offenders([path for path in SOURCES if path != guard], {"cv2"}) == []


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    script = (
        "import json, sys, tinyface_core.commands.app\n"
        "from typer.testing import CliRunner\n"
        "help = CliRunner().invoke(tinyface_core.commands.app.app, ['--help'])\n"
        "print(json.dumps([help.exit_code, 'find' in help.output, sorted(set(sys.modules) & set(sys.argv[1:]))]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *sorted(HEAVY)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [0, True, []]
