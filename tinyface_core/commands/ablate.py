"""`tinyface ablate`: the paper's Table 2 from one configuration."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.progress import shown_progress

if TYPE_CHECKING:
    from tinyface_core.evaluation.bootstrap import Difference
    from tinyface_core.training.ablation import AblationRow


def ablate(
    configuration: Annotated[Path, typer.Argument(help="TOML file; docs/ablation.md explains what it holds.")],
    output: Annotated[Path, typer.Option(help="Folder of the run; an interrupted run there is taken up.")] = Path(
        "runs/ablation"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Train and measure baseline, all, and all without G2, adversarial or classification loss (the paper's Table 2)."""
    from tinyface_core.commands.training_options import stop_on_signal
    from tinyface_core.training.ablation import run_ablation
    from tinyface_core.training.ablation_settings import read_ablation
    from tinyface_core.training.events import CombinedEvents, ConsoleEvents, JsonLinesEvents
    from tinyface_core.training.folder_lock import locked

    with shown_progress() as progress, locked(output):
        settings = read_ablation(configuration)
        events = JsonLinesEvents(output / "events.jsonl")
        receivers = events if as_json else CombinedEvents(ConsoleEvents(progress), events)
        rows = run_ablation(settings, output, receivers, stop_on_signal())
    if as_json:
        typer.echo(json.dumps([row.as_json() for row in rows], indent=2))
    else:
        print_ablation(rows)


def print_ablation(rows: Sequence[AblationRow]) -> None:
    """Print a table beside the paper's for each detector, then the differences with their intervals."""
    from rich.console import Console
    from rich.table import Table

    from tinyface_core.evaluation.wider import SUBSETS

    console = Console(width=120)
    for detector, group in itertools.groupby(rows, lambda row: row.detector):
        of_detector = list(group)
        seeds = len(of_detector[-1].reports)
        over = "pictures" if seeds == 1 else f"pictures and {seeds} trainings"
        table = Table("variant", title=f"{detector}: AP, 95 % interval over {over}; in brackets the paper's")
        for subset in SUBSETS:
            table.add_column(subset)
        table.add_column("under 16 px")
        for row in of_detector:
            cells = []
            for subset, paper in zip(SUBSETS, row.variant.paper, strict=True):
                result = row.ap[subset]
                bounds = f"{result.interval.low:.3f} - {result.interval.high:.3f}"
                cells.append(f"{result.value:.3f} ({paper:.3f})\n{bounds}")
            table.add_row(row.variant.name, *cells, f"{row.ap_under_16:.3f}")
        console.print(table)
        for title, differences in (
            ("difference to the baseline", {row.variant.name: row.over_baseline for row in of_detector}),
            ('difference to "all"', {row.variant.name: row.below_all for row in of_detector}),
        ):
            table = Table("variant", *SUBSETS, title=f"{detector}: {title}, 95 % interval over {over}, paired")
            for name, by_subset in differences.items():
                if by_subset:
                    table.add_row(name, *(_signed(by_subset[subset]) for subset in SUBSETS))
            console.print(table)
    console.print(rows[0].reports[0].remark)


def _signed(difference: Difference) -> str:
    bounds = difference.interval
    return f"{difference.value:+.4f} ({bounds.low:+.4f} to {bounds.high:+.4f})"
