"""`tinyface train tune` and `tinyface train runs`: fine-tuning as in the dialog, on the same run folders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.options import Detector, Device, Gan
from tinyface_core.commands.progress import shown_progress
from tinyface_core.types import UserError

if TYPE_CHECKING:
    from tinyface_core.training.finetune.request import DataSource
    from tinyface_core.training.finetune.runs import Run

_DATA = (
    "KIND:ANNOTATIONS[:PICTURES], kind being wider, fddb, coco, yolo, voc or another form that `tinyface parts` lists; "
    "may be given several times."
)

runs_app = typer.Typer(help="Runs of fine-tuning: list them, go on, stop, adopt.", no_args_is_help=True)

RunName = Annotated[str, typer.Argument(help="As `tinyface train runs list` shows it, or its beginning.")]


def tune(
    name: Annotated[str, typer.Option(help="What the new weights are to be called.")],
    project: Annotated[list[Path] | None, typer.Option(help="Project file whose verdicts are learned from.")] = None,
    data: Annotated[list[str] | None, typer.Option(help=f"Other new data: {_DATA}")] = None,
    old: Annotated[list[str] | None, typer.Option(help=f"Old data, against forgetting: {_DATA}")] = None,
    target: Annotated[str, typer.Option(help="detector, gan or both.")] = "detector",
    preset: Annotated[str, typer.Option(help='"quick look", "a lunch" or "overnight".')] = "quick look",
    detector_steps: Annotated[int | None, typer.Option(help="In place of the preset's.", min=1)] = None,
    gan_steps: Annotated[int | None, typer.Option(help="In place of the preset's.", min=1)] = None,
    epochs: Annotated[
        float | None, typer.Option(help="In place of steps: how often all data are learned from.", min=0)
    ] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Of the detector.", min=1e-6, max=5e-3)] = None,
    detector_share: Annotated[
        float | None, typer.Option(help="Share of the trained detector in the result.", min=0.1, max=1)
    ] = None,
    old_share: Annotated[float | None, typer.Option(help="Share of old data.", min=0, max=0.9)] = None,
    detector: Detector = "",
    gan: Gan = "",
    device: Device = "auto",
    background: Annotated[bool, typer.Option(help="Return at once; the run goes on by itself.")] = False,
) -> None:
    """Fine-tune on the verdicts of a project, or on annotated data; measure before against after."""
    from tinyface_core.rendering import counted
    from tinyface_core.training.events import ConsoleEvents
    from tinyface_core.training.finetune.estimate import measure
    from tinyface_core.training.finetune.process import work_on
    from tinyface_core.training.finetune.request import PRESETS, DataSource, FineTuneRequest, Numbers
    from tinyface_core.training.finetune.runs import RunState, create_run

    if not name.strip():
        raise UserError("Weights need a name.")
    if target not in ("detector", "gan", "both"):
        raise UserError(f"There is no target {target}: choose detector, gan or both.")
    if preset not in PRESETS:
        raise UserError(f"There is no preset {preset}. Known: {', '.join(PRESETS)}.")
    sources = [DataSource("project", str(path)) for path in project or []] + [_source(text) for text in data or []]
    if not sources:
        raise UserError("Say what to learn from: --project FILE or --data KIND:ANNOTATIONS:PICTURES.")
    numbers = Numbers()
    given = {"detector_rate": learning_rate, "detector_share": detector_share, "old_share": old_share}
    numbers = replace(numbers, **{field: value for field, value in given.items() if value is not None})  # type: ignore[arg-type]
    olds = tuple(_source(text) for text in old or [])
    request = FineTuneRequest(name, target, tuple(sources), olds, detector, gan, numbers, device)  # type: ignore[arg-type]
    typer.echo("The data are read, and a few real steps tell how long it will take.", err=True)
    estimate = measure(request)
    numbers = estimate.numbers_for(PRESETS[preset], numbers)
    if epochs is not None:
        numbers = estimate.with_epochs(epochs, numbers)
    steps = {"detector_steps": detector_steps, "gan_steps": gan_steps}
    numbers = replace(numbers, **{field: value for field, value in steps.items() if value is not None})  # type: ignore[arg-type]
    minutes = max(1, round(estimate.seconds(numbers) / 60))
    typer.echo(f"It will take about {counted(minutes, 'minute')} on {estimate.device}.")
    run = create_run(replace(request, numbers=numbers))
    if background:
        run.start()
        _tell_running(run)
        return
    with shown_progress() as progress:
        code = work_on(run, ConsoleEvents(progress))
    if run.folder.exists():
        _tell(run)
        if run.state() == RunState.PAUSED:
            raise typer.Exit(130)
    if code:
        raise typer.Exit(code)


@runs_app.command("list")
def list_runs() -> None:
    """All runs, the newest first."""
    from tinyface_core.training.finetune.runs import all_runs

    runs = all_runs()
    for run in runs:
        typer.echo(f"{run.folder.name}  {run.state():11}  {run.request.name}")
    if not runs:
        typer.echo("There are no runs: tinyface train tune starts one.", err=True)


@runs_app.command("show")
def show(name: RunName) -> None:
    """Show the state and the results of a run."""
    _tell(_run(name))


@runs_app.command("resume")
def resume(name: RunName) -> None:
    """Go on with a run that was paused, interrupted or failed, in the background."""
    run = _run(name)
    run.start()
    _tell_running(run)


@runs_app.command("pause")
def pause(name: RunName) -> None:
    """Stop a run so that it can go on later."""
    _run(name).ask("pause")


@runs_app.command("keep")
def keep(name: RunName) -> None:
    """End a run now, and measure and keep what it has learned."""
    run = _run(name)
    alive = run.is_alive()
    run.ask("keep")
    if not alive:
        typer.echo("It does not run: resume it first, then keep.")


@runs_app.command("discard")
def discard(name: RunName) -> None:
    """Throw a run away."""
    _run(name).discard()


@runs_app.command("adopt")
def adopt_run(name: RunName) -> None:
    """Take the new weights of a run in among your own; --detector and --gan choose them from then on."""
    from tinyface_core.training.finetune.runs import adopt

    for added in adopt(_run(name)):
        typer.echo(f"{added.role}: {added.name}")


def _source(text: str) -> DataSource:
    from tinyface_core.datasets.registry import READERS
    from tinyface_core.training.finetune.request import DataSource

    kind, _, rest = text.partition(":")
    if not rest:
        raise UserError(f'"{text}" is not of the form {_DATA}')
    annotations, _, images = rest.partition(":")
    return DataSource(READERS.entry(kind).name, annotations, images)


def _run(name: str) -> Run:
    from tinyface_core.training.finetune.runs import all_runs

    found = [run for run in all_runs() if run.folder.name.startswith(name)]
    if len(found) != 1:
        raise UserError(f'There is no run "{name}"; `tinyface train runs list` shows all.')
    return found[0]


def _tell_running(run: Run) -> None:
    typer.echo(f'It runs: `tinyface train runs show "{run.folder.name}"`.')


def _tell(run: Run) -> None:
    from tinyface_core.rendering import counted
    from tinyface_core.training.finetune.known_photo import FACES
    from tinyface_core.training.finetune.runs import RunState, read_events

    state, outcome = run.state(), run.outcome()
    typer.echo(f"{run.request.name}: {state}")
    if state == RunState.RUNNING:
        steps = [event for event in read_events(run.events_file)[0] if event["kind"] == "progress"]
        typer.echo(
            "".join(f"{last['stage']}: {last['done']} of {last['total']}" for last in steps[-1:]) or "It begins."
        )
    elif state in (RunState.PAUSED, RunState.INTERRUPTED):
        typer.echo(f'`tinyface train runs resume "{run.folder.name}"` goes on.')
    if outcome is not None and outcome.reason:
        typer.echo(f"{outcome.reason} {outcome.what_to_do}")
    comparison = run.comparison()
    if comparison is None:
        return
    typer.echo(f"Average precision on {counted(comparison.pictures, 'picture')} held back:")
    for band in comparison.bands:
        interval = f" ({band.low:+.3f} to {band.high:+.3f})" if comparison.tells else ""
        typer.echo(
            f"  {band.name:10} {band.faces:5} faces  {band.before:.3f} -> {band.after:.3f}  "
            f"difference {band.difference:+.3f}{interval}"
        )
    if not comparison.tells:
        typer.echo("  Too few to tell whether it got better: add pictures.")
    if comparison.left_out:
        left_out = counted(comparison.left_out, "picture")
        typer.echo(f"  Missing or unreadable, so neither learned from nor measured: {left_out} of the new data.")
    figures = dict(comparison.figures)
    found, others = (figures.pop(name, None) for name in ("photo_found", "photo_false"))
    if found is not None and others is not None:
        typer.echo(
            f"  In a photo of an orchestra that it did not learn from: {found[0]:.0f} -> {found[1]:.0f} of {FACES} "
            f"tiny faces found, {others[0]:.0f} -> {others[1]:.0f} other boxes."
        )
    for figure, (before, after) in figures.items():
        typer.echo(f"  {figure:20} {before:.3f} -> {after:.3f}")
    if counts := comparison.counts:
        gone, new = (
            counted(counts["false alarm gone"], "false alarm"),
            counted(counts["new false alarm"], "new false alarm"),
        )
        typer.echo(f"  {counts['found now']} found now, {counts['lost now']} lost now, {gone} gone, {new}")
    typer.echo(f'Nothing uses the new weights yet: `tinyface train runs adopt "{run.folder.name}"`.')
