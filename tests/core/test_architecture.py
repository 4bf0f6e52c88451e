"""What `make lint` cannot hold of who may import whom, and what a light start leaves unloaded."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = {"torch", "torchvision", "cv2", "scipy", "PySide6"}


def test_the_window_names_its_own_files_relatively_so_that_a_wheel_may_install_it_under_another_name() -> None:
    sources = list((ROOT / "app").rglob("*.py"))
    absolute = re.compile(r"^\s*(from|import)\s+app\b", re.MULTILINE)
    assert len(sources) > 50
    assert [path.name for path in sources if absolute.search(path.read_text(encoding="utf-8"))] == []


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
