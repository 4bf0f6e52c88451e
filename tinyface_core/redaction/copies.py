"""Redacts one photo or video: search, covered copy, review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tinyface_core.files import check_no_original
from tinyface_core.media.pages import has_pages
from tinyface_core.media.sources import is_video, read_frame, read_frames
from tinyface_core.media.video import Video
from tinyface_core.media.video_file import sentences
from tinyface_core.media.video_writer import suffix_for as video_suffix
from tinyface_core.redaction.choice import Decision, Said, decide, subjects
from tinyface_core.redaction.kept import KeptSearch, kept_search
from tinyface_core.redaction.order import Order
from tinyface_core.redaction.photos import suffix_for as photo_suffix
from tinyface_core.redaction.photos import write_photo
from tinyface_core.redaction.review import Doubt, Review, doubts_of, watched_frames, write_review
from tinyface_core.redaction.sureness import linked, worth_covering, worth_linking
from tinyface_core.redaction.videos import write_video
from tinyface_core.search.following import followed_in
from tinyface_core.search.pipeline import Ended, Searched, run_pipeline, searches_at_once
from tinyface_core.types import (
    CancelToken,
    FindResult,
    Frame,
    KnownFinder,
    Progress,
    RgbImage,
    UserError,
    stop_if_asked,
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was written.

    Attributes:
        target, review: the files.
        decisions: whose faces it covers.
        doubts: what should be looked at in it, the weightiest first.
        remarks: sentences on what could not be kept.
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
    """Make sure that neither an original is written over nor what a link of the user's leads to.

    Raises:
        UserError: if the target is one of them, by whatever name, or a link.
    """
    if target.is_symlink():
        raise UserError(f"{target} is a link to another file, which is not written over: remove it, or name a folder.")
    check_no_original([target], sources)


def search(
    path: Path,
    target: Path,
    finder: KnownFinder,
    order: Order,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
    turn: int = 0,
) -> list[FindResult]:
    """What is found in a photo, turned by hand by so many degrees, or in the frames of a video, linked into tracks.

    Args:
        path: the original.
        target: the copy that will be written. What is found in a video is kept beside it, frame by frame, until it is
            written: a search that was cancelled or killed goes on where it was.
        finder: looks for faces.
        order: how surely, and in which frames.
        cancel: asked at each frame.
        progress: called as `progress("search", done, total)`.
        turn: degrees by which a photo is turned clockwise first.

    Raises:
        MediaError: if the file cannot be read.
        OSError: if what is found cannot be kept.
        Cancelled: once `cancel` is set.
    """
    if not is_video(path):
        result = finder.find(read_frame(path, None, turn), cancel)
        return [replace(result, faces=worth_covering(result.faces, order.least_score))]
    with sentences(path):
        state = path.stat()
    step = _step(path, order)
    about = {
        "source": str(path.resolve()),
        "bytes": state.st_size,
        "modified": state.st_mtime_ns,
        "every": step,
        "least_score": order.least_score,
        "settings": asdict(finder.settings),
        "weights": finder.weights,
    }
    with KeptSearch(kept_search(target), about) as kept:
        _search_on(path, kept, finder, step, order.least_score, cancel, progress)
    results = linked([replace(result, every=step) for result in kept.results], order.least_score, cancel)
    return followed_in(path, results, cancel, progress)


def _step(path: Path, order: Order) -> int:
    with Video(path) as video:
        return order.step(video.fps)


def _search_on(
    path: Path,
    kept: KeptSearch,
    finder: KnownFinder,
    step: int,
    least_score: float,
    cancel: CancelToken | None,
    progress: Progress | None,
) -> None:
    """Search the frames of a video behind those that are kept."""
    with Video(path) as video:
        total = -(-video.frame_estimate // step)
    results = kept.results
    last = (results[-1].index or 0) if results else -1

    def store(part: Searched[Path] | Ended[Path]) -> None:
        if isinstance(part, Ended):
            if part.error is not None:
                raise part.error
            return
        result = replace(part.result, faces=worth_linking(part.result.faces, least_score), timings={})
        if results:  # one for all, not one each
            result = replace(result, settings=results[0].settings, weights=results[0].weights)
        results.append(result)
        kept.add(result)
        if progress is not None:
            progress("search", min(len(results), total or len(results)), total or len(results))

    def find(_path: Path, frame: Frame) -> FindResult:
        stop_if_asked(cancel)
        return finder.find(frame, cancel)

    def frames(path: Path) -> Iterator[Frame]:
        # The last one that is kept is read again: it tells whether there is a cut behind it.
        for frame in read_frames(path, step, cancel, max(last, 0)):
            if (frame.index or 0) > last:
                yield frame

    run_pipeline([path], frames, find, store, at_once=searches_at_once(finder.settings))


def write_copy(
    path: Path,
    target: Path,
    results: Sequence[FindResult],
    said: Sequence[Said],
    order: Order,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> Copy:
    """Write the redacted copy of a photo or video, and its review beside it where one is asked for.

    Args:
        path: the original.
        target: file to write.
        results: of `search`, or of an earlier one; the copy of a photo is turned as the photo was for them.
        said: by the analyst, about faces in it.
        order: how.
        cancel: asked at each frame; nothing is left of a copy that was cancelled, but what `search` found.
        progress: called as `progress("write", done, total)`.

    Raises:
        MediaError: if the file cannot be read.
        UserError: if a chosen number does not exist, or the target is the original.
        OSError: if the disk is full or the folder cannot be written.
        Cancelled: once `cancel` is set.
    """
    check_target(target, [path])
    decisions = decide(subjects(results), said, order.choice)
    step = _step(path, order) if is_video(path) else 1
    searched = sum(result.is_searched for result in results)
    a_search = max(result.every for result in results) if searched < len(results) else 1
    doubts = doubts_of(decisions, results, a_search)
    pictures: dict[int, tuple[RgbImage, RgbImage]] = {}
    if is_video(path):
        watched = watched_frames(doubts, results) if order.review == "html" else []

        def seen(number: int, before: RgbImage, after: RgbImage) -> None:
            pictures[number] = (before, after)

        remarks = write_video(path, target, decisions, results, order, watched, seen, cancel, progress)
        kept_search(target).unlink(missing_ok=True)
    else:
        turn = results[0].turn if results else 0
        before, after, remarks = write_photo(path, target, decisions, order.covering, turn)
        pictures[0] = (before, after)
    told = dict.fromkeys([*(remark for result in results for remark in result.remarks), *remarks])
    report = None
    if order.review:
        report = target.with_name(f"{target.stem}-review.{order.review}")
        check_target(report, [path])
        settings = {**_settings(order), "every": step}
        review = Review(
            path, target, decisions, doubts, settings, results, searched, order.confirmed_by, list(told), pictures
        )
        write_review(review, report)
    return Copy(target, report, tuple(decisions), tuple(doubts), tuple(told))


def _settings(order: Order) -> dict[str, Any]:
    """How the copies are made, as a report names it."""
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
