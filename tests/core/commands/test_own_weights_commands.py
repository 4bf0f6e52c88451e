"""`tinyface weights`: own weights are sent, received, renamed and removed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tinyface_core.commands.app import app
from tinyface_core.folders import HOME_VARIABLE
from tinyface_core.own_weights import SUFFIX, OwnWeights


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["weights", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


def test_weights_are_sent_received_renamed_and_removed(
    small_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = tmp_path / f"sent{SUFFIX}"
    run("export", "d", sent)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "other computer"))
    assert "d (2)" in run("import", sent), "the name of the program's own is taken"
    assert "there already" in run("import", sent, code=1)
    run("rename", "d (2)", "street")
    assert "street (detector, tiny" in run("show")
    assert "street: as released" in run("check")
    run("remove", "street")
    assert OwnWeights().entries() == ()
    assert "no weights of your own" in run("remove", "street", code=1)


def test_a_sent_file_that_was_changed_is_refused(small_weights: Path, tmp_path: Path) -> None:
    sent = tmp_path / f"sent{SUFFIX}"
    run("export", "d", sent)
    content = bytearray(sent.read_bytes())
    content[len(content) // 2] ^= 1
    sent.write_bytes(content)
    run("import", sent, code=1)
    assert OwnWeights().entries() == ()


def test_weights_that_are_not_there_are_one_sentence(small_weights: Path, tmp_path: Path) -> None:
    sentence = run("export", "none", tmp_path / "x", code=1)
    assert "none" in sentence and "Traceback" not in sentence
