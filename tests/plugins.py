"""Packages that add parts, as an installer would leave them in a folder of `sys.path`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "adding-parts.md").read_text("utf-8")


def example(heading: str) -> str:
    """The source under a heading of docs/adding-parts.md; its part is what it calls `make`."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    (source,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return str(source)


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
