"""What `--help` shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from tinyface_core.commands.app import app


def commands(command: Any, *names: str) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Names of each command, and of its options."""
    parts = getattr(command, "commands", {})
    for name, part in parts.items():
        yield from commands(part, *names, name)
    if not parts:
        yield names, [name for one in command.params for name in (*one.opts, *one.secondary_opts) if name[0] == "-"]


@pytest.mark.parametrize(
    ("names", "options"), [pytest.param(*one, id=" ".join(one[0])) for one in commands(get_command(app))]
)
def test_no_option_is_cut_off_on_a_narrow_terminal(names: tuple[str, ...], options: list[str]) -> None:
    shown = CliRunner().invoke(app, [*names, "--help"], env={"COLUMNS": "80"}).output
    assert "…" not in shown and not [option for option in options if option not in shown.split()]
