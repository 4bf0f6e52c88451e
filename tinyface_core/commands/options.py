"""Options shared by several commands, and the search options as one decorator."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import partial, wraps
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

import typer

from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import UserError

Device = Annotated[str, typer.Option(help="auto, cpu, cuda, mps or xpu, or one card, as cuda:1.")]
Backend = Annotated[str, typer.Option(help="What runs the networks: auto, torch, onnxruntime or openvino.")]
Precision = Annotated[str, typer.Option(help="Numbers they compute with: auto, float32, bfloat16, float16 or int8.")]
MinScore = Annotated[float, typer.Option(help="Least score of a face that is shown.", min=0, max=1)]
MinSize = Annotated[float, typer.Option(help="Least longer side in pixels of a face that is shown.", min=0, max=1e6)]
Detector = Annotated[str, typer.Option(help="Name of the detector; empty for the default of the effort.")]
Gan = Annotated[str, typer.Option(help="Name of the second stage's weights; empty for the default.")]
SecondStage = Annotated[
    bool | None,
    typer.Option(help="Whether candidates are enlarged and judged a second time; else as the effort says."),
]
Budget = Annotated[
    int | None,
    typer.Option(help="At most this many candidates are judged a second time; else as the effort says.", min=0),
]
EffortOption = Annotated[
    Effort, typer.Option("--effort", help="thorough looks closer at more places; fast has a detector of its own.")
]
Turned = Annotated[
    bool, typer.Option("--turned", help="Search the picture turned by 90, 180 and 270 degrees too: four times as long.")
]
Tilted = Annotated[
    bool,
    typer.Option("--tilted", help="Search the picture tilted by 30 degrees to either side too: five times as long."),
]
Focus = Annotated[
    bool, typer.Option(help="Search enlarged copies only near what the picture itself shows, or all over: slower.")
]
SecondDetector = Annotated[
    bool, typer.Option(help="Whether CenterFace votes, too, if --detector names none; with fast it never does.")
]


def _known_language(language: str) -> str:
    from tinyface_core.export.case import LANGUAGES

    if language not in LANGUAGES:
        raise UserError(f"There are no reports in {language}: give --language {' or '.join(LANGUAGES)}.")
    return language


Language = Annotated[str, typer.Option(help="Of a report: en or de.", callback=_known_language)]
OutputFolder = Annotated[Path, typer.Option(help="Folder for what is written.")]
Methods = Annotated[
    str,
    typer.Option(
        help="Ways to enlarge, with commas between: names that `tinyface compare --list` shows, or model files."
    ),
]

COMPARED = "bilinear,sr-only,refined"
"""Default methods of a comparison."""


def _said(
    detector: Detector = "",
    gan: Gan = "",
    second_stage: SecondStage = None,
    budget: Budget = None,
    effort: EffortOption = Effort.BALANCED,
    turned: Turned = False,
    tilted: Tilted = False,
    focus: Focus = True,
    second_detector: SecondDetector = True,
    device: Device = "auto",
    backend: Backend = "auto",
    precision: Precision = "auto",
) -> SearchSettings:
    settings = SearchSettings.of(
        effort,
        detector=detector,
        gan=gan,
        turned=turned,
        tilted=tilted,
        focus=focus,
        second_detector=second_detector,
        device=device,
        backend=backend,
        precision=precision,
    )
    own: dict[str, Any] = {"second_stage": second_stage, "budget": budget}
    return replace(settings, **{name: value for name, value in own.items() if value is not None})


def searches(command: Callable[..., None]) -> Callable[..., None]:
    """Decorator that replaces the parameter `settings` of a command by the search options.

    A default value of that parameter sets the defaults of the options; that of --budget is always the effort's.
    """
    options = dict(inspect.signature(_said, eval_str=True).parameters)
    own = inspect.signature(command, eval_str=True)
    if isinstance(standard := own.parameters["settings"].default, SearchSettings):
        for name in options.keys() - {"budget"}:
            options[name] = options[name].replace(default=getattr(standard, name))

    @wraps(command)
    def search(**given: Any) -> None:
        said = {name: given.pop(name) for name in options}
        command(**given, settings=_said(**said))

    shown: list[inspect.Parameter] = []
    for parameter in own.parameters.values():
        shown += options.values() if parameter.name == "settings" else [parameter]
    named = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in shown]
    search.__signature__ = own.replace(parameters=named)  # type: ignore[attr-defined]
    search.__annotations__ = {parameter.name: parameter.annotation for parameter in named}
    return search


def show_plain_help(command: Any) -> None:
    """Show the options of a command, or of the commands of a group, without a table, which cuts their names off."""
    commands = getattr(command, "commands", {}).values()
    for one in commands:
        show_plain_help(one)
    if not commands:
        command.rich_markup_mode = None


def refuse_empty_names(command: Any) -> None:
    """Refuse "" for files and folders in a command, or the commands of a group: `Path("")` is the current folder.

    The check is patched into each parameter, because it must run before the conversion to a path.
    """
    for one in getattr(command, "commands", {}).values():
        refuse_empty_names(one)
    hints = get_type_hints(command.callback) if command.callback else {}
    for parameter in command.params:
        kind = hints.get(parameter.name)
        within = (kind, *(inner for part in get_args(kind) for inner in (part, *get_args(part))))
        if Path in within or kind == list[str]:  # files and URLs
            parameter.process_value = partial(_process_named, parameter.process_value, parameter)


def _process_named(process: Callable[[Any, Any], Any], parameter: Any, context: Any, value: Any) -> Any:
    if "" in (value if isinstance(value, (list, tuple)) else (value,)):
        sentence = "a name is empty: give the file or folder (is a variable of the shell unset?)."
        raise typer.BadParameter(sentence, ctx=context, param=parameter)
    return process(context, value)


def split_names(text: str) -> list[str]:
    """The names in a comma-separated list."""
    return [name.strip() for name in text.split(",") if name.strip()]
