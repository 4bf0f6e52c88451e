"""`tinyface compare`: the same small faces, enlarged in several ways side by side."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.options import COMPARED, Methods, MinScore, OutputFolder, searches, split_names
from tinyface_core.commands.progress import shown_progress
from tinyface_core.commands.stopping import apart
from tinyface_core.files import check_writable
from tinyface_core.search_settings import LEAST_SHOWN, SearchSettings
from tinyface_core.types import Detections, FindResult, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinyface_core.types import Box, Frame
    from tinyface_core.upscalers.enlargement import CropSet
    from tinyface_core.upscalers.registry import Upscaler


_MOST_ON_A_SHEET, _MOST_ON_CONTACT_SHEETS = 12, 200


def _list_methods(asked: bool) -> None:
    if asked:
        from tinyface_core.upscalers.registry import MODEL_SUFFIXES, standard_upscalers

        for name in standard_upscalers().names():
            typer.echo(name)
        typer.echo(f"... and the path of any model file that spandrel reads ({', '.join(sorted(MODEL_SUFFIXES))})")
        raise typer.Exit


@searches
def compare(
    photo: Annotated[Path, typer.Argument(help="The photo, or a video.")],
    box: Annotated[
        list[str] | None, typer.Option(help="x1,y1,x2,y2 in pixels; give it once for each face. Nothing is searched.")
    ] = None,
    results: Annotated[Path | None, typer.Option(help="JSON of an earlier search: its faces are compared.")] = None,
    methods: Methods = COMPARED,
    factor: Annotated[int, typer.Option(help="Enlargement.", min=1, max=16)] = 4,
    limit: Annotated[
        int | None, typer.Option(help="At most this many faces, the smallest first: 12, of contact sheets 200.", min=1)
    ] = None,
    contact: Annotated[
        bool, typer.Option("--contact", help="Write contact sheets, 40 faces on each, in place of one sheet.")
    ] = False,
    crops: Annotated[bool, typer.Option("--crops/--no-crops", help="Write every crop as a picture too.")] = False,
    mark: Annotated[
        bool, typer.Option("--mark/--no-mark", help="Mark crops that a network made with a corner in orange.")
    ] = True,
    frame: Annotated[int, typer.Option(help="Number of the frame, for a video.", min=0)] = 0,
    page: Annotated[int, typer.Option(help="Number of the page, from 1, for a file that has several.", min=1)] = 1,
    spread: Annotated[
        bool,
        typer.Option("--spread", help="Show how far each pixel of the last method is guessed, and a number a face."),
    ] = False,
    output: OutputFolder = Path("output"),
    min_score: MinScore = LEAST_SHOWN,
    list_methods: Annotated[
        bool, typer.Option("--list", help="List the ways to enlarge.", callback=_list_methods, is_eager=True)
    ] = False,
    *,
    settings: SearchSettings,
) -> None:
    """Enlarge the faces of a photo in several ways and write the sheet that compares them.

    The faces are those of --box, of --results, or else of a search.
    """
    from tinyface_core.export.crops import save_crops
    from tinyface_core.media.pages import has_pages
    from tinyface_core.media.sources import is_video, read_frame
    from tinyface_core.names import output_stem
    from tinyface_core.search.finder import visible
    from tinyface_core.upscalers.comparison import LARGEST_MADE, compare_crops, warm_up
    from tinyface_core.upscalers.registry import load_upscalers

    check_writable(output)
    upscalers = load_upscalers(split_names(methods), settings.device, settings.gan)
    if not upscalers:
        raise UserError("Name at least one way to enlarge in --methods.")
    index = frame if is_video(photo) else page - 1 if has_pages(photo) else None
    if page > 1 and (index is None or is_video(photo)):
        raise UserError(f"{photo.name} has no pages: leave out --page.")
    if frame and not is_video(photo):
        raise UserError(f"{photo.name} is no video: leave out --frame.")
    picture = read_frame(photo, index)
    if box:
        boxes = [_parse_box(text, picture) for text in box]
        found = FindResult(picture.source, picture.width, picture.height, Detections.of([], []), 0, 0)
        found = replace(found, settings=settings, index=picture.index, seconds=picture.seconds)
    else:
        found, picture = _searched(picture, settings) if results is None else _earlier(results, picture)
        found = replace(found, faces=visible(found.faces, min_score))
        boxes = [face.box for face in sorted(found.faces, key=lambda face: face.size)]
    if not boxes:
        raise UserError(f"There is no face to compare in {photo.name}: lower --min-score, or give a --box.")
    warm_up(upscalers, factor)
    boxes = boxes[: limit or (_MOST_ON_CONTACT_SHEETS if contact else _MOST_ON_A_SHEET)]
    with shown_progress() as progress:
        sets = apart(partial(compare_crops, picture, boxes, upscalers, factor, progress=progress))
    if not any(made.enlargements for made in sets):
        most = LARGEST_MADE // factor
        raise UserError(
            f"Enlarged {factor} times the faces would be larger than {LARGEST_MADE} pixels: give a smaller --factor, "
            f"or boxes that with their surroundings have at most {most}."
        )
    if spread:
        sets = [_with_spread(made, upscalers[-1], factor, number) for number, made in enumerate(sets, 1)]
    stem = output_stem(photo.stem) + ("" if picture.index is None else f"-{picture.index:06}")
    if contact:
        _write_contact_sheets(output, stem, boxes, sets)
    else:
        _write_sheet(output / f"{stem}-comparison.png", picture, found, boxes, sets)
    if crops:
        folder = output / f"{stem}-crops"
        for number, crop_set in enumerate(sets, 1):
            save_crops(crop_set, folder / f"face-{number:03d}", mark)
        typer.echo(str(folder))


def _searched(picture: Frame, settings: SearchSettings) -> tuple[FindResult, Frame]:
    from tinyface_core.search.finder import build_finder

    with shown_progress() as progress:
        return build_finder(settings).find(picture, progress=progress), picture


def _write_sheet(path: Path, picture: Frame, found: FindResult, boxes: Sequence[Box], sets: Sequence[CropSet]) -> None:
    from tinyface_core.rendering import comparison_sheet
    from tinyface_core.upscalers.provenance import save_enlarged

    methods = [made.method for crop_set in sets for made in crop_set.enlargements]
    save_enlarged(path, comparison_sheet(picture, found, sets, "given", len(sets), boxes), methods)
    typer.echo(str(path))


def _write_contact_sheets(output: Path, stem: str, boxes: Sequence[Box], sets: Sequence[CropSet]) -> None:
    from tinyface_core.export.contact import ContactRow, contact_pages
    from tinyface_core.upscalers.provenance import save_enlarged

    sizes = (f"{max(x2 - x1, y2 - y1):.0f} px" for x1, y1, x2, y2 in boxes)
    rows = (ContactRow.of((str(n), size), made) for n, (size, made) in enumerate(zip(sizes, sets, strict=True), 1))
    for number, page in enumerate(contact_pages(rows), 1):
        path = output / f"{stem}-contact-{number:03d}.png"
        save_enlarged(path, page.pixels, page.methods)
        typer.echo(str(path))


def _with_spread(made: CropSet, upscaler: Upscaler, factor: int, number: int) -> CropSet:
    """Add a column with the spread of a face, and print its value."""
    from tinyface_core.upscalers.spread import show_spread

    if not made.enlargements:
        return made
    spread = apart(partial(show_spread, upscaler, made.original, factor))
    typer.echo(f"face {number}: guessed by {spread.guessed:.1f} of 255 levels")
    return replace(made, enlargements=(*made.enlargements, spread))


def _parse_box(text: str, picture: Frame) -> Box:
    try:
        x1, y1, x2, y2 = (float(edge) for edge in text.split(","))
    except ValueError:
        raise UserError(f'"{text}" is no box: give four numbers x1,y1,x2,y2 in pixels.') from None
    width, height = picture.width, picture.height
    if not (x1 < x2 and y1 < y2):
        raise UserError(f"The box {text} is empty: x2 must be more than x1, and y2 more than y1.")
    if x2 <= 0 or y2 <= 0 or x1 >= width or y1 >= height:
        raise UserError(f"The box {text} lies outside of the picture, which has {width} x {height}.")
    if x1 < -width or y1 < -height or x2 > 2 * width or y2 > 2 * height:
        raise UserError(f"The box {text} reaches far out of the picture, which has {width} x {height}.")
    return x1, y1, x2, y2


def _earlier(path: Path, picture: Frame) -> tuple[FindResult, Frame]:
    """The result for a picture in a file of results, and the picture rotated as in that search."""
    from tinyface_core.media.turning import turned_frame
    from tinyface_core.results import read_results

    name = Path(picture.source).name
    for result in read_results(path):
        if Path(result.source).name == name and result.index == picture.index:
            picture = turned_frame(picture, result.turn)
            if (result.width, result.height) != (picture.width, picture.height):
                raise UserError(f"{path.name} was made from a {name} of another size: search the picture again.")
            return result, picture
    raise UserError(f"{path.name} holds no search of {name}: name the file that goes with the picture.")
