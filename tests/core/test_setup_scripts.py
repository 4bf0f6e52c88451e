"""Setting up: which torch is taken, and what is said where the disk has too little room for it."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import threading
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pip
import pytest

ROOT = Path(__file__).parents[2]
GIGABYTE = 1024**2
"""In the kilobytes that `df` counts in."""


@dataclass
class Machine:
    """A folder with the scripts, an empty environment, and commands that answer as a machine's own would."""

    folder: Path
    index: str
    asked: list[str] = field(default_factory=list)
    """What was asked of the index."""

    def command(self, name: str, body: str) -> None:
        file = self.folder / "bin" / name
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)

    def has(self, gigabytes: int) -> None:
        """Set the free room of the disk."""
        self.command("df", f"echo Filesystem blocks Used Available\necho /dev/disk 9 9 {gigabytes * GIGABYTE} 9% /")

    def install_torch(self, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "TORCH_CPU_INDEX": self.index,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }
        script = self.folder / "scripts" / "install_torch"
        return subprocess.run([script], env=environment | variables, capture_output=True, text=True, timeout=60)

    @property
    def packages(self) -> Path:
        return next(self.folder.glob(".venv/lib/python*/site-packages"))

    @property
    def installed(self) -> set[str]:
        return {path.name.removesuffix(".dist-info") for path in self.packages.glob("torch*.dist-info")}


def _write_wheel(folder: Path, name: str, version: str) -> None:
    """Half a kilobyte that pip takes for a package."""
    folder.mkdir(parents=True)
    told = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}/__init__.py", "")
        wheel.writestr(f"{told}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{told}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{told}/RECORD", f"{name}/__init__.py,,\n{told}/METADATA,,\n{told}/WHEEL,,\n{told}/RECORD,,\n")


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A Linux machine with much room and no card, and an index of torch's builds for processors."""
    here = tmp_path / "here"
    (here / "bin").mkdir(parents=True)
    (here / "scripts").mkdir()
    for script in ("install_torch", "check_room"):
        shutil.copy(ROOT / "scripts" / script, here / "scripts")
    shutil.copy(ROOT / "pyproject.toml", here)
    venv.create(here / ".venv", symlinks=True)
    for name in ("torch", "torchvision"):
        _write_wheel(tmp_path / "index" / name, name, "99.0+cpu")
    asked: list[str] = []

    class Index(http.server.SimpleHTTPRequestHandler):
        def log_message(self, _format: str, *values: object) -> None:
            asked.append(str(values[0]))

    handler = functools.partial(Index, directory=str(tmp_path / "index"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        machine = Machine(here, f"http://127.0.0.1:{server.server_port}", asked)
        (machine.packages / "pip").symlink_to(Path(pip.__file__).parent)
        machine.command("uname", "echo Linux")
        machine.command("nvidia-smi", "echo NVIDIA-SMI has failed because it could not reach a driver; exit 9")
        machine.has(100)
        yield machine
        server.shutdown()


def test_without_an_nvidia_card_torch_and_torchvision_are_the_builds_for_processors(machine: Machine) -> None:
    done = machine.install_torch()
    assert done.returncode == 0, done.stderr
    assert machine.installed == {"torch-99.0+cpu", "torchvision-99.0+cpu"}
    assert "no NVIDIA card" in done.stdout and f"build for processors, from {machine.index}" in done.stdout


def test_where_the_index_cannot_be_reached_the_default_build_is_left_to_pip_and_that_is_said(machine: Machine) -> None:
    done = machine.install_torch(TORCH_CPU_INDEX="http://127.0.0.1:9")
    assert done.returncode == 0, done.stderr
    assert machine.installed == set()
    assert "cannot be reached: taking torch's default build, with CUDA" in done.stdout


@pytest.mark.parametrize(("command", "answer"), [("nvidia-smi", "GPU 0: NVIDIA T4"), ("uname", "Darwin")])
def test_with_an_nvidia_card_or_off_linux_the_default_build_is_left_to_pip(
    machine: Machine, command: str, answer: str
) -> None:
    machine.command(command, f"echo {answer}")
    done = machine.install_torch()
    assert (done.returncode, done.stdout, machine.installed, machine.asked) == (0, "", set(), [])


def test_torch_that_is_there_already_is_not_fetched_again(machine: Machine) -> None:
    (machine.packages / "torch").mkdir()
    machine.has(0)
    done = machine.install_torch()
    assert (done.returncode, done.stdout, machine.installed, machine.asked) == (0, "", set(), [])


def test_too_little_room_is_said_before_anything_is_downloaded(machine: Machine) -> None:
    machine.has(2)
    refused = machine.install_torch()
    assert refused.returncode == 1 and machine.installed == set()
    assert f"Setting up needs 3 GB of room and {machine.folder} has 2 GB." in refused.stderr
    machine.has(5)
    machine.command("nvidia-smi", "echo GPU 0: NVIDIA T4")
    refused = machine.install_torch()
    assert refused.returncode == 1
    assert f"Setting up needs 8 GB of room and {machine.folder} has 5 GB." in refused.stderr
