"""Packages that add parts, as an installer would leave them in a folder of `sys.path`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

UPSCALER = """
class Halved:
    name = "halved"

    def enlarge(self, crops, factor, cancel=None):
        return crops.repeat(factor, 1).repeat(factor, 2) // 2

def make(device):
    return Halved()
"""
"""Of an entry point in "tinyface.upscalers": pixels repeated, at half their brightness."""

FORMAT = """
from tinyface_core.export.material import Format

def write(material, target):
    lines = [f"{name} {len(result.faces)}" for name, result in zip(material.names(), material.results)]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\\n".join(lines))

make = Format(".count", write)
"""
"""Of an entry point in "tinyface.exports": how many faces each picture has."""

READER = """
import numpy as np
from tinyface_core.datasets.annotations import AnnotatedPicture

def make(images, annotations):
    pictures = []
    for line in annotations.read_text().splitlines():
        name, *edges = line.split()
        boxes = np.array([edges], np.float32)
        pictures.append(AnnotatedPicture(name, images / name, boxes, np.zeros(1, bool)))
    return pictures
"""
"""Of an entry point in "tinyface.datasets": a picture and its one box a line."""


def install(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    group: str,
    points: dict[str, str],
    source: str = "",
    package: str = "their-package",
) -> None:
    """Lay a package of one module into `folder`, and put that on the path.

    Args:
        folder: made if it does not exist.
        monkeypatch: takes the folder off the path again.
        group: of the entry points.
        points: what each entry point names, such as "their_package:make".
        source: of its module, which is called as the package is.
        package: its name.
    """
    module = folder / f"{package.replace('-', '_')}.py"
    described = folder / f"{module.stem}-1.0.dist-info"
    described.mkdir(parents=True)
    module.write_text(source)
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    listed = "".join(f"{name} = {reference}\n" for name, reference in points.items())
    (described / "entry_points.txt").write_text(f"[{group}]\n{listed}")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, module.stem, raising=False)
