"""`tinyface query`: which faces of a project answer a question."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.project import ProjectFile
from tinyface_core.files import check_writable

if TYPE_CHECKING:
    from tinyface_core.export.material import Material
    from tinyface_core.project.query import Match

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
    fields: Annotated[
        bool,
        typer.Option("--fields", help="List what can be asked for.", is_eager=True, callback=_list_fields),
    ] = False,
) -> None:
    """Print the faces of a project that answer a question, with the paths of their pictures."""
    from tinyface_core.export.registry import FORMATS, export
    from tinyface_core.project.groups import FaceGroups
    from tinyface_core.project.query import matching, parse
    from tinyface_core.project.store import Project
    from tinyface_core.rendering import counted
    from tinyface_core.types import UserError

    condition = parse(question)
    wanted = None if form == "table" else FORMATS.load(form)
    if wanted is not None and output is None and wanted.suffix not in _PRINTED:
        raise UserError(f"{form} is not printed: name a file or folder for it with --output.")
    with Project.open(file) as project:
        matches, groups = matching(project, condition), FaceGroups(project).numbers()
        if wanted is None:
            faces, pictures = _print(matches, groups)
        else:
            material = _material(matches, groups)
            faces, pictures = sum(len(result.faces) for result in material.results), len(material.results)
            if output is not None:
                check_writable(output.parent)
                export(form, material, output)
            else:
                with tempfile.TemporaryDirectory() as scratch:
                    export(form, material, target := Path(scratch) / f"faces{wanted.suffix}")
                    typer.echo(target.read_text("utf-8-sig"), nl=False)
    typer.echo(f"{counted(faces, 'face')} of {counted(pictures, 'picture')}", err=True)


def _print(matches: Iterable[Match], groups: Mapping[int, int]) -> tuple[int, int]:
    """Print a row for each face; how many faces and pictures there were."""
    from tinyface_core.export.material import WORDS
    from tinyface_core.names import shown

    cell = "{:>5}  " if groups else "{:.0}"
    faces = pictures = 0
    for match in matches:
        if not pictures:
            typer.echo(_ROW.format("size", "score", "verdict", cell.format("group"), "box", "picture"))
        pictures += 1
        place = shown(match.result.source)
        if match.result.index is not None:
            page = match.result.seconds is None
            place += f", page {match.result.index + 1}" if page else f", frame {match.result.index}"
        for entry in match.faces:
            faces += 1
            box = ",".join(f"{edge:.0f}" for edge in entry.face.box)
            size, score = f"{entry.face.size:.1f}", f"{entry.face.score:.2f}"
            group = cell.format(str(groups.get(entry.id, "")))
            typer.echo(_ROW.format(size, score, WORDS[entry.verdict] or "none", group, box, place))
    return faces, pictures


def _material(matches: Iterable[Match], groups: Mapping[int, int]) -> Material:
    from tinyface_core.export.material import FaceKey, Material, Statement

    results, statements = [], {}
    for match in matches:
        results.append(match.result)
        for number, entry in enumerate(match.faces):
            key = FaceKey(match.result.source, match.result.index, number)
            statements[key] = Statement(entry.verdict, entry.note, groups.get(entry.id, 0))
    return Material(results, statements)
