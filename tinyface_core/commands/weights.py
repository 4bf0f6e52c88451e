"""`tinyface weights`: lists, imports and exports weights, with cost and measured figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinyface_core.commands.failures import Failures
from tinyface_core.types import UserError

weights_app = typer.Typer(help="The installed weights.", no_args_is_help=True)


@weights_app.command("show")
def show() -> None:
    """Print what every preset costs and every installed file of weights reaches."""
    from tinyface_core.cost import preset_costs
    from tinyface_core.detector import centerface
    from tinyface_core.own_weights import installed_weights

    for preset, costs in preset_costs().items():
        typer.echo(f"{preset}: a 1024 x 768 picture, or one crop")
        for network, cost in costs.items():
            size, work = cost.parameters / 1e6, cost.multiply_adds / 1e9
            typer.echo(f"  {network:24} {size:8.2f} M parameters {work:8.2f} G multiply-adds")
    for entry in installed_weights().entries:
        typer.echo(f"{entry.name} ({entry.role}, {entry.preset}, {entry.date}): {entry.data}; {entry.licence}")
        for figure, value in entry.measured.items():
            typer.echo(f"  {figure:24} {value:.3f}")
    typer.echo(f"{centerface.NAME} (detector, of other authors): MIT, see LICENSES.md beside the weights")


@weights_app.command("export")
def export(
    name: str,
    file: Annotated[Path | None, typer.Argument(help="To write, *.tinyface-weights: weights and card.")] = None,
    onnx: Annotated[Path | None, typer.Option(help="To write, *.onnx: the networks, for other programs.")] = None,
    calibrate: Annotated[Path | None, typer.Option(help="Folder of pictures: in 8 bits too.")] = None,
) -> None:
    """Write weights with their card into one file, or their networks as ONNX."""
    from tinyface_core.own_weights import installed_weights, send
    from tinyface_core.weights import exported_file

    manifest = installed_weights()
    entry = manifest.entry(name)
    if file is not None:
        send(manifest, entry, file)
    if onnx is not None:
        from tinyface_core.backends.calibration import calibration_pictures
        from tinyface_core.backends.export import exported_networks

        pictures = calibration_pictures(calibrate) if calibrate is not None else []
        networks = exported_networks(entry, manifest.tensors(entry), pictures)
        for part, network in networks.items():
            path = onnx if len(networks) == 1 else exported_file(onnx, part)
            path.write_bytes(network.data)
            typer.echo(f"{path}: at most {network.difference:.1e} from torch's outputs")
    if file is None and onnx is None:
        raise UserError("Name a file to write: FILE for the weights with their card, --onnx FILE for networks.")


@weights_app.command("import")
def import_(file: Annotated[Path, typer.Argument(help="That `tinyface weights export` wrote.")]) -> None:
    """Take weights in among your own, after their SHA-256 was checked."""
    from tinyface_core.own_weights import OwnWeights

    typer.echo(OwnWeights().receive(file).name)


@weights_app.command("rename")
def rename(name: str, new: str) -> None:
    """Call weights of your own otherwise."""
    from tinyface_core.own_weights import OwnWeights

    OwnWeights().rename(name, new)


@weights_app.command("remove")
def remove(name: str) -> None:
    """Delete weights of your own."""
    from tinyface_core.own_weights import OwnWeights

    OwnWeights().remove(name)


@weights_app.command("check")
def check() -> None:
    """Compare every installed file of weights with its SHA-256."""
    from tinyface_core.detector import centerface
    from tinyface_core.own_weights import OwnWeights, installed_weights

    manifest, failures = installed_weights(), Failures()
    for entry in manifest.entries:
        try:
            manifest.check(entry)
            typer.echo(f"{entry.name}: as released")
        except UserError as error:
            failures.add(Path(entry.file), error)
    for precision, network in centerface.NETWORKS.items():
        try:
            centerface.network_file(precision)
            typer.echo(f"{network.file}: as released")
        except UserError as error:
            failures.add(Path(network.file), error)
    OwnWeights().stored()  # searches go on without those of a manifest that cannot be read
    failures.end(len(manifest.entries) + len(centerface.NETWORKS))
