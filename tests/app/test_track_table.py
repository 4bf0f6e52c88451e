"""The tracks among the faces of the list: who leads, what is said of each, and the next number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.models.face_entry import FaceEntry, TrackSummary, describe
from app.models.tracks import TrackTable
from tinyface_core.tracks import packed_moves
from tinyface_core.types import Face, Origin


def face(
    key: int, track: int = 0, frame: int = 0, size: float = 10, score: float = 0.5, source: str = "v"
) -> FaceEntry:
    box = (0.0, 0.0, size, size)
    return FaceEntry(source, Face(box, score, score, track=track), frame, frame / 10, sharpness=key / 100, key=key)


@pytest.fixture
def table() -> TrackTable:
    """Two tracks of one video, and one of another."""
    table = TrackTable()
    for entry in (
        face(5, frame=20),
        face(6, frame=10, size=30),
        face(7, frame=30, score=0.9),
        face(8, track=4),
        face(9, source="w"),
        face(10, track=-1),
    ):
        table.note(None, entry)
    table.take_changes()
    return table


def test_the_first_face_of_a_track_leads_it_and_one_without_a_track_leads_itself(table: TrackTable) -> None:
    assert [table.lead(face(key, track)) for key, track in ((7, 0), (8, 4), (10, -1), (99, 3))] == [5, 8, 10, 99]
    assert [table.lead_of(track) for track in (("v", 0), ("v", 4), ("w", 0), ("v", 1))] == [5, 8, 9, None]
    assert table.leads_at("v", 20) == [5] and table.leads_at("v", 0) == [8] and table.leads_at("x", 0) == []
    assert [entry.key for entry in table.members(face(6))] == [5, 6, 7]
    assert [entry.key for entry in table.members(face(10, track=-1))] == [10]
    assert [entry.key for entry in table.members(face(99, track=3))] == [99]
    assert [table.next_number(source) for source in "vwx"] == [5, 1, 0]


def test_a_track_may_be_in_the_frames_through_which_its_faces_were_followed_and_in_those_between(
    table: TrackTable,
) -> None:
    assert [frame for frame in range(40) if 5 in table.leads_at("v", frame)] == list(range(10, 31))
    first, last = table.members(face(6))[1], table.members(face(7))[2]
    table.note(first, replace(first, moves_before=packed_moves(first.face.box, [first.face.box] * 4)))
    table.note(last, replace(last, moves_behind=packed_moves(last.face.box, [last.face.box] * 3)))
    assert [frame for frame in range(40) if 5 in table.leads_at("v", frame)] == list(range(6, 33))
    track = table.track(face(5))
    assert track is not None and track.reach == range(6, 33)
    assert [frame for frame in range(40) if track.face_at(frame) is not None] == list(track.reach)


def test_of_each_track_it_is_told_what_is_said_of_it_once_until_it_changes(table: TrackTable) -> None:
    assert table.take_changes() == {}
    table.note(face(6, frame=10, size=30), replace(face(6, frame=10, size=30), note="said"))
    assert table.take_changes().keys() == {5}
    grown = face(8, track=4, size=50)
    table.note(table.members(face(8, track=4))[0], grown)
    (told,) = table.take_changes().items()
    assert told[0] == 8 and told[1] is not None and told[1].largest.face.size == 50


def test_a_face_that_leaves_is_missed_where_it_led_and_counted_where_it_goes(table: TrackTable) -> None:
    table.note(table.members(face(5))[0], face(5, track=4, frame=20))
    told = table.take_changes()
    assert [(key, told[key] and told[key].frames) for key in sorted(told)] == [(5, None), (6, 2), (8, 2)]  # type: ignore[union-attr]
    for entry in (face(6, frame=10, size=30), face(7, frame=30, score=0.9)):
        table.note(entry, None)
    assert table.take_changes() == {6: None} and table.lead_of(("v", 0)) is None
    assert table.track(face(6)) is None and table.next_number("v") == 5


def test_a_track_has_its_faces_by_frame(table: TrackTable) -> None:
    track = table.track(face(5))
    assert track is not None and track is table.track(face(6)), "it is made once"
    assert (track.source, track.number) == ("v", 0)
    assert track.frames.tolist() == [10, 20, 30] and track.seconds.tolist() == [1, 2, 3]
    assert track.boxes[:, 2].tolist() == [30, 10, 10] and track.scores.tolist() == [0.5, 0.5, 0.9]
    assert track.origins.tolist() == [int(Origin.FOUND)] * 3
    assert table.track(face(10, track=-1)) is None and table.track(face(1, track=3)) is None
    table.note(None, face(11, frame=5))
    assert len(table.track(face(5)).frames) == 4  # type: ignore[union-attr]
    first = table.track(face(8, track=4))
    assert first is not None and (first.frames.tolist(), first.seconds.tolist()) == ([0], [0])


def test_what_is_said_of_a_track_is_its_span_and_its_best_faces() -> None:
    faces = [face(1, frame=20), face(2, frame=10, size=30), face(3, frame=30, score=0.9), face(4, frame=25)]
    summary = TrackSummary.of(faces)
    assert (summary.frames, summary.first, summary.last) == (4, 1, 3)
    assert (summary.largest.key, summary.surest.key, summary.sharpest.key) == (2, 3, 4)
    assert summary.crops[0] == summary.best and len(summary.crops) == 3
    assert len(TrackSummary.of(faces[:1]).crops) == 1
    lead = replace(faces[0], summary=summary)
    assert (lead.score, lead.size, lead.frames, lead.span) == (0.9, 30, 4, "0:01.00 – 0:03.00")
    assert (faces[0].score, faces[0].size, faces[0].frames, faces[0].span) == (0.5, 10, 0, "0:02.00")
    one = replace(faces[0], summary=TrackSummary.of(faces[:1]))
    assert (one.span, one.frames) == ("0:02.00", 1)
    assert describe(lead).startswith("One face in 4 frames of v, 0:01.00 – 0:03.00, up to 30 pixels")


def test_a_page_is_told_by_its_number_from_1_and_a_photo_has_none() -> None:
    page = replace(face(1, track=-1), index=2, seconds=None, note="who?")
    photo = replace(page, index=None)
    assert (page.span, photo.span, photo.frames) == ("page 3", "", 1)
    assert describe(page) == "Face of 10 pixels in v, score 0.50, undecided: who?"
