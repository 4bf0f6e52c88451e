"""What is installed from a wheel: names of our own alone, and a program that works from any folder."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tinyface_core.boxes import iou_matrix

ROOT = Path(__file__).parents[2]
OURS = {"tiny_face_inspector", "tinyface_core"}
LEFT_OUT = {"torch", "torchvision", "lightning-fabric", "onnxscript", "scipy"}
BUILD = ("-m", "hatchling", "build", "--directory")

START_AND_LOOK = """
import os, runpy, sys
from PySide6.QtWidgets import QApplication

def look(*_):
    QApplication.processEvents()
    shown = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    print(*{(type(widget).__module__, widget.windowIcon().isNull()) for widget in shown}, flush=True)
    os._exit(0)  # without waiting for what was begun in the background

QApplication.exec = look
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def run(command: list[str | Path], folder: Path, **variables: str) -> str:
    """What a command prints that starts in a folder and knows nothing of the repository."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | variables
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", folder)
    run([sys.executable, "-m", "pip", "wheel", *options, ROOT], folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the commands in an environment that holds the wheel, and borrows what the wheel needs."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, symlinks=True)
    programs = environment / "bin"
    options = ("--quiet", "--no-index", "--no-deps", "--no-compile")
    run([sys.executable, "-m", "pip", "--python", programs / "python", "install", *options, wheel], environment)
    # A .pth file is not followed from here to the one that names the repository.
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return programs


def test_a_wheel_puts_nothing_but_names_of_ours_among_the_packages(wheel: Path) -> None:
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == OURS


def test_the_source_distribution_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    run([sys.executable, *BUILD, tmp_path, "--target", "sdist"], ROOT)
    run(["tar", "-xf", next(tmp_path.glob("*.tar.gz"))], tmp_path)
    source = next(path for path in tmp_path.iterdir() if path.is_dir())
    run([sys.executable, *BUILD, tmp_path, "--target", "wheel"], source)
    again = zipfile.ZipFile(tmp_path / wheel.name)
    record = next(name for name in again.namelist() if name.endswith("/RECORD"))
    assert again.read(record) == zipfile.ZipFile(wheel).read(record)


def test_an_installed_program_finds_the_faces_of_the_sample_from_another_folder(programs: Path, tmp_path: Path) -> None:
    where = "import tinyface_core.bundled as b; print(b.resource('samples', 'orchestra.webp'))"
    sample = Path(run([programs / "python", "-c", where], tmp_path).strip())
    assert sample.is_relative_to(programs.parent) and sample.is_file()
    run(
        [programs / "tinyface", "find", sample, "--effort", "thorough", "--output", "out"],
        tmp_path,
        OMP_NUM_THREADS="1",
    )
    faces = json.loads((tmp_path / "out" / "orchestra-faces.json").read_text())["results"][0]["faces"]
    found = np.array([face["box"] for face in faces if face["score"] >= 0.4])
    marked = np.array(json.loads((ROOT / "resources" / "samples" / "orchestra-faces.json").read_text()))
    assert int((iou_matrix(marked, found).max(axis=1) >= 0.4).sum()) >= 0.7 * len(marked)


def test_the_light_requirements_are_those_of_the_program_but_torch_and_what_only_measuring_needs() -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    light = [line for line in (ROOT / "requirements-light.txt").read_text().splitlines() if not line.startswith("#")]
    assert light == [need for need in needed if re.split("[^a-z-]", need)[0] not in LEFT_OUT]


def test_an_installed_program_opens_its_window(programs: Path, tmp_path: Path) -> None:
    command: list[str | Path] = [programs / "python", "-c", START_AND_LOOK, programs / "tiny-face-inspector"]
    shown = run(command, tmp_path, QT_QPA_PLATFORM="offscreen")
    assert shown.strip() == "('tiny_face_inspector.app.main_window', False)"


def test_the_name_of_the_installed_window_leads_to_the_same_code_in_the_repository() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["gui-scripts"]
    module, _, function = scripts["tiny-face-inspector"].partition(":")
    spec = importlib.util.find_spec(module)
    assert spec is not None and spec.origin == str(ROOT / "app" / "__main__.py") and function == "main"


def test_the_lock_holds_hashes_for_every_requirement_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    locked = {re.split("==", entry)[0] for entry in re.findall(r"^[a-z0-9][^ ]*==[^ ]+", lock, re.MULTILINE)}
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {re.split("[^A-Za-z0-9-]", need)[0].lower() for need in needed} <= locked
    assert all("--hash=sha256:" in entry for entry in re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE) if entry)
    assert "-index" not in lock and "://" not in lock
