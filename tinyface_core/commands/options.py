"""Options that several commands share, and those of a search as one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from tinyface_core.types import Effort, SearchSettings

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
    Effort, typer.Option("--effort", help="thorough searches an enlarged copy too; fast has its own detector.")
]
Turned = Annotated[
    bool, typer.Option("--turned", help="Search the picture turned by 90, 180 and 270 degrees too: four times as long.")
]
OutputFolder = Annotated[Path, typer.Option(help="Folder for what is written.")]
Methods = Annotated[
    str,
    typer.Option(
        help="Ways to enlarge, with commas between: names that `tinyface compare --list` shows, or model files."
    ),
]

COMPARED = "bilinear,sr-only,refined"
"""What a comparison shows unless told otherwise."""


def _said(
    detector: Detector = "",
    gan: Gan = "",
    second_stage: SecondStage = None,
    budget: Budget = None,
    effort: EffortOption = Effort.BALANCED,
    turned: Turned = False,
    device: Device = "auto",
    backend: Backend = "auto",
    precision: Precision = "auto",
) -> SearchSettings:
    settings = SearchSettings.of(
        effort,
        detector=detector,
        gan=gan,
        turned=turned,
        device=device,
        backend=backend,
        precision=precision,
    )
    own: dict[str, Any] = {"second_stage": second_stage, "budget": budget}
    return replace(settings, **{name: value for name, value in own.items() if value is not None})


def searches(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a search in place of its parameter `settings`, which gets what they say.

    A default of that parameter changes the defaults of effort and second stage.
    """
    options = dict(inspect.signature(_said, eval_str=True).parameters)
    own = inspect.signature(command, eval_str=True)
    if isinstance(standard := own.parameters["settings"].default, SearchSettings):
        for name in ("effort", "second_stage"):
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


def split_names(text: str) -> list[str]:
    """The names in a text with commas between them."""
    return [name.strip() for name in text.split(",") if name.strip()]
