"""What a terminal is told while something loads."""

from __future__ import annotations

import importlib.util
import io
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tinyface_core.commands.terminal import loading_told


class Stream(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(("terminal", "told"), [(True, "Loading Something slow ...\n"), (False, "")])
def test_what_takes_seconds_to_import_is_told_once_and_in_a_terminal_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terminal: bool, told: str
) -> None:
    (tmp_path / "slow_module.py").write_text("answer = 42")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "slow_module", raising=False)
    stream, before = Stream(terminal), list(sys.meta_path)
    monkeypatch.setattr(sys, "stderr", stream)
    with loading_told("slow_module", "Something slow"):
        assert importlib.util.find_spec("slow_module") is not None and stream.getvalue() == ""
        assert import_module("slow_module").answer == 42
        assert import_module("slow_module").answer == 42
    assert stream.getvalue() == told and sys.meta_path == before
    monkeypatch.delitem(sys.modules, "slow_module")
