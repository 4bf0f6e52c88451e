"""Linking measured on made crowds whose truth is known: IDF1, people who are one track, tracks that are nobody's.

    python -m benchmarks.tracks

Forty faces of 14 pixels walk under a camera that shakes; boxes are off, some faces are doubtful, missed or false. Where
the package `trackers` is installed (`pip install trackers`), its ByteTrack gets the same faces, with our thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from scipy.optimize import linear_sum_assignment

from tinyface_core.boxes import iou_matrix
from tinyface_core.linking import link
from tinyface_core.tracks import tracks_of
from tinyface_core.types import Detections, FindResult, Floats

PEOPLE, FRAMES, SIDE, SURE, SEEDS = 40, 60, 14.0, 0.4, 5
_OWN_SHARE = 0.9

Path = dict[int, Floats]
"""Boxes `(4,)` of one person or track, by the number of the frame."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A crowd as a search sees it.

    Attributes:
        fps: frames a second.
        walk, shake: pixels a second that people move by, and pixels a frame that the camera does; deviations of both.
        missed: share of faces.
        false: faces a frame that are nobody's.
    """

    fps: float
    walk: float
    shake: float
    missed: float
    false: int


SCENES = (
    Scene(25, 20, 0.5, 0.1, 3),
    Scene(25, 60, 3, 0.1, 3),
    Scene(8, 20, 0.5, 0.1, 3),
    Scene(8, 40, 2, 0.1, 3),
    Scene(8, 40, 2, 0.3, 5),
    Scene(8, 60, 5, 0.1, 3),
)


def main() -> None:
    """Print a table: a row a scene."""
    ways: dict[str, Callable[[Sequence[FindResult], Scene], list[Path]]] = {"ours": ours}
    if find_spec("trackers"):
        ways["ByteTrack of trackers"] = byte_track
    measures = " | ".join(f"{way}: IDF1, one track, nobody's" for way in ways)
    print(f"| frames a second, walk, shake, missed, false | {measures} |")
    print("| --- |" + " --- |" * len(ways))
    for scene in SCENES:
        made = [crowd(scene, np.random.default_rng(seed)) for seed in range(SEEDS)]
        cells = [
            np.mean([measured(truth, follow(results, scene)) for truth, results in made], axis=0)
            for follow in ways.values()
        ]
        row = " | ".join(f"{idf1:.3f}, {single:.0%}, {false:.1f}" for idf1, single, false in cells)
        print(f"| {scene.fps:g}, {scene.walk:g}, {scene.shake:g}, {scene.missed:.0%}, {scene.false} | {row} |")


def crowd(scene: Scene, chance: np.random.Generator) -> tuple[list[Path], list[FindResult]]:
    """People, and what a search finds of them."""
    starts, speeds = chance.uniform(40, 600, (PEOPLE, 2)), chance.normal(0, scene.walk, (PEOPLE, 2))
    camera = np.cumsum(chance.normal(0, scene.shake, (FRAMES, 2)), axis=0)
    truth: list[Path] = [{} for _ in range(PEOPLE)]
    results = []
    for number in range(FRAMES):
        middles = starts + speeds * number / scene.fps + camera[number]
        for person, middle in zip(truth, middles, strict=True):
            person[number] = _boxes(middle[None], np.array([SIDE]))[0]
        seen = middles[chance.random(PEOPLE) >= scene.missed]
        wrong = chance.uniform(0, 640, (scene.false, 2))
        sides = np.concatenate([SIDE + chance.normal(0, 0.4, len(seen)), np.full(scene.false, SIDE)])
        scores = np.concatenate(
            [np.where(chance.random(len(seen)) < 0.15, 0.25, 0.8), chance.choice([0.2, 0.6], scene.false)]
        )
        boxes = _boxes(np.concatenate([seen + chance.normal(0, 0.7, seen.shape), wrong]), sides)
        found = Detections.of(boxes, scores)
        results.append(FindResult("crowd", 640, 640, found, 0, 0, index=number, seconds=number / scene.fps))
    return truth, results


def ours(results: Sequence[FindResult], _scene: Scene) -> list[Path]:
    """Tracks by `tinyface_core.linking`."""
    return [dict(zip(track.frames.tolist(), track.boxes, strict=True)) for track in tracks_of(link(results, SURE))]


def byte_track(results: Sequence[FindResult], scene: Scene) -> list[Path]:
    """Tracks by the package `trackers`."""
    import supervision
    from trackers import ByteTrackTracker

    tracker = ByteTrackTracker(
        frame_rate=scene.fps,
        track_activation_threshold=SURE,
        high_conf_det_threshold=SURE,
        minimum_iou_threshold=0.05,
    )
    tracks: dict[int, Path] = {}
    for number, result in enumerate(results):
        seen = tracker.update(supervision.Detections(result.faces.boxes, confidence=result.faces.scores))
        for box, track in zip(seen.xyxy, seen.tracker_id, strict=True):
            if track >= 0:
                tracks.setdefault(int(track), {})[number] = box
    return list(tracks.values())


def measured(truth: Sequence[Path], tracks: Sequence[Path]) -> tuple[float, float, float]:
    """IDF1 (Ristani et al., 2016), share of people of whom one track holds nine tenths, tracks that are nobody's."""
    shared = np.zeros((len(truth), max(len(tracks), 1)))
    for number in range(FRAMES):
        people = [person for person, path in enumerate(truth) if number in path]
        here = [track for track, path in enumerate(tracks) if number in path]
        if here:
            overlap = iou_matrix(
                np.array([truth[person][number] for person in people]),
                np.array([tracks[track][number] for track in here]),
            )
            shared[np.ix_(people, here)] += overlap >= 0.5
    own = shared[linear_sum_assignment(-shared)].sum()
    single = float(np.mean(shared.max(axis=1) >= _OWN_SHARE * FRAMES))
    false = sum(shared[:, track].max() < len(path) / 2 for track, path in enumerate(tracks))
    return 2 * own / (sum(map(len, truth)) + sum(map(len, tracks))), single, float(false)


def _boxes(middles: Floats, sides: Floats) -> Floats:
    half = sides[:, None] / 2
    return np.hstack([middles - half, middles + half])


if __name__ == "__main__":
    main()
