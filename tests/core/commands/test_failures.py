"""How commands end when something goes wrong: the user's mistakes in a sentence, the program's with a traceback."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

import tinyface_core.own_weights
from tinyface_core.commands.app import app
from tinyface_core.failures import user_sentence
from tinyface_core.media.opening import MediaError
from tinyface_core.memory import OutOfMemory
from tinyface_core.types import Cancelled, UserError

WANT_OF_MEMORY = "There is not enough memory: close other programs, or use a smaller picture."
BROKEN = """
import sys
import tinyface_core.own_weights
from tinyface_core.__main__ import main
from tinyface_core.types import UserError

def broken(*_):
    raise {error}("The weights are upside down.")

tinyface_core.own_weights.installed_weights = broken
sys.argv = ["tinyface", "weights", "check"]
main()
"""


def run_broken(error: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", BROKEN.format(error=error)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_defect_keeps_its_traceback() -> None:
    done = run_broken("ValueError")
    assert done.returncode == 1
    assert "Traceback" in done.stderr and "ValueError: The weights are upside down." in done.stderr


def test_what_the_user_can_put_right_is_one_sentence() -> None:
    done = run_broken("UserError")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "The weights are upside down.\n")


WITHOUT_TORCH = """
import sys
from tinyface_core.__main__ import main

sys.modules["torch"] = None
sys.argv[0] = "tinyface"
main()
"""


@pytest.mark.parametrize("command", ["train gan train crops.npz --folder run", "benchmark", "weights show"])
def test_what_needs_torch_says_so_in_a_sentence_where_there_is_none(command: str) -> None:
    arguments = [sys.executable, "-c", WITHOUT_TORCH, *command.split()]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    sentence = "This needs torch, which is not installed: pip install torch\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("command", ["parts", "query --fields case.tinyface x"])
def test_output_into_a_file_on_a_full_disk_is_one_sentence(command: str) -> None:
    arguments = [sys.executable, "-m", "tinyface_core", *command.split()]
    with open("/dev/full", "w") as full:  # noqa: PTH123, a device
        done = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "The disk is full: make room and try again.\n")


@pytest.mark.parametrize(
    ("reason", "told"), [(Cancelled("Stopped at step 3."), "Stopped at step 3."), (KeyboardInterrupt(), "Interrupted.")]
)
def test_an_interrupted_command_says_so_and_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, reason: BaseException, told: str
) -> None:
    def stop() -> None:
        raise reason

    monkeypatch.setattr(tinyface_core.own_weights, "installed_weights", stop)
    done = CliRunner().invoke(app, ["weights", "check"])
    assert (done.exit_code, done.stderr) == (130, f"{told}\n")


@pytest.mark.parametrize(
    ("photos", "options", "way"),
    [(1, (), "begins anew"), (2, (), "with --resume goes on"), (2, ("--resume",), "goes on")],
)
def test_an_interrupt_ends_the_whole_search_and_says_how_it_goes_on(
    monkeypatch: pytest.MonkeyPatch,
    small_weights: Path,
    photo: Path,
    tmp_path: Path,
    photos: int,
    options: tuple[str, ...],
    way: str,
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tinyface_core.commands.find_files.Finders.of", interrupted)
    done = CliRunner().invoke(app, ["find", *[str(photo)] * photos, "--output", str(tmp_path), *options])
    assert (done.exit_code, done.stderr) == (130, f"Interrupted. The same command {way}.\n")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MediaError("x.jpg is empty: get a fresh copy of it."), "x.jpg is empty: get a fresh copy of it."),
        (OSError(errno.ENOSPC, "No space left on device", "x"), "The disk is full: make room and try again."),
        (OSError(errno.EACCES, "Permission denied", "x"), "x: Permission denied."),
        (FileNotFoundError("None of the pictures is in here."), "None of the pictures is in here."),
        (MemoryError(), WANT_OF_MEMORY),
        (OSError(errno.ENOMEM, "Cannot allocate memory", "x"), WANT_OF_MEMORY),
        (torch.OutOfMemoryError("CUDA out of memory"), WANT_OF_MEMORY),
        (RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"), WANT_OF_MEMORY),
        (RuntimeError("std::bad_alloc"), WANT_OF_MEMORY),
        (RuntimeError("can't start new thread"), WANT_OF_MEMORY),
        (RuntimeError("can't allocate read lock"), WANT_OF_MEMORY),
        (SystemError("error return without exception set"), WANT_OF_MEMORY),
        (ImportError("libx265.so: failed to map segment from shared object"), WANT_OF_MEMORY),
        (OutOfMemory("x.jpg does not fit into memory."), "x.jpg does not fit into memory."),
        (UserError("The file allocate.txt is empty."), "The file allocate.txt is empty."),
        (ValueError("invalid literal for int()"), ""),
        (KeyError("boxes"), ""),
    ],
)
def test_only_what_the_user_can_put_right_has_a_sentence(error: Exception, sentence: str) -> None:
    assert user_sentence(error) == sentence


def test_what_was_taken_for_damage_is_told_as_the_lack_of_memory_that_it_was() -> None:
    try:
        raise MediaError("x.jpg is damaged: get a fresh copy of it.") from RuntimeError("can't start new thread")
    except MediaError as error:
        assert user_sentence(error) == WANT_OF_MEMORY
