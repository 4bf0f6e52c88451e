"""How well the faces of made clips are tracked, by the measures of trackeval and by whole people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.made_clips import MadeClip
from benchmarks.searched_clips import SAME, Searched
from tinyface_core.boxes import iou_matrix
from tinyface_core.tracks import Track, tracks_of
from tinyface_core.types import NO_TRACK, FindResult, Floats

_BESIDE = 0.3
"""Overlap from which on a box lies beside a face and not elsewhere."""

_FATES = (
    "in one track",
    "in other tracks",
    "box beside the face",
    "not found there",
    "person never sure",
    "person never found",
)

_WHOLE = 0.9
"""Share of a person's frames that a track must have to be the whole of it."""


def tracking(found: Sequence[Searched], linked_of: Callable[[Searched], Sequence[FindResult]]) -> dict[str, float]:
    """Measures of trackeval, switches and tracks of nobody a clip, share of people in one track.

    A person is in one track that has nine tenths of the frames, by boxes that overlap by half.
    """
    from trackeval.metrics import CLEAR, HOTA, Identity

    hota, identity, clear = HOTA(), Identity({"PRINT_CONFIG": False}), CLEAR({"PRINT_CONFIG": False})
    parts: dict[str, list[Any]] = {"hota": [], "identity": [], "clear": []}
    false = whole = people = 0
    for one in found:
        tracks = tracks_of(linked_of(one))
        data, matched, lengths = _sequence(one.clip, tracks)
        parts["hota"].append(hota.eval_sequence(data))
        parts["identity"].append(identity.eval_sequence(data))
        parts["clear"].append(clear.eval_sequence(data))
        false += int((matched.max(axis=0, initial=0) < np.array([len(track) for track in tracks]) / 2).sum())
        best = matched.max(axis=1, initial=0)
        whole, people = whole + int((best >= _WHOLE * lengths).sum()), people + len(lengths)
    combined = {
        name: metric.combine_sequences(dict(enumerate(parts[name])))
        for name, metric in (("hota", hota), ("identity", identity), ("clear", clear))
    }
    return {
        "HOTA": float(np.mean(combined["hota"]["HOTA"])),
        "IDF1": float(combined["identity"]["IDF1"]),
        "switches": float(combined["clear"]["IDSW"]) / len(found),
        "false": false / len(found),
        "whole": whole / max(people, 1),
    }


def losses(found: Sequence[Searched]) -> dict[str, float]:
    """Shares of all faces over frames by what became of them: in their person's track, or why not."""
    counts = Counter(dict.fromkeys(_FATES, 0))
    for one in found:
        known = {track.number for track in tracks_of(one.told_tracks)}
        for person, seen in _seen(one).items():
            tracks = Counter(track for track, _ in seen if track >= 0)
            own = max(tracks.values(), default=0)
            counts["in one track"] += own
            counts["in other tracks"] += tracks.total() - own
            for overlap in (best for track, best in seen if track < 0):
                if tracks:
                    counts["box beside the face" if overlap >= _BESIDE else "not found there"] += 1
                else:
                    counts["person never sure" if person in known else "person never found"] += 1
    return {name: count / counts.total() for name, count in counts.items()}


def _seen(one: Searched) -> dict[int, list[tuple[int, float]]]:
    """For each person, frame after frame, the track whose box overlaps most, or none, and by how much it does."""
    seen: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for truth, result in zip(one.clip.frames, one.all_tracks, strict=True):
        faces = result.faces.take(result.faces.tracks >= 0)
        for person, overlaps in zip(truth.people.tolist(), iou_matrix(truth.boxes, faces.boxes), strict=True):
            best = float(overlaps.max(initial=0))
            seen[person].append((int(faces.tracks[overlaps.argmax()]) if best >= SAME else NO_TRACK, best))
    return seen


def _sequence(clip: MadeClip, tracks: Sequence[Track]) -> tuple[dict[str, Any], Floats, Floats]:
    """A clip as trackeval takes it; frames of each person that each track holds; and all frames of each person."""
    people = {
        int(person): place for place, person in enumerate(np.unique(np.concatenate([f.people for f in clip.frames])))
    }
    matched, lengths = np.zeros((len(people), max(len(tracks), 1))), np.zeros(len(people))
    truth_ids, track_ids, overlaps = [], [], []
    for number, truth in enumerate(clip.frames):
        here = [place for place, track in enumerate(tracks) if number in track.frames]
        boxes = np.array([tracks[place].boxes[np.searchsorted(tracks[place].frames, number)] for place in here])
        ids = np.array([people[int(person)] for person in truth.people], int)
        ours = np.array(here, int)
        # Faces that do not count are nobody's mistakes.
        if len(boxes) and len(truth.ignored):
            fine = iou_matrix(boxes, truth.ignored).max(axis=1) < SAME
            boxes, ours = boxes[fine], ours[fine]
        overlap = iou_matrix(truth.boxes, boxes.reshape(-1, 4))
        lengths[ids] += 1
        if overlap.size:
            matched[np.ix_(ids, ours)] += overlap >= SAME
        truth_ids.append(ids)
        track_ids.append(ours)
        overlaps.append(overlap)
    used = {int(track): place for place, track in enumerate(np.unique(np.concatenate(track_ids)))} if track_ids else {}
    data = {
        "num_gt_dets": int(lengths.sum()),
        "num_tracker_dets": int(sum(map(len, track_ids))),
        "num_gt_ids": len(people),
        "num_tracker_ids": len(used),
        "num_timesteps": len(clip.frames),
        "gt_ids": truth_ids,
        "tracker_ids": [np.array([used[int(track)] for track in ids], int) for ids in track_ids],
        "similarity_scores": overlaps,
    }
    return data, matched, lengths
