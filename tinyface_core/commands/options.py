"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tinyface_core.types import Effort, SearchSettings

Device = Annotated[str, typer.Option(help="auto, cpu, cuda, mps or xpu, or one card, as cuda:1.")]
MinScore = Annotated[float, typer.Option(help="Least score of a face that is shown.", min=0, max=1)]
MinSize = Annotated[float, typer.Option(help="Least longer side in pixels of a face that is shown.", min=0)]
Detector = Annotated[str, typer.Option(help="Name of the detector; empty for the default.")]
Gan = Annotated[str, typer.Option(help="Name of the second stage's weights; empty for the default.")]
SecondStage = Annotated[bool, typer.Option(help="Whether candidates are enlarged and judged a second time.")]
Budget = Annotated[
    int | None,
    typer.Option(help="At most this many candidates are judged a second time; else as the effort says.", min=0),
]
EffortOption = Annotated[Effort, typer.Option("--effort", help="thorough searches an enlarged copy too.")]
OutputFolder = Annotated[Path, typer.Option(help="Folder for what is written.")]
Methods = Annotated[
    str,
    typer.Option(
        help="Ways to enlarge, with commas between: names that `tinyface compare --list` shows, or model files."
    ),
]

COMPARED = "bilinear,sr-only,refined"
"""What a comparison shows unless told otherwise."""


def search_settings(effort: Effort, budget: int | None = None, **changes: Any) -> SearchSettings:
    """What the options of a command say."""
    return SearchSettings.of(effort, **changes | ({} if budget is None else {"budget": budget}))


def split_names(text: str) -> list[str]:
    """The names in a text with commas between them."""
    return [name.strip() for name in text.split(",") if name.strip()]
