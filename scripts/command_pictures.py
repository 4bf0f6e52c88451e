#!/usr/bin/env python3
"""Makes the README's pictures of the command line anew: `make pictures`, after new weights or a new look.

The commands are those of `make run` and of the README; their pictures are only packed smaller.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "samples" / "orchestra.webp"
PICTURES = ROOT / "docs" / "pictures"


def tinyface(*arguments: str | Path) -> None:
    """Run one command of this checkout."""
    subprocess.run([sys.executable, "-m", "tinyface_core.cli", *map(str, arguments)], cwd=ROOT, check=True)


def main() -> None:
    """Search the sample, compare its surest small faces, and pack both pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        output = Path(name)
        tinyface("find", SAMPLE, "--thorough", "--output", output)
        faces = output / "orchestra-faces.json"
        # The sheet of `find` shows the smallest faces; here the sure ones among them, so that it fits into a page.
        tinyface("compare", SAMPLE, "--results", faces, "--min-score", "0.8", "--limit", "6", "--output", output)
        for kind in ("faces", "comparison"):
            with Image.open(output / f"orchestra-{kind}.png") as picture:
                picture.save(PICTURES / f"orchestra-{kind}.webp", quality=90, method=6)


if __name__ == "__main__":
    main()
