"""Faces are linked over frames into tracks, whose truth is known here."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tinyface_core.linking import Evidence, link, tracked
from tinyface_core.tracks import Track, packed_moves, tracks_of, unpacked_moves
from tinyface_core.types import LEFT_OUT, NO_TRACK, Box, Cancelled, Detections, FindResult, Origin

FPS = 10.0


def box(x: float, y: float, side: float = 12.0) -> Box:
    return x - side / 2, y - side / 2, x + side / 2, y + side / 2


def video(frames: Sequence[Sequence[tuple[Box, float]]], step: float = 1 / FPS) -> list[FindResult]:
    """Results of a video of which every frame was searched: boxes with scores."""
    return [
        FindResult(
            "v.mp4", 640, 480, Detections.of([b for b, _ in faces], [s for _, s in faces]), 0, 0,
            index=number, seconds=number * step,
        )
        for number, faces in enumerate(frames)
    ]  # fmt: skip


def tracks(frames: Sequence[Sequence[tuple[Box, float]]], step: float = 1 / FPS) -> list[Track]:
    return tracks_of(link(video(frames, step), 0.5))


def test_one_who_walks_through_is_one_track() -> None:
    (track,) = tracks([[(box(20 + 9 * n, 50 + n), 0.8)] for n in range(30)])
    assert track.frames.tolist() == list(range(30))
    assert track.seconds == pytest.approx(np.arange(30) / FPS)
    assert track.boxes[:, 0] == pytest.approx(14 + 9 * np.arange(30))
    assert (track.origins == Origin.FOUND).all()


def test_two_who_cross_keep_their_tracks() -> None:
    found = tracks([[(box(20 + 8 * n, 100), 0.9), (box(260 - 8 * n, 106, 13), 0.8)] for n in range(31)])
    assert len(found) == 2
    for track in found:
        steps = np.diff(track.boxes[:, 0])
        assert len(track) == 31 and (np.sign(steps) == np.sign(steps[0])).all()


def test_tiny_faces_under_a_panning_camera_are_not_mixed_up() -> None:
    """A crowd of 12 px faces, 30 px apart, all of which move by 11 px a frame from the third frame on."""
    places = [(x, y) for x in range(60, 300, 30) for y in range(60, 180, 30)]
    shifts = np.cumsum([0, 0, 5] + [11] * 17)
    found = tracks([[(box(x + shift, y), 0.9) for x, y in places] for shift in shifts])
    assert len(found) == len(places)
    assert all(np.diff(track.boxes[:, 0]) == pytest.approx(np.diff(shifts)) for track in found)


def test_a_gap_is_filled_by_interpolation_and_marked() -> None:
    frames = [[(box(20 + 6 * n, 50), 0.9 if n < 7 else 0.6)] if not 7 <= n <= 11 else [] for n in range(18)]
    results = link(video(frames), 0.5)
    (track,) = tracks_of(results)
    assert track.frames.tolist() == list(range(18))
    assert np.flatnonzero(track.origins == Origin.FILLED).tolist() == [7, 8, 9, 10, 11]
    assert track.boxes[:, 0] == pytest.approx(14 + 6 * np.arange(18))
    assert track.scores[7:12] == pytest.approx(np.full(5, 0.6))
    assert results[8].faces[0].origin is Origin.FILLED and results[8].faces[0].track == 0


def test_boxes_in_a_gap_shake_with_the_camera() -> None:
    shakes = np.random.default_rng(0).normal(0, 3, (12, 2))
    frames = [
        [(box(60 + 40 * n + x, 80 + y), 0.9) for n in range(6) if n or not 4 <= place <= 7]
        for place, (x, y) in enumerate(shakes)
    ]
    track = min(tracks(frames), key=lambda track: track.boxes[0, 0])
    assert np.flatnonzero(track.origins == Origin.FILLED).tolist() == [4, 5, 6, 7]
    assert track.boxes[:, :2] == pytest.approx(shakes + np.array([54, 74]))


def test_linking_what_was_linked_before_changes_nothing() -> None:
    once = link(video([[(box(20 + 6 * n, 50), 0.9)] if n not in (4, 5) else [] for n in range(9)]), 0.5)
    assert link(once, 0.5) == once


def test_false_alarms_here_and_there_are_not_joined_over_gaps() -> None:
    assert tracks([[(box(50 + n, 50), 0.9)] if n % 5 == 0 else [] for n in range(30)]) == []


def test_a_face_that_is_gone_for_long_is_another_track() -> None:
    frames = [[(box(50, 50), 0.9)] if not 5 <= n <= 24 else [] for n in range(30)]
    assert [track.frames.tolist() for track in tracks(frames)] == [list(range(5)), list(range(25, 30))]


def test_a_blink_is_dropped_and_nothing_else() -> None:
    frames = [[(box(50, 50), 0.9)] + ([(box(300, 300), 0.9)] if n == 7 else []) for n in range(15)]
    (track,) = tracks(frames)
    assert len(track) == 15
    assert sum(len(result.faces) for result in link(video(frames), 0.5)) == 15


def test_an_alarm_that_flickers_is_no_track_where_evidence_is_asked_for() -> None:
    alarm = [[(box(300, 300), 0.1 if n % 4 else 0.6)] if n % 4 != 1 else [] for n in range(16)]
    steady = [[(box(50, 50), 0.6 if n == 0 else 0.3)] for n in range(16)]
    results = video([faint + flickering for faint, flickering in zip(steady, alarm, strict=True)])
    (track,) = tracks_of(link(results, 0.5, evidence=Evidence(mean=0.25)))
    assert len(track) == 16 and track.boxes[0] == pytest.approx(box(50, 50))
    assert len(tracks_of(link(results, 0.5))) == 2
    assert not tracks_of(link(results, 0.2, evidence=Evidence(best=0.7)))


def test_what_is_seen_once_between_far_frames_is_no_blink() -> None:
    assert len(tracks([[], [(box(50, 50), 0.9)], []], step=2.0)) == 1


@pytest.mark.parametrize("sure_at", [0, 7, 14])
def test_doubtful_faces_continue_a_track_forwards_and_backwards(sure_at: int) -> None:
    frames = [[(box(20 + 6 * n, 50), 0.9 if abs(n - sure_at) < 2 else 0.2)] for n in range(15)]
    (track,) = tracks(frames)
    assert track.frames.tolist() == list(range(15))
    assert (track.origins == Origin.FOUND).all()


def test_doubtful_faces_beside_a_hidden_one_do_not_lead_its_track_away() -> None:
    """It is hidden in three frames, in which something like a face lies farther and farther away."""
    off = {6: 16, 7: 32, 8: 48}
    frames = [[(box(40 + n, 50 + off.get(n, 0)), 0.2 if n in off else 0.9)] for n in range(15)]
    (track,) = tracks(frames)
    assert len(track) == 15
    assert track.boxes[:, 1] == pytest.approx(np.full(15, 44.0))


def test_doubtful_faces_alone_are_no_track() -> None:
    assert tracks([[(box(20 + 6 * n, 50), 0.3)] for n in range(15)]) == []


def test_a_face_does_not_become_one_of_another_size() -> None:
    frames = [[(box(100, 100, 12 if n < 5 else 40), 0.9)] for n in range(10)]
    assert [track.frames.tolist() for track in tracks(frames)] == [list(range(5)), list(range(5, 10))]


def test_a_noisy_crowd_with_misses_and_false_alarms_is_followed() -> None:
    """40 people, a tenth of their faces missed, boxes off by a pixel, 5 false alarms a frame."""
    random = np.random.default_rng(4)
    starts, speeds = random.uniform(40, 600, (40, 2)), random.normal(0, 25, (40, 2))
    frames, truth = [], []
    for n in range(50):
        middles = starts + speeds * n / FPS
        seen = np.flatnonzero(random.random(40) > 0.1)
        faces = [(box(*(middles[i] + random.normal(0, 1, 2)), 14 + random.normal(0, 0.5)), 0.8) for i in seen]
        frames.append(faces + [(box(*random.uniform(0, 640, 2)), 0.6) for _ in range(5)])
        truth.append(middles)
    found = tracks(frames)
    right = owners = 0
    for track in found:
        middles = (track.boxes[:, :2] + track.boxes[:, 2:]) / 2
        off = np.linalg.norm(np.stack(truth)[track.frames] - middles[:, None], axis=2)
        person = np.bincount(off.argmin(axis=1)).argmax()
        right += int((off[:, person] < 7).sum())
        owners += len(track) >= 40
    # 2000 faces were there; identity recall and precision stay above nine tenths.
    assert right / 2000 > 0.95
    assert right / sum(map(len, found)) > 0.9
    assert owners >= 36


def test_a_crowd_under_a_shaking_camera_keeps_its_tracks() -> None:
    """People who walk each their way, before a camera that jumps by a face's side from frame to frame."""
    random = np.random.default_rng(2)
    starts = np.stack(np.meshgrid(np.arange(60, 600, 100), np.arange(60, 460, 80)), axis=-1).reshape(-1, 2)
    speeds, camera = random.normal(0, 10, starts.shape), np.cumsum(random.normal(0, 12, (40, 2)), axis=0)
    frames = [[(box(*middle), 0.9) for middle in starts + speeds * n / FPS + camera[n]] for n in range(40)]
    found = tracks(frames)
    assert len(found) == len(starts) and {len(track) for track in found} == {40}
    for track in found:
        steps = np.diff((track.boxes[:, :2] + track.boxes[:, 2:]) / 2 - camera, axis=0) * FPS
        assert np.ptp(steps, axis=0) == pytest.approx([0, 0], abs=1e-6)


def test_a_face_that_takes_the_place_of_another_across_a_cut_is_another_track() -> None:
    results = video([[(box(50, 50), 0.9)] for _ in range(10)])
    results[6] = replace(results[6], cut=True)
    assert [track.frames.tolist() for track in tracks_of(link(results, 0.5))] == [list(range(6)), list(range(6, 10))]


def test_a_flash_is_no_cut() -> None:
    """Light changes the whole picture; the faces stay where they are."""
    results = video([[(box(50 + n, 50), 0.9), (box(90, 60), 0.8)] for n in range(10)])
    results[6] = replace(results[6], cut=True)
    assert [len(track) for track in tracks_of(link(results, 0.5))] == [10, 10]


def test_photos_and_faces_without_a_track_have_none() -> None:
    photo = FindResult("p.jpg", 64, 48, Detections.of([box(20, 20)], [0.9]), 0, 0)
    assert tracks_of([photo]) == []


def test_a_face_that_has_a_track_keeps_it_and_others_are_linked_to_it() -> None:
    walk = video([[(box(20 + 6 * n, 50), 0.9), (box(300, 200), 0.9)] for n in range(9)])
    for result in walk[2:5]:
        result.faces.tracks[0] = 7
    linked = tracked(walk, 0.5)
    assert all(result.faces.tracks[0] == 7 for result in linked[2:])
    others = {int(result.faces.tracks[1]) for result in linked}
    assert len(others) == 1 and others.isdisjoint({7, NO_TRACK, LEFT_OUT})


def test_numbers_stay_while_frames_are_searched_in_order_and_mistakes_are_marked() -> None:
    frames = [[(box(20 + 6 * n, 50), 0.9)] + [(box(300, 200), 0.9)] * (n == 3) for n in range(12)]
    first, later = tracked(video(frames[:8]), 0.5), tracked(video(frames), 0.5)
    assert [result.faces for result in later[:8]] == [result.faces for result in first]
    assert later[3].faces.tracks.tolist() == [0, LEFT_OUT]


def test_a_track_says_where_its_face_is_between_the_searched_frames() -> None:
    (track,) = tracks_of(link(video([[(box(20 + 6 * n, 50), 0.9 - n / 10)] for n in range(3)]), 0.5))
    sparse = Track(track.source, 0, track.frames * 10, track.seconds, track.boxes, track.scores, track.origins)
    between = sparse.face_at(13)
    assert between is not None and between.box == pytest.approx(box(27.8, 50)) and between.origin is Origin.FILLED
    assert between.score == pytest.approx(0.7)
    on = sparse.face_at(10)
    assert on is not None and on.origin is Origin.FOUND
    assert sparse.face_at(-1) is None and sparse.face_at(21) is None


def test_a_track_says_where_its_face_went_between_frames_and_goes_with_boxes_that_are_corrected() -> None:
    start, end = box(20, 50), box(26, 50)
    went = [box(20, 54), box(27, 54), box(26, 50)]  # over the frames 1 and 2 to the box of frame 3
    moves = [packed_moves(start, went), packed_moves(end, [box(28, 50), box(29, 50), box(29, 50)])]
    frames, scores, origins = np.array([0, 3]), np.array([0.9, 0.8]), np.zeros(2, np.int64)
    track = Track("v", 0, frames, frames / 25, np.array([start, end]), scores, origins, b"", moves)

    def at(number: int, track: Track = track) -> Box | None:
        face = track.face_at(number)
        return None if face is None else face.box

    assert [at(number) for number in (1, 2, 4, 5)] == [*went[:2], box(28, 50), box(29, 50)]
    assert at(6) is None and at(-1) is None, "the last of the moves is of a frame that was searched"
    lower = replace(track, boxes=np.array([start, box(26, 53)]))
    assert at(1, lower) == pytest.approx(box(20, 55)) and at(2, lower) == pytest.approx(box(27, 56))
    alone = replace(track, frames=frames[:1], boxes=track.boxes[:1], moves_behind=moves[:1])
    assert [at(number, alone) for number in (1, 2, 3)] == [*went[:2], None], "as it is split in frame 3"
    longer = replace(track, frames=np.array([0, 6]))
    assert at(3, longer) == box(23, 50), "a box between was deleted: it is told by time"
    behind = replace(track, frames=frames + 2, moves_before=packed_moves(start, [box(19, 50), box(17, 50)]))
    assert [at(number, behind) for number in (1, 0)] == [box(19, 50), box(17, 50)]


def test_moves_are_kept_to_a_part_of_a_pixel_and_within_bounds() -> None:
    later = np.array([[1.013, 2.49, -3.3, 40.0], [1e6, -1e6, 0, 0]])
    moved = unpacked_moves(packed_moves((1.0, 2.0, 3.0, 4.0), later))
    assert moved[0] == pytest.approx(later[0] - [1, 2, 3, 4], abs=1 / 64)
    assert moved[1, :2].tolist() == pytest.approx([1024, -1024], abs=0.1)


def test_linking_stops_soon_after_it_is_asked_to() -> None:
    class AskedAtThird:
        """Set when it was asked twice."""

        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 2

    token = AskedAtThird()
    with pytest.raises(Cancelled):
        link(video([[(box(50 + n, 50), 0.9)] for n in range(30)]), 0.5, token)
    assert token.asked == 3


def test_a_dense_crowd_takes_little_memory() -> None:
    """Pairs of its faces that may be one are tens of thousands; they must not be compared each with each."""
    crowd = [[(box(12.0 * (n % 20) + shift, 12.0 * (n // 20)), 0.9) for n in range(200)] for shift in range(3)]
    tracemalloc.start()
    try:
        found = tracks(crowd)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100e6
    assert len(found) == 200


def test_linking_a_long_crowd_takes_little_more_memory_than_its_results() -> None:
    """Of each 60 faces in 300 frames a third is missing in any frame, and is filled in."""
    crowd = [[(box(61.0 * n + n * n % 17, 50), 0.9) for n in range(60) if (n + frame) % 3] for frame in range(300)]
    results = video(crowd)
    tracemalloc.start()
    try:
        linked = link(results, 0.5)
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert {len(result.faces) for result in linked[2:-2]} == {60}
    assert taken < 300 * 60 * 400  # bytes; a face of a result has 89


def test_tracks_of_a_long_crowd_take_little_more_memory_than_they_hold() -> None:
    (first,) = video([[(box(30.0 * n, 50), 0.9) for n in range(60)]])
    first = replace(first, faces=replace(first.faces, tracks=np.arange(60)))
    tracemalloc.start()
    try:
        found = tracks_of(replace(first, index=number, seconds=number / FPS) for number in range(3000))
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [len(track) for track in found] == [3000] * 60
    assert taken < 3000 * 60 * 64 * 1.5  # bytes
