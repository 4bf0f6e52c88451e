"""Setting up on a disk with too little room."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def check_room(tmp_path: Path):
    """Runs the script in a folder of its own, on a disk that has so many kilobytes free."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "bin").mkdir()
    shutil.copy(ROOT / "scripts" / "check_room", tmp_path / "scripts")

    def run(free: int) -> subprocess.CompletedProcess[str]:
        df = tmp_path / "bin" / "df"
        df.write_text(f"#!/bin/sh\necho Filesystem 1024-blocks Used Available\necho /dev/disk 99999999 1 {free} 1% /\n")
        df.chmod(0o755)
        path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
        script = tmp_path / "scripts" / "check_room"
        return subprocess.run([script], env={"PATH": path}, capture_output=True, text=True, timeout=20)

    return run


def test_too_little_room_is_said_before_anything_is_downloaded(check_room, tmp_path: Path) -> None:
    refused = check_room(5 * 1024**2)
    assert refused.returncode == 1
    assert f"Setting up needs 8 GB of room and {tmp_path} has 5 GB." in refused.stderr
    assert check_room(9 * 1024**2).returncode == 0


def test_an_environment_that_has_torch_already_needs_no_room(check_room, tmp_path: Path) -> None:
    (tmp_path / ".venv" / "lib" / "python3.12" / "site-packages" / "torch").mkdir(parents=True)
    assert check_room(0).returncode == 0
