"""`tinyface project`: the commands on project files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from tinyface_core.commands.failures import Failures
from tinyface_core.commands.options import searches
from tinyface_core.commands.progress import shown_progress
from tinyface_core.project.store import Project
from tinyface_core.search_settings import LEAST_KEPT, LEAST_SHOWN, SearchSettings
from tinyface_core.types import Frame, UserError

project_app = typer.Typer(help="Project files: pictures, faces, verdicts and notes in one file.", no_args_is_help=True)

ProjectFile = Annotated[Path, typer.Argument(help="The project file (*.tinyface).")]


@project_app.command("new")
def new(
    file: ProjectFile,
    photos: Annotated[list[Path] | None, typer.Argument(help="Photos, videos, or folders of them.")] = None,
) -> None:
    """Make a project and add pictures to it; a file that exists is not touched."""
    if file.exists():
        raise UserError(f"{file} exists already: choose another name, or `tinyface project add`.")
    Project.create(file).close()
    if photos:
        add(file, photos)


@project_app.command("add")
def add(
    file: ProjectFile,
    photos: Annotated[list[Path], typer.Argument(help="Photos, videos, or folders of them.")],
) -> None:
    """Add pictures to a project."""
    from tinyface_core.media.pages import has_pages
    from tinyface_core.media.sources import is_video, list_media
    from tinyface_core.project.records import ProjectPicture
    from tinyface_core.project.relink import fingerprint_pictures
    from tinyface_core.rendering import counted

    failures = Failures()
    with Project.open(file) as project:
        paths = [path.absolute() for path in list_media(photos, failed=failures.add)]
        project.add_pictures(ProjectPicture(str(path), is_video(path), has_pages=has_pages(path)) for path in paths)
        fingerprint_pictures(project)
        typer.echo(f"{file}: {counted(len(project.pictures()), 'picture')}")
    failures.end(len(paths) + failures.count)


@project_app.command("find")
@searches
def find(
    file: ProjectFile,
    again: Annotated[bool, typer.Option(help="Also search photos that were searched before.")] = False,
    min_score: Annotated[float, typer.Option(help="Fainter candidates are not kept.", min=0, max=1)] = LEAST_KEPT,
    *,
    settings: SearchSettings,
) -> None:
    """Search the photos of a project; verdicts are carried over to matching new faces."""
    from collections import defaultdict

    from tinyface_core.media.sources import read_frames
    from tinyface_core.media.turning import turned_frame
    from tinyface_core.project.records import ProjectFace, ProjectPicture, by_frame, faces_in
    from tinyface_core.project.scanned import ScannedFiles
    from tinyface_core.project.verdicts import carry_over
    from tinyface_core.rendering import counted
    from tinyface_core.search.finder import build_finder
    from tinyface_core.search.pipeline import Concurrency, Ended, Searched, run_pipeline, searches_at_once

    failures = Failures()
    with Project.open(file) as project, shown_progress() as progress:

        def wanted() -> Iterator[ProjectPicture]:
            pictures = (picture for page in project.picture_pages() for picture in page)
            return (p for p in pictures if not p.is_video and not p.missing and (again or not p.searched))

        total = sum(1 for _ in wanted())
        finder = build_finder(settings)
        done, before = 0, dict[str, defaultdict[int | None, list[ProjectFace]]]()

        def store(part: Searched[ProjectPicture] | Ended[ProjectPicture]) -> None:
            nonlocal done, before
            if isinstance(part, Searched):
                source, result = part.key.source, part.result
                found = [face for face in faces_in(result) if face.face.score >= min_score]
                if source not in before:
                    if result.index is not None and not part.key.has_pages:
                        ScannedFiles(project).note_pages(source)
                    before = {source: by_frame(project.faces(source))}
                faces = carry_over(before[source][result.index], found)
                project.put_result(result, faces)
                return
            done += 1
            progress("Searching", done, total)
            if part.error is not None:
                failures.add(part.key.path, part.error)

        def frames(picture: ProjectPicture) -> Iterator[Frame]:
            return (turned_frame(frame, picture.turn) for frame in read_frames(picture.path))

        how = Concurrency(searches_at_once(finder.settings))
        run_pipeline(wanted(), frames, lambda _, frame: finder.find(frame, how.stop), store, how)
        searched_now = total - failures.count
        typer.echo(f"{file}: {counted(searched_now, 'photo')} searched, {counted(project.counts().faces, 'face')}")
    failures.end(total)


@project_app.command("show")
def show(file: ProjectFile) -> None:
    """Print numbers of pictures and faces, and missing pictures."""
    from tinyface_core.project.scanned import ScannedFiles
    from tinyface_core.rendering import counted

    with Project.open(file) as project:
        counts, pictures = project.counts(), project.pictures()
        missing = [picture for picture in pictures if picture.missing]
        typer.echo(f"{counted(counts.pictures, 'picture')}, {counts.reviewed} complete, {len(missing)} missing")
        typer.echo(f"{counted(counts.faces, 'face')}, {counts.drawn} drawn")
        for verdict, count in sorted(counts.verdicts.items()):
            typer.echo(f"  {verdict or 'undecided':12} {count}")
        for picture in missing:
            typer.echo(f"missing: {picture.source}")
        if failures := len(ScannedFiles(project).failed()):
            told = counted(failures, "file")
            typer.echo(f'{told} could not be searched: `tinyface project failed "{file}"` says why')


@project_app.command("relink")
def relink_command(
    file: ProjectFile, folder: Annotated[Path, typer.Argument(help="Where the pictures may lie now.")]
) -> None:
    """Find pictures that were moved or renamed by their content."""
    from tinyface_core.project.relink import relink
    from tinyface_core.rendering import counted

    with Project.open(file) as project:
        for old, new_place in relink(project, folder).items():
            typer.echo(f"{old} -> {new_place}")
        missing = sum(picture.missing for picture in project.pictures())
        typer.echo(f"{counted(missing, 'picture')} still missing")


@project_app.command("regions")
def regions(file: ProjectFile) -> None:
    """Take the face regions that photo managers wrote (XMP, beside or inside the photos) in as verdicts."""
    from tinyface_core.project.regions import take_all_regions
    from tinyface_core.rendering import counted

    failures = Failures()
    with Project.open(file) as project:
        confirmed, added = take_all_regions(project, failures.add)
        typer.echo(f"{file}: {counted(confirmed, 'face')} confirmed, {added} added")
        failures.end(project.counts().pictures)


@project_app.command("group")
def group(
    file: ProjectFile,
    embedder: Annotated[str, typer.Option(help="What faces are compared by; `tinyface parts` lists them.")] = "pattern",
    alike: Annotated[
        float | None, typer.Option(help="How much faces of a group are alike; more makes smaller groups.", min=0, max=1)
    ] = None,
    min_score: Annotated[float, typer.Option(help="Fainter faces stay out.", min=0, max=1)] = LEAST_SHOWN,
    forget: Annotated[bool, typer.Option("--forget", help="Take groups and features out of the project.")] = False,
) -> None:
    """Group faces that look alike: a help for sorting, not identification. Groups keep their numbers."""
    from tinyface_core.groups.grouping import group_faces
    from tinyface_core.groups.registry import standard_embedders
    from tinyface_core.project.groups import FaceGroups
    from tinyface_core.rendering import counted

    failures = Failures()
    with Project.open(file) as project:
        if forget:
            FaceGroups(project).forget()
            typer.echo(f"{file}: no groups")
            return
        part = standard_embedders().make(embedder)
        with shown_progress() as progress:
            made = group_faces(project, part, alike, min_score, failures.add, progress)
        typer.echo(f"{file}: {counted(made.groups, 'group')} of {counted(made.faces, 'face')}, {made.alone} alone")
        failures.end(project.counts().pictures)


@project_app.command("check")
def check(file: ProjectFile) -> None:
    """Check the file itself, and what its verdicts are enough for as training data."""
    from tinyface_core.datasets.check import check_pictures
    from tinyface_core.datasets.corrections import read_corrections

    with Project.open(file) as project:
        faults = project.check()
    for fault in faults:
        typer.echo(fault, err=True)
    try:
        found, _ = check_pictures(read_corrections(None, file))
    except FileNotFoundError as nothing_yet:  # which is no fault of the file
        typer.echo(nothing_yet)
    else:
        for finding in found.findings:
            typer.echo(finding.sentence)
    if faults:
        raise typer.Exit(1)


@project_app.command("compact")
def compact(file: ProjectFile) -> None:
    """Give the room of what was removed back to the disk; close the project elsewhere first."""
    with Project.open(file) as project:
        freed = project.compact()
    typer.echo(f"{file}: {freed / 1e6:,.1f} MB smaller, {file.stat().st_size / 1e6:,.1f} MB now")


@project_app.command("import")
def import_(
    file: ProjectFile, parts: Annotated[list[Path], typer.Argument(help="Parts that Ray's workers wrote, or folders.")]
) -> None:
    """Take in what `tinyface scan --engine ray` found; what the project has already is not taken in twice."""
    from collections import Counter

    from tinyface_core.project.parts import import_parts, parts_in

    named = [path for part in parts for path in (parts_in(part) if part.is_dir() else [part])]
    if not file.exists():
        Project.create(file).close()
    failures = Failures()
    with Project.open(file) as project:
        outcomes = Counter(import_parts(project, named, failures.add))
    typer.echo(f"{file}: {', '.join(f'{outcome} {count:,}' for outcome, count in outcomes.items()) or 'no parts'}")
    failures.end(len(named))


@project_app.command("failed")
def failed(file: ProjectFile) -> None:
    """List the files that scans could not search, and why."""
    from tinyface_core.project.scanned import ScannedFiles

    with Project.open(file) as project:
        for scanned in ScannedFiles(project).failed():
            typer.echo(scanned.reason if scanned.path in scanned.reason else f"{scanned.path}: {scanned.reason}")


@project_app.command("copies")
def copies(file: ProjectFile) -> None:
    """List re-encoded and resized copies among the photos that scans have searched, group by group."""
    from tinyface_core.project.likeness import copies as grouped
    from tinyface_core.project.scanned import ScannedFiles
    from tinyface_core.rendering import counted

    with Project.open(file) as project:
        sources, hashes = ScannedFiles(project).likenesses()
    groups = grouped(hashes)
    for group in groups:
        typer.echo("\n".join(sources[row] for row in group) + "\n")
    of_them = counted(sum(map(len, groups)), "photo")
    typer.echo(f"{of_them} of {len(sources)} in {counted(len(groups), 'group')}")
