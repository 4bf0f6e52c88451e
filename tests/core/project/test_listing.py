"""Long lists are read page by page, and hold what a filter in Python would leave, in the same order."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tinyface_core.project.listing import Listing
from tinyface_core.project.query import parse
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import LEFT_OUT, NO_TRACK, Face, Verdict


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Sixty faces of six photos, every tenth drawn."""
    rng = np.random.default_rng(0)
    with Project.create(tmp_path_factory.mktemp("listing") / "case.tinyface") as made:
        photos = [f"/photos/{number}.jpg" for number in range(6)]
        made.add_pictures(map(ProjectPicture, photos))
        for number in range(60):
            x, y, side = rng.uniform(4, 90, 3).tolist()
            drawn = number % 10 == 0
            face = Face((x, y, x + side, y + side / 2), 1.0 if drawn else float(rng.uniform(0, 0.99)), 0.5)
            verdict = list(Verdict)[int(rng.integers(4))]
            made.put_faces([ProjectFace(photos[number % 6], face, verdict=verdict, drawn=drawn, note=str(number))])
        yield made


LISTINGS: list[tuple[Listing, Callable[[ProjectFace], bool]]] = [
    (Listing(order="score", falling=True), lambda face: True),
    (Listing(0.3, 0.8, order="score"), lambda face: face.drawn or 0.3 <= face.face.score <= 0.8),
    (Listing(smallest=16, largest=40, order="size"), lambda face: 16 <= face.face.size <= 40),
    (Listing(verdicts=frozenset({Verdict.CONFIRMED}), order="size", falling=True), lambda f: f.verdict == "face"),
    (Listing(verdicts=frozenset(), order="score"), lambda face: False),
    (Listing(source="/photos/2.jpg", smallest=16), lambda f: f.source == "/photos/2.jpg" and f.face.size >= 16),
    (Listing(source="/photos/none.jpg"), lambda face: False),
]


@pytest.mark.parametrize(("listing", "passes"), LISTINGS)
def test_pages_joined_are_all_faces_that_pass_in_order(
    project: Project, listing: Listing, passes: Callable[[ProjectFace], bool]
) -> None:
    wanted = {face.id: face for faces in project.all_faces() for face in faces if passes(face)}
    pages = [listing.page(project, first, 7) for first in range(0, 70, 7)]
    joined = [face for page in pages for face in page]
    assert {face.id: face for face in joined} == wanted and len(joined) == len(wanted) == listing.count(project)
    value = {"score": lambda face: face.face.score, "size": lambda face: face.face.size}.get(listing.order)
    if value is not None:
        values = [value(face) for face in joined]
        assert values == sorted(values, reverse=listing.falling)


@pytest.mark.parametrize("order", ["score", "size"])
def test_a_page_is_found_through_an_index_that_has_all_that_is_filtered_by(project: Project, order: str) -> None:
    asked: list[str] = []
    with project.reading() as connection:
        connection.set_trace_callback(asked.append)
    Listing(0.3, 0.8, 16, 40, frozenset({Verdict.CONFIRMED}), order=order).page(project, 0, 10)
    with project.reading() as connection:
        connection.set_trace_callback(None)
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}"))
    inner = plan.partition("SCAN (subquery")[0]
    assert f"USING COVERING INDEX faces_by_{order}" in inner and "TEMP B-TREE" not in inner, "nothing is sorted"


def test_a_question_to_one_picture_looks_at_no_other(project: Project) -> None:
    asked: list[str] = []
    listing = Listing(source="/photos/2.jpg", question=parse("note contains 3 and width < 9 or faces > 1"))
    with project.reading() as connection:
        connection.set_trace_callback(asked.append)
    listing.page(project, 0, -1)
    with project.reading() as connection:
        connection.set_trace_callback(None)
        (page,) = (query for query in asked if "OFFSET" in query)
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {page}")]
    assert any("SEARCH faces USING PRIMARY KEY (picture=?" in step for step in plan)
    assert not [step for step in plan if step.startswith(("SCAN faces", "SCAN pictures", "SCAN runs"))]


def test_a_project_is_opened_without_reading_its_faces(tmp_path: Path, project: Project) -> None:
    path = tmp_path / "damaged.tinyface"
    project.save_as(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE faces SET score = 7")
    connection.close()
    with Project.open(path) as opened:
        assert opened.has_more_faces_than(59) and not opened.has_more_faces_than(60)


def test_faces_that_are_in_tracks_are_told_from_those_that_are_alone(tmp_path: Path) -> None:
    video = str(tmp_path / "clip.mp4")
    tracks = (NO_TRACK, LEFT_OUT, 0, 0, 1)
    with Project.create(tmp_path / "tracks.tinyface") as project:
        project.add_pictures([ProjectPicture(video, is_video=True)])
        project.put_faces([ProjectFace(video, Face((0, 0, 9, 9), 0.5, 0.5, track=track), 0, 0.0) for track in tracks])
        assert project.has_more_faces_than(3) and not project.has_more_faces_than(4), (
            "those that were left out count not"
        )
        assert project.has_more_faces_than(0, alone=True) and not project.has_more_faces_than(1, alone=True)
