"""`tinyface redact`: copies of photos and videos in which faces are covered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.failures import Failures
from tinyface_core.commands.options import Language, searches, split_names
from tinyface_core.commands.progress import shown_progress
from tinyface_core.commands.stopping import going_on
from tinyface_core.files import check_writable
from tinyface_core.names import shown
from tinyface_core.redaction.order import LEAD, LEAST_COVERED, MARGIN, SEARCH, Choice, Covering, Order, Shape, Which
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import Progress, UserError

if TYPE_CHECKING:
    from tinyface_core.export.material import Material
    from tinyface_core.redaction.copies import Copy
    from tinyface_core.redaction.statements import Statements
    from tinyface_core.search.finder import FaceFinder
    from tinyface_core.types import FindResult

_TOLD_DOUBTS, _MOST_DIGITS = 3, 10


@searches
def redact(
    files: Annotated[list[Path], typer.Argument(help="Photos, videos, or folders of them.")],
    output: Annotated[Path, typer.Option(help="Folder for the copies.")] = Path("redacted"),
    keep: Annotated[
        str,
        typer.Option(
            help="Faces left visible: numbers with commas between, or a project or JSON in which they are confirmed."
        ),
    ] = "",
    only: Annotated[str, typer.Option(help="Faces that alone are covered, named in the same ways.")] = "",
    results: Annotated[
        Path | None,
        typer.Option(help="JSON of a search to take in place of a new one; where there is none it is written."),
    ] = None,
    style: Annotated[str, typer.Option(help="blur, mosaic, solid or picture.")] = "blur",
    picture: Annotated[Path | None, typer.Option(help="Picture to lay over faces; then the style is picture.")] = None,
    shape: Annotated[Shape, typer.Option(help="What of the enlarged box is covered.")] = Shape.ROUNDED,
    margin: Annotated[
        float, typer.Option(help="Share of a large face's box added at each side; small ones get more.", min=0, max=2)
    ] = MARGIN,
    head: Annotated[bool, typer.Option("--head", help="Cover hair, ears and chin too.")] = False,
    least_score: Annotated[
        float,
        typer.Option(help="Least score of a small face that is covered; low: a leak costs more.", min=0, max=1),
    ] = LEAST_COVERED,
    lead: Annotated[float, typer.Option(help="Seconds covered before a track and behind it.", min=0, max=60)] = LEAD,
    every: Annotated[
        int | None,
        typer.Option(help="Search every n-th frame of a video; without it about 12 a second are searched.", min=1),
    ] = None,
    codec: Annotated[str, typer.Option(help="h264, hevc, vp9 or av1; empty for the video's own.")] = "",
    quality: Annotated[
        int | None, typer.Option(help="Constant rate factor of the video: lower is better and larger.", min=0, max=63)
    ] = None,
    hardware: Annotated[bool, typer.Option("--hardware", help="Encode on a graphics card where one can.")] = False,
    review: Annotated[str, typer.Option(help="Report beside each copy: html, json or none.")] = "html",
    confirmed_by: Annotated[str, typer.Option(help="Who looked at the copies; stands in the report.")] = "",
    language: Language = "en",
    *,
    settings: SearchSettings = SEARCH,
) -> None:
    """Write copies of photos and videos in which faces are covered, without metadata; originals stay as they are."""
    from tinyface_core.export.json_file import read
    from tinyface_core.export.naming import unique_names
    from tinyface_core.media.encoding import Encoding
    from tinyface_core.media.sources import list_media
    from tinyface_core.redaction.copies import check_target, suffix_for, write_copy
    from tinyface_core.redaction.statements import statements_in

    if review not in ("html", "json", "none"):
        raise UserError(f"--review knows no {review}: say html, json or none.")
    covering = _covering(style, picture, shape, margin, head)
    failures = Failures()
    listed, copies = list_media(files, failed=failures.add), output.resolve()
    # Skip copies of an earlier call if the output folder is inside an input folder.
    paths = [path for path in listed if path in files or output in files or copies not in path.resolve().parents]
    total = len(paths) + failures.count
    choice, statements = _chosen(keep, only)
    earlier = None
    if results is not None and results.exists():
        earlier = read([results])
        statements.append(statements_in(earlier))
    if choice.numbers and len(paths) > 1:
        raise UserError("Faces are numbered in each file: name one file with --keep or --only.")
    order = Order(
        covering,
        choice,
        least_score,
        lead,
        every,
        Encoding(codec, quality, hardware),
        "" if review == "none" else review,
        confirmed_by,
        language,
    )
    check_writable(output)
    finder, names = cache(lambda: _finder(settings)), unique_names([path.stem for path in paths])
    with going_on("The same command goes on with the search of a video."), shown_progress() as progress:
        found = _Searches(results, earlier, order, finder, progress)
        for done, (path, name) in enumerate(zip(paths, names, strict=True)):
            progress("files", done, len(paths))
            try:
                target = output / f"{name}{suffix_for(path)}"
                check_target(target, paths)
                said = [one for of in statements for one in of(path)]
                _tell(path, write_copy(path, target, found.of(path, target), said, order, progress=progress))
            except Exception as error:
                failures.add(path, error)
    found.save()
    failures.end(total)


def _covering(style: str, picture: Path | None, shape: Shape, margin: float, head: bool) -> Covering:
    from tinyface_core.media.images import load_image
    from tinyface_core.redaction.styles import PICTURE, STYLES

    if picture is not None:
        loaded = load_image(picture)
        for remark in loaded.remarks:
            typer.echo(remark, err=True)
        return Covering(PICTURE, shape, margin, head, loaded.pixels)
    if style == PICTURE:
        raise UserError("Name the picture to lay over faces: --picture FILE.")
    STYLES.entry(style)
    return Covering(style, shape, margin, head)


def _chosen(keep: str, only: str) -> tuple[Choice, list[Statements]]:
    """Which faces are covered, and the statements about them from projects or results."""
    from tinyface_core.redaction.statements import read_statements

    if keep and only:
        raise UserError("Give --keep or --only, not both.")
    which = Which.ALL_BUT if keep else Which.ONLY if only else Which.ALL
    named = split_names(keep or only)
    numbers = frozenset(int(name) for name in named if name.isdecimal() and len(name) < _MOST_DIGITS)
    files = [Path(keep or only)] if named and not numbers else []
    if numbers and len(numbers) < len(set(named)):
        raise UserError(f"{keep or only} is no list of numbers: write them as 2,5,7.")
    return Choice(which, numbers), [read_statements(file) for file in files]


class _Searches:
    """Results of each file, from a new search or from a file of earlier results."""

    def __init__(
        self,
        kept: Path | None,
        earlier: Material | None,
        order: Order,
        finder: Callable[[], FaceFinder],
        progress: Progress,
    ) -> None:
        from tinyface_core.redaction.statements import by_file

        self._kept, self._order, self._finder, self._progress = kept, order, finder, progress
        self._earlier = {} if earlier is None else by_file(earlier.results)
        self._new: list[FindResult] = []

    def of(self, path: Path, target: Path) -> Iterable[FindResult]:
        """The results of a file that will be copied to `target`."""
        from tinyface_core.redaction.searching import search

        if self._earlier:
            earlier = self._earlier.get(path.resolve())
            if earlier is None:
                raise UserError(f"{self._kept} holds nothing of {path}: leave out --results, or search it anew.")
            return earlier
        found = search(path, target, self._finder(), self._order, progress=self._progress)
        if self._kept is None:
            return found
        new = list(found)
        self._new += new
        return new

    def save(self) -> None:
        """Write the new results if --results was given."""
        from tinyface_core.results import write_results

        if self._kept is not None and self._new:
            write_results(self._kept, self._new)
            typer.echo(f"  {self._kept}")


def _finder(settings: SearchSettings) -> FaceFinder:
    from tinyface_core.search.finder import build_finder

    return build_finder(settings)


def _tell(path: Path, copy: Copy) -> None:
    from tinyface_core.media.sources import is_video
    from tinyface_core.rendering import counted

    covered = sum(one.covered for one in copy.decisions)
    noun = "track" if is_video(path) else "face"
    typer.echo(f"{shown(str(path))}: {covered} of {counted(len(copy.decisions), noun)} covered.")
    doubts = [f"look at {noun} {doubt.face}: {doubt.why}" for doubt in copy.doubts[:_TOLD_DOUBTS]]
    if (more := len(copy.doubts) - _TOLD_DOUBTS) > 0:
        doubts.append(f"and at {more} more, which the review lists")
    for line in (*copy.remarks, *doubts, str(copy.target), *([str(copy.review)] if copy.review else [])):
        typer.echo(f"  {shown(line)}")
