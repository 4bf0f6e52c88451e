"""`tinyface export`: writes results of earlier searches in other formats."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from tinyface_core.commands.failures import Failures
from tinyface_core.commands.options import COMPARED, Device, Language, Methods, MinScore, MinSize, split_names
from tinyface_core.files import check_no_original, check_writable
from tinyface_core.types import UserError


def export(
    results: Annotated[list[Path], typer.Argument(help="JSON files of `tinyface find`, or of this command.")],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="csv, json, coco, yolo, mot, crops, contact, annotated, xmp, html, or any of `tinyface parts`.",
        ),
    ] = "csv",
    output: Annotated[Path | None, typer.Option(help="File or folder to write; output/faces... by default.")] = None,
    min_score: MinScore = 0,
    min_size: MinSize = 0,
    methods: Methods = COMPARED,
    device: Device = "auto",
    title: Annotated[str, typer.Option(help="Title of a report.")] = "",
    case: Annotated[str, typer.Option(help="Number of the case, for the head of a report.")] = "",
    examiner: Annotated[str, typer.Option(help="Who examined the pictures, for the head of a report.")] = "",
    language: Language = "en",
) -> None:
    """Write the faces of earlier searches as CSV, COCO, YOLO, MOT, crops, annotated pictures or an HTML report.

    The pictures themselves are read again only for crops, annotated pictures and reports.
    """
    from datetime import date

    from tinyface_core.export.case import Case
    from tinyface_core.export.enlarging import EnlargedFaces
    from tinyface_core.export.json_file import read
    from tinyface_core.export.material import Material
    from tinyface_core.export.registry import FORMATS
    from tinyface_core.export.registry import export as write
    from tinyface_core.project.database import SUFFIX
    from tinyface_core.rendering import counted
    from tinyface_core.upscalers.registry import load_upscalers

    wanted = FORMATS.load(form)
    target = output or Path("output") / f"faces-{form}{wanted.suffix}"
    check_writable(target.parent)
    failures, parts = Failures(), []
    for path in results:
        try:
            if path.suffix == SUFFIX:
                command = f"tinyface query \"{path}\" 'score > 0.4' --format {form}"
                raise UserError(f"{path} is a project: `{command}` exports it.")
            parts.append(read([path]))
        except UserError as error:
            failures.add(path, error)
    if not parts:
        failures.end(len(results))
    material = replace(Material.joined(parts).above(min_score, min_size), unreadable=failures.add)
    material = replace(material, case=Case(title, case, examiner, date.today().isoformat(), language))
    check_no_original([target], chain(results, (Path(result.source) for result in material.results)))
    material = wanted.part_of(material)
    if wanted.crops:
        material = replace(material, crops=EnlargedFaces(material, load_upscalers(split_names(methods), device)))
    write(form, material, target)
    faces = sum(len(result.faces) for result in material.results)
    typer.echo(f"{counted(faces, 'face')} of {counted(len(material.results), 'picture')}: {target}")
    failures.end(len(results) + len(material.results))
