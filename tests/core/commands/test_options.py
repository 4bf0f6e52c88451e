"""Every command that searches takes the same options, and searches as they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tinyface_core.commands.app import app
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import UserError

OPTIONS = ["--detector", "d", "--gan", "g", "--no-second-stage", "--budget", "7", "--effort", "thorough"]
OPTIONS += ["--turned", "--tilted", "--no-focus", "--no-second-detector", "--device", "cpu", "--precision", "float32"]
SAID = replace(
    SearchSettings("d", "g", Effort.THOROUGH, False, 7, turned=True, tilted=True, device="cpu", precision="float32"),
    focus=False,
    second_detector=False,
)


@pytest.mark.parametrize("command", ["find", "compare", "benchmark", "evaluate folder", "project find"])
@pytest.mark.parametrize(
    ("options", "settings"), [(OPTIONS, SAID), (["--effort", "fast"], SearchSettings.of(Effort.FAST))]
)
def test_the_search_is_that_of_the_options(
    command: str,
    options: list[str],
    settings: SearchSettings,
    small_weights: Path,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def build(asked: SearchSettings) -> None:
        raise UserError(repr(asked))

    monkeypatch.setattr("tinyface_core.search.finder.build_finder", build)
    (tmp_path / "list.txt").write_text("photo.jpg\n1\n20 20 70 80 0 0 0 0 0 0\n")
    case = tmp_path / "case.tinyface"
    CliRunner().invoke(app, ["project", "new", str(case), str(photo)])
    given = {
        "find": [str(photo), "--no-sheets"],
        "compare": [str(photo), "--methods", "bicubic"],
        "benchmark": [str(photo)],
        "evaluate folder": ["--kind", "wider", "--images", str(tmp_path), "--annotations", str(tmp_path / "list.txt")],
        "project find": [str(case)],
    }
    done = CliRunner().invoke(app, [*command.split(), *given[command], *options])
    assert (done.exit_code, done.stderr) == (1, f"{settings!r}\n")


@pytest.mark.parametrize(
    "words",
    [
        ["find", ""],
        ["find", "a.jpg", ""],
        ["find", "a.jpg", "--output", ""],
        ["scan", ""],
        ["redact", ""],
        ["compare", ""],
        ["project", "new", ""],
        ["train", "gan", "mine-aligned", "", "out.npz"],
        ["weights", "import", ""],
    ],
)
def test_an_empty_name_is_refused_and_never_the_current_folder(words: list[str]) -> None:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2 and "a name is empty" in done.stderr
