"""Grouping a project: what is looked at once is kept, numbers stay, and nothing is there before it is asked for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.core.groups.made_faces import BLUE, GREEN, RED, Colours, add_photo
from tinyface_core.groups.grouping import Grouped, group_faces
from tinyface_core.media import sources
from tinyface_core.media.pages import Pages
from tinyface_core.project.groups import FaceGroups
from tinyface_core.project.listing import Listing
from tinyface_core.project.query import answer, parse
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.project.turning import turn_picture
from tinyface_core.types import Cancelled, CropBatch, Detections, Face, FindResult, Verdict


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Two photos with three red faces, two green ones, and one that is blue."""
    with Project.create(tmp_path / "case.tinyface") as made:
        add_photo(made, tmp_path / "1.png", [RED, GREEN, RED])
        add_photo(made, tmp_path / "2.png", [BLUE, GREEN, RED])
        yield made


def numbers(project: Project) -> list[list[int]]:
    """Of the faces of each photo, from left to right."""
    known = FaceGroups(project).numbers()
    pictures = [sorted(faces, key=lambda face: face.face.box) for faces in project.all_faces()]
    return [[known.get(face.id, 0) for face in faces] for faces in pictures]


def test_there_are_no_groups_until_they_are_asked_for(project: Project) -> None:
    assert FaceGroups(project).numbers() == {}
    assert not answer(project, parse("grouped is yes")).faces


def test_faces_that_look_alike_share_a_number(project: Project) -> None:
    assert group_faces(project, Colours()) == Grouped(6, 2, 1)
    assert numbers(project) == [[1, 2, 1], [0, 2, 1]]


def test_groups_are_asked_for_in_questions(project: Project) -> None:
    group_faces(project, Colours())
    known = FaceGroups(project).numbers()
    assert answer(project, parse("group = 2")).faces == {id_ for id_, number in known.items() if number == 2}
    assert answer(project, parse("grouped is yes")).faces == set(known)
    assert len(answer(project, parse("group = 0")).faces) == len(answer(project, parse("grouped is no")).faces) == 1
    assert len(answer(project, parse("group != 1")).faces) == 3


def test_a_face_is_looked_at_once_and_again_where_its_box_has_changed(project: Project) -> None:
    group_faces(project, first := Colours())
    group_faces(project, second := Colours())
    (face, *_), *_ = project.all_faces()
    project.put_faces([face.with_box((1.0, 0.0, 17.0, 16.0))])
    group_faces(project, third := Colours())
    assert (first.looked_at, second.looked_at, third.looked_at) == (6, 0, 1)


def test_the_faces_of_a_picture_that_was_turned_by_hand_are_looked_at_as_they_are_shown(project: Project) -> None:
    for picture in list(project.pictures()):
        turn_picture(project, picture.source, 90)
    assert group_faces(project, Colours()) == Grouped(6, 2, 1)


def test_new_faces_join_a_group_and_its_number_stays(project: Project, tmp_path: Path) -> None:
    group_faces(project, Colours())
    add_photo(project, tmp_path / "3.png", [GREEN, GREEN, GREEN, BLUE])
    group_faces(project, Colours())
    assert numbers(project) == [[1, 2, 1], [3, 2, 1], [2, 2, 2, 3]]


def test_verdicts_change_no_group_and_a_face_that_is_gone_leaves_its_own(project: Project) -> None:
    group_faces(project, Colours())
    (first, *others), *_ = project.all_faces()
    project.put_faces([replace(face, verdict=Verdict.CONFIRMED) for face in (first, *others)])
    assert numbers(project) == [[1, 2, 1], [0, 2, 1]]
    project.remove_faces([first])
    assert first.id not in FaceGroups(project).numbers()
    group_faces(project, Colours())
    with project.reading() as connection:
        assert connection.execute("SELECT count(*) FROM looks").fetchone()[0] == 5


def test_faint_faces_stay_out_unless_something_was_said_of_them(project: Project, tmp_path: Path) -> None:
    add_photo(project, tmp_path / "3.png", [RED, RED], score=0.2)
    faces = project.faces(str(tmp_path / "3.png"))
    project.put_faces([replace(faces[0], verdict=Verdict.UNSURE)])
    group_faces(project, Colours())
    known = FaceGroups(project).numbers()
    assert known[faces[0].id] == 1 and faces[1].id not in known


def test_other_weights_look_at_all_faces_again_and_numbers_stay(project: Project) -> None:
    group_faces(project, Colours())
    other = Colours()
    other.digest = "2"
    group_faces(project, other)
    assert other.looked_at == 6 and numbers(project) == [[1, 2, 1], [0, 2, 1]]


def test_features_of_any_length_are_compared(project: Project) -> None:
    class Long(Colours):
        def embed(self, crops: CropBatch) -> NDArray[np.float32]:
            return super().embed(crops) * 7

    assert group_faces(project, Long()) == Grouped(6, 2, 1)
    assert numbers(project) == [[1, 2, 1], [0, 2, 1]]


def test_what_was_cancelled_leaves_groups_as_they_were_and_goes_on_from_there(project: Project, tmp_path: Path) -> None:
    group_faces(project, Colours())
    add_photo(project, tmp_path / "3.png", [BLUE])
    stop = threading.Event()
    with pytest.raises(Cancelled):
        group_faces(
            project, Colours(), progress=lambda stage, *_: stop.set() if stage == "compare" else None, cancel=stop
        )
    assert numbers(project) == [[1, 2, 1], [0, 2, 1], [0]]
    group_faces(project, later := Colours())
    assert later.looked_at == 0 and numbers(project) == [[1, 2, 1], [3, 2, 1], [3]]


def test_without_scipy_nothing_is_looked_at(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.split(".")[0] == "scipy" or name.startswith("tinyface_core.groups."):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)
    embedder = Colours()
    with pytest.raises(ModuleNotFoundError, match="scipy"):
        import_module("tinyface_core.groups.grouping").group_faces(project, embedder)
    assert embedder.looked_at == 0


def test_a_picture_that_is_gone_is_told_and_the_others_are_grouped(project: Project, tmp_path: Path) -> None:
    (tmp_path / "1.png").unlink()
    failed: list[str] = []
    assert group_faces(project, Colours(), failed=lambda path, _error: failed.append(path.name)) == Grouped(3, 0, 3)
    assert failed == ["1.png"]


def test_a_picture_that_was_looked_at_keeps_its_groups_while_it_is_away(project: Project, tmp_path: Path) -> None:
    group_faces(project, Colours())
    (tmp_path / "1.png").rename(tmp_path / "away.png")
    assert group_faces(project, Colours()) == Grouped(6, 2, 1)


@pytest.mark.parametrize("falling", [False, True])
def test_a_long_list_is_read_group_by_group_and_turned_round_from_the_faces_that_are_alone(
    project: Project, falling: bool
) -> None:
    group_faces(project, Colours())
    known = FaceGroups(project).numbers()
    listing = Listing(order="group", falling=falling)
    found = [known.get(face.id, 0) for first in range(0, 6, 2) for face in listing.page(project, first, 2)]
    assert found == ([0, 2, 2, 1, 1, 1] if falling else [1, 1, 1, 2, 2, 0])


def test_likeness_orders_faces_by_what_they_are_compared_by(project: Project) -> None:
    first = project.faces(project.pictures()[0].source)
    assert FaceGroups(project).likeness(first[0]) == {}
    group_faces(project, Colours())
    reds = sorted(first, key=lambda face: face.face.box)
    likeness = FaceGroups(project).likeness(reds[0])
    assert len(likeness) == 6 and likeness[reds[2].id] == pytest.approx(1, abs=1e-3) and likeness[reds[1].id] < 0.3


def test_of_a_track_the_best_face_is_compared_and_all_are_in_its_group(project: Project, tmp_path: Path) -> None:
    """The track is red in its large face and green in the small one."""
    photo, embedder = project.pictures()[0].source, Colours()
    large, small = (0.0, 0.0, 16.0, 16.0), (18.0, 2.0, 24.0, 8.0)
    track = [ProjectFace(photo, Face(box, 0.9, 0.9, track=5)) for box in (small, large)]
    project.put_result(FindResult(photo, 48, 16, Detections.of([], []), 2, 0), track)
    group_faces(project, embedder)
    known = FaceGroups(project).numbers()
    assert embedder.looked_at == 4 and known[track[0].id] == known[track[1].id]
    reds = answer(project, parse(f"group = {known[track[0].id]}")).faces
    assert len(reds) == 3
    likeness = FaceGroups(project).likeness(track[0])
    assert likeness[track[0].id] == likeness[track[1].id] == pytest.approx(1, abs=1e-3)


def test_the_faces_of_many_pages_are_looked_at_in_a_file_that_is_opened_once(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, opened = tmp_path / "pages.tif", []
    pages = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE, BLUE)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    project.add_pictures([ProjectPicture(str(path), has_pages=True)])
    for index in range(3):
        face = ProjectFace(str(path), Face((0.0, 0.0, 16.0, 16.0), 0.9, 0.9), index)
        project.put_result(FindResult(str(path), 16, 16, Detections.of([], []), 1, 0, index=index), [face])
    monkeypatch.setattr(sources, "open_frames", lambda path: opened.append(path) or Pages(path))
    assert group_faces(project, Colours()) == Grouped(9, 3, 0)
    assert opened == [path]


def test_forgetting_leaves_nothing_of_groups_and_features(project: Project) -> None:
    group_faces(project, Colours())
    FaceGroups(project).forget()
    with project.reading() as connection:
        assert connection.execute("SELECT count(*) FROM looks").fetchone()[0] == 0


@pytest.mark.parametrize("features", [b"", b"\0" * 7, b"\xff" * 6, np.zeros(3, "<f2").tobytes(), b"\0" * 70_000])
def test_features_that_make_no_sense_are_looked_past(project: Project, features: bytes) -> None:
    group_faces(project, Colours())
    with project.together() as connection:
        connection.execute("UPDATE looks SET features = ? WHERE number = 2", (features,))
    assert len(FaceGroups(project).looks("colours 1").ids) == 4
