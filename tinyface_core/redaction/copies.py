"""Writes the redacted copy of a photo or video, and its review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tinyface_core.files import check_no_original
from tinyface_core.media.pages import has_pages
from tinyface_core.media.sources import is_video
from tinyface_core.media.video_file import sentences
from tinyface_core.media.video_writer import suffix_for as video_suffix
from tinyface_core.redaction.decisions import Decision, Said, decide, subjects
from tinyface_core.redaction.order import Order
from tinyface_core.redaction.photos import suffix_for as photo_suffix
from tinyface_core.redaction.photos import write_photo
from tinyface_core.redaction.review import Doubt, Review, doubts_of, picture, watched_frames, write_review
from tinyface_core.redaction.videos import write_video
from tinyface_core.search.journal import check_unchanged, forget_search
from tinyface_core.types import CancelToken, Detections, FindResult, Progress, RgbImage, UserError, no_progress


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was written.

    Attributes:
        decisions: for each face, whether it is covered.
        doubts: what a person should check, the most important first.
        remarks: sentences about what could not be preserved.
    """

    target: Path
    review: Path | None
    decisions: tuple[Decision, ...]
    doubts: tuple[Doubt, ...]
    remarks: tuple[str, ...]


def suffix_for(path: Path) -> str:
    """The suffix of the copy of a photo or video.

    Raises:
        MediaError: if the video cannot be read.
        UserError: if it is a file of several pages, which cannot be copied.
    """
    if not is_video(path):
        if has_pages(path):
            raise UserError(f"{path.name} has several pages, and a copy would hold the first alone: save them singly.")
        return photo_suffix(path)
    with sentences(path):
        return video_suffix(path)


def check_target(target: Path, sources: Sequence[Path]) -> None:
    """Check that the target is neither an original nor a symbolic link, whose target would be overwritten.

    Raises:
        UserError: if it is.
    """
    if target.is_symlink():
        raise UserError(f"{target} is a link to another file, which is not written over: remove it, or name a folder.")
    check_no_original([target], sources)


def write_copy(
    path: Path,
    target: Path,
    results: Iterable[FindResult],
    said: Sequence[Said],
    order: Order,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> Copy:
    """Write the redacted copy of a photo or video, and the requested review beside it.

    The results are those of `search`, or of an earlier search, as which the copy of a photo is rotated. They are taken
    one by one, and not kept: of an hour, the faces would take gigabytes.
    `progress("write", done, total)` is called; a cancelled copy is deleted, the search results are kept.

    Raises:
        MediaError: if the file cannot be read, or was changed since it was searched.
        UserError: if a chosen number does not exist, or the target is the original.
    """
    check_target(target, [path])
    frames: list[FindResult] = []
    tracks = subjects(_without_faces(results, frames))
    check_unchanged(path, frames)
    decisions = decide(tracks, said, order.choice)
    step = max([1, *(frame.every for frame in frames)])
    searched = [frame for frame in frames if frame.is_searched]
    doubts = doubts_of(decisions, frames, step if len(searched) < len(frames) else 1)
    pictures: dict[int, tuple[str, str]] = {}
    if is_video(path):
        watched = watched_frames(doubts, frames) if order.review == "html" else []

        def seen(number: int, before: RgbImage, after: RgbImage) -> None:
            pictures[number] = (picture(before), picture(after))

        remarks = write_video(path, target, decisions, frames, order, watched, seen, cancel, progress)
        forget_search(target)
    else:
        turn = frames[0].turn if frames else 0
        before, after, remarks = write_photo(path, target, decisions, order.covering, turn)
        if order.review == "html":
            pictures[0] = (picture(before), picture(after))
    told = dict.fromkeys([*(remark for frame in frames for remark in frame.remarks), *remarks])
    report = None
    if order.review:
        report = target.with_name(f"{target.stem}-review.{order.review}")
        check_target(report, [path])
        settings = {**_settings(order), "every": step}
        whole = sum(not (frame.near or frame.settings.focus) for frame in searched)
        review = Review(
            path,
            target,
            decisions,
            doubts,
            settings,
            frames,
            len(searched),
            whole,
            order.confirmed_by,
            list(told),
            pictures,
            order.language,
        )
        write_review(review, report)
    return Copy(target, report, tuple(decisions), tuple(doubts), tuple(told))


def _without_faces(results: Iterable[FindResult], frames: list[FindResult]) -> Iterator[FindResult]:
    """The results; what remains of each in memory is added to `frames`."""
    none = Detections.of([], [])
    for result in results:
        frames.append(replace(result, faces=none))
        yield result


def _settings(order: Order) -> dict[str, Any]:
    """The settings by their names in the report."""
    covering, choice = order.covering, order.choice
    return {
        "covered": choice.which.value,
        "chosen": ", ".join(map(str, sorted(choice.numbers))) or "by verdict",
        "style": covering.style,
        "shape": covering.shape.value,
        "margin": covering.margin,
        "hair and chin": covering.head,
        "least score": order.least_score,
        "lead": order.lead,
    }
