"""Assembles the commands of `tinyface`; heavy libraries are imported only when a command runs."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tinyface_core import __version__
from tinyface_core.commands.ablate import ablate
from tinyface_core.commands.benchmark import benchmark
from tinyface_core.commands.compare import compare
from tinyface_core.commands.evaluate import evaluate_app
from tinyface_core.commands.export import export
from tinyface_core.commands.failures import plain_errors
from tinyface_core.commands.find import find
from tinyface_core.commands.options import refuse_empty_names, show_plain_help
from tinyface_core.commands.parts import parts
from tinyface_core.commands.project import project_app
from tinyface_core.commands.query import query
from tinyface_core.commands.redact import redact
from tinyface_core.commands.scan import scan
from tinyface_core.commands.train import train_app
from tinyface_core.commands.weights import weights_app


class _Commands(TyperGroup):
    """Handles the errors of every command with `plain_errors`, refuses empty file names, and shows plain help."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        refuse_empty_names(self)
        show_plain_help(self)

    def invoke(self, ctx: Any) -> Any:
        with plain_errors():
            return super().invoke(ctx)


app = typer.Typer(
    cls=_Commands, help="Finds faces too small for anyone else.", no_args_is_help=True, add_completion=False
)
app.command()(find)
app.command()(scan)
app.command()(query)
app.command()(compare)
app.command()(export)
app.command()(redact)
app.add_typer(train_app, name="train")
app.add_typer(project_app, name="project")
app.add_typer(evaluate_app, name="evaluate")
app.command()(ablate)
app.command()(benchmark)
app.command()(parts)
app.add_typer(weights_app, name="weights")


@app.command()
def devices() -> None:
    """List the devices that networks can run on."""
    from tinyface_core.device import list_devices

    for device in list_devices():
        typer.echo(f"{device.name}: {device}")


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(__version__)
