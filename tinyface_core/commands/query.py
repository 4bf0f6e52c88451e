"""`tinyface query`: lists or exports the faces of a project that match a query."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.failures import Failures
from tinyface_core.commands.options import COMPARED, Device, Methods, split_names
from tinyface_core.commands.project import ProjectFile
from tinyface_core.files import check_no_original, check_writable

if TYPE_CHECKING:
    from tinyface_core.export.material import Material

_PRINTED = (".csv", ".json")
_ROW = "{:>7}  {:>5}  {:9}  {}{:23}  {}"


def _list_fields(asked: bool) -> None:
    if asked:
        from tinyface_core.project.query import FIELDS

        for name, field in FIELDS.items():
            typer.echo(f"{name:8}  {field.about}; {' '.join(field.signs)}")
        raise typer.Exit


def query(
    file: ProjectFile,
    question: Annotated[
        str,
        typer.Argument(
            help='As "size < 16 and score > 0.8 and verdict is none"; `tinyface query --fields` lists the rest.'
        ),
    ],
    form: Annotated[
        str, typer.Option("--format", help="table, csv, json, or another that `tinyface parts` lists.")
    ] = "table",
    output: Annotated[
        Path | None, typer.Option(help="File or folder to write; csv and json are printed without it.")
    ] = None,
    methods: Methods = COMPARED,
    device: Device = "auto",
    fields: Annotated[
        bool,
        typer.Option("--fields", help="List what can be asked for.", is_eager=True, callback=_list_fields),
    ] = False,
) -> None:
    """Print the faces of a project that answer a question with their pictures, then pictures without a face."""
    from tinyface_core.export.enlarging import EnlargedFaces
    from tinyface_core.export.lazy import Mapped
    from tinyface_core.export.material import Material
    from tinyface_core.export.registry import FORMATS, export
    from tinyface_core.export.stored import StoredPictures
    from tinyface_core.names import shown
    from tinyface_core.project.groups import NUMBER, FaceGroups
    from tinyface_core.project.listing import FaceCriteria, Listing
    from tinyface_core.project.query import parse, without_faces
    from tinyface_core.project.store import Project
    from tinyface_core.rendering import counted
    from tinyface_core.types import UserError
    from tinyface_core.upscalers.registry import load_upscalers

    condition = parse(question)
    asked = FaceCriteria(question=condition)
    wanted = None if form == "table" else FORMATS.load(form)
    if wanted is not None and output is None and wanted.suffix not in _PRINTED:
        raise UserError(f"{form} is not printed: name a file or folder for it with --output.")
    failures = Failures()
    with Project.open(file) as project:
        frames = Listing.of(asked).frames(project)
        pictures = StoredPictures(project, asked, frames[:, :2], only_faces=True)
        results = Mapped(attrgetter("result"), pictures)
        material = Material(results, pictures.statements, unreadable=failures.add)
        if wanted is not None and (wanted.crops or wanted.photos):
            material = wanted.part_of(material)
        if wanted is not None and wanted.crops:
            material = replace(material, crops=EnlargedFaces(material, load_upscalers(split_names(methods), device)))
        grouped, empty = FaceGroups(project).are_there(), 0
        if wanted is None:
            _print(material, grouped)
            for source in without_faces(project, condition):
                empty += 1
                typer.echo(f"no face  {shown(source)}")
        elif output is not None:
            check_no_original([output], chain([file], (Path(result.source) for result in material.results)))
            check_writable(output.parent)
            export(form, material, output)
        else:
            with tempfile.TemporaryDirectory() as scratch:
                export(form, material, target := Path(scratch) / f"faces{wanted.suffix}")
                with target.open(encoding="utf-8-sig") as lines:
                    for line in lines:
                        typer.echo(line, nl=False)
        count, faces = len(material.results), int(frames[:, 2].sum())
        if count < len(pictures):  # the format leaves some out
            faces = sum(len(result.faces) for result in material.results)
    more = f", and {counted(empty, 'picture')} without a face" if empty else ""
    typer.echo(f"{counted(faces, 'face')} of {counted(count, 'picture')}{more}", err=True)
    if NUMBER in condition.sql and not grouped:
        typer.echo("Faces were not grouped yet: `tinyface project group` does that.", err=True)
    failures.end(len(pictures))


def _print(material: Material, grouped: bool) -> None:
    """Print one row per face."""
    from tinyface_core.export.material import WORDS
    from tinyface_core.names import place_in_file, shown

    cell = "{:>5}  " if grouped else "{:.0}"
    if material.results:
        typer.echo(_ROW.format("size", "score", "verdict", cell.format("group"), "box", "picture"))
    for result in material.results:
        place = shown(result.source)
        if where := place_in_file(result.index, result.seconds):
            place += f", {where}"
        for _, face, said in material.faces(result):
            box = ",".join(f"{edge:.0f}" for edge in face.box)
            size, score, group = f"{face.size:.1f}", f"{face.score:.2f}", cell.format(str(said.group or ""))
            typer.echo(_ROW.format(size, score, WORDS[said.verdict] or "none", group, box, place))
