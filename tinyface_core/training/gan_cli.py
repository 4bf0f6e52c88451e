"""Commands for the generator's training: `python -m tinyface_core.training.gan_cli mine|train|measure`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image, ImageOps

from tinyface_core.datasets.crops import MiningRules, RandomBoxes, aligned_faces, annotated_faces, mine_crops
from tinyface_core.datasets.wider import read_wider
from tinyface_core.training.events import CombinedEvents, ConsoleEvents, JobEvents, JsonLinesEvents
from tinyface_core.types import RgbImage

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Train the generator and the discriminator.")


@app.command()
def mine(
    images: Annotated[Path, typer.Argument(help="Folder of the WIDER FACE pictures.")],
    ground_truth: Annotated[Path, typer.Argument(help="The official list, wider_face_train.mat.")],
    out: Annotated[Path, typer.Argument(help="The .npz to write.")],
    per_picture: Annotated[int, typer.Option(help="Crops of each kind from one picture, at most.")] = 5,
    random_boxes: Annotated[int, typer.Option(help="Random candidates in each picture, for non-faces.")] = 60,
    seed: Annotated[int, typer.Option(help="Decides which crops are kept.")] = 1,
) -> None:
    """Cut face and non-face crops out of annotated pictures into one file."""
    rules = MiningRules(per_picture=per_picture, seed=seed)
    sources = [annotated_faces, RandomBoxes(random_boxes, seed)]
    pictures = read_wider(images, ground_truth)
    events = ConsoleEvents()

    def progress(done: int, total: int) -> None:
        if done % 200 == 0 or done == total:
            events.progress("mine", done, total, None)

    crops = mine_crops(pictures, _read_rgb, sources, rules, progress)
    crops.save(out)
    sharp, face = crops.sharp, crops.face
    typer.echo(
        f"{len(crops)} crops: {(sharp & face).sum()} faces and {(sharp & ~face).sum()} others for pictures, "
        f"{(~sharp & face).sum()} small faces and {(~sharp & ~face).sum()} small others for the face head."
    )


@app.command()
def mine_aligned(
    folder: Annotated[Path, typer.Argument(help="Folder of pictures with one aligned face each.")],
    out: Annotated[Path, typer.Argument(help="The .npz to write.")],
) -> None:
    """Turn pictures of one aligned face each into crops."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    crops = aligned_faces(files, _read_rgb, MiningRules())
    crops.save(out)
    typer.echo(f"{len(crops)} crops.")


def _read_rgb(path: Path) -> RgbImage:
    with Image.open(path) as picture:
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))


if __name__ == "__main__":
    app()
