"""Project files from elsewhere: what acts in them, and values that make no sense, cost one sentence."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.core.tiny_world import make_project
from tinyface_core.project.records import ProjectError
from tinyface_core.project.store import Project
from tinyface_core.types import Detections, FindResult

ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT i AS picture, -1 AS frame, i AS id, 0.0 AS seconds, 0.0 AS x1, 0.0 AS y1, 1.0 AS x2, 1.0 AS y2, "
    "0.5 AS score, 0.5 AS detector_score, NULL AS face_probability, NULL AS real_probability, 0 AS refined, "
    "0 AS drawn, '' AS verdict, '' AS note FROM n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two pictures with faces, one of them searched."""
    path = make_project(tmp_path_factory.mktemp("made"), 2)
    with Project.open(path) as project:
        source = project.pictures()[0].source
        project.put_result(FindResult(source, 128, 128, Detections.of([], []), 5, 2, {"detect": 0.1}), [])
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(made, tmp_path))


def changed(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema = ON")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("statements", "wanted"),
    [
        (["ALTER TABLE faces RENAME TO old", f"CREATE VIEW faces AS {ENDLESS}"], "holds a"),
        ([f"CREATE VIEW more AS {ENDLESS}"], "holds a view, more"),
        (["CREATE TRIGGER t AFTER UPDATE ON faces BEGIN DELETE FROM pictures; END"], "holds a trigger, t"),
        (["CREATE INDEX i ON faces (abs(x1))"], "holds a index, i"),
        (["CREATE TABLE notes (x)"], "holds a table notes"),
    ],
)
def test_what_this_program_never_makes_is_not_opened(path: Path, statements: list[str], wanted: str) -> None:
    changed(path, *statements)
    with pytest.raises(ProjectError) as caught:
        Project.open(path)
    assert wanted in str(caught.value)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ("UPDATE faces SET x2 = 1e9", "faces that make no sense"),
        ("UPDATE faces SET x1 = 9e999", "faces that make no sense"),
        ("UPDATE faces SET x1 = 500, x2 = 400", "faces that make no sense"),
        ("UPDATE faces SET score = 2", "faces that make no sense"),
        ("UPDATE faces SET face_probability = -1", "faces that make no sense"),
        ("UPDATE faces SET verdict = 'perhaps'", "faces that make no sense"),
        ("UPDATE faces SET moves_behind = x'010203'", "faces that make no sense"),
        ("UPDATE faces SET moves_before = zeroblob(80000)", "faces that make no sense"),
        ("UPDATE pictures SET remaining = 'much'", "pictures that make no sense"),
        ("UPDATE pictures SET turn = 45", "pictures that make no sense"),
        ("UPDATE runs SET width = 0", "holds a search"),
        ("UPDATE runs SET height = 1000000000000", "holds a search"),
        ("UPDATE runs SET settings = 'x'", "holds a search"),
        ('UPDATE runs SET settings = \'{"effort": "hard"}\'', "holds a search"),
        ("UPDATE runs SET settings = '[]'", "holds a search"),
        ('UPDATE runs SET timings = \'{"detect": "long"}\'', "holds a search"),
        ("UPDATE runs SET weights = '[1]'", "holds a search"),
        ("UPDATE runs SET remarks = '7'", "holds a search"),
    ],
)
def test_values_that_make_no_sense_are_one_sentence(path: Path, change: str, wanted: str) -> None:
    changed(path, change)
    with pytest.raises(ProjectError) as caught, Project.open(path) as project:
        project.results()
        list(project.all_faces())
    assert wanted in str(caught.value) and "\n" not in str(caught.value)


def test_a_check_counts_rows_that_make_no_sense(path: Path) -> None:
    changed(path, "UPDATE faces SET score = 2 WHERE drawn", "UPDATE runs SET width = 0")
    with Project.open(path) as project:
        assert project.check() == ["6 of its faces make no sense", "1 of its runs make no sense"]


def test_a_whole_project_is_opened_with_all_that_is_in_it(path: Path) -> None:
    with Project.open(path) as project:
        assert project.counts().faces == 7 and len(project.results()) == 1


def test_a_changed_byte_in_the_header_is_a_sentence_or_harmless(path: Path) -> None:
    whole = path.read_bytes()
    for place in range(0, 100, 3):
        data = bytearray(whole)
        data[place] ^= 0x55
        path.write_bytes(data)
        try:
            with Project.open(path) as project:
                project.results()
                list(project.all_faces())
        except ProjectError as error:
            assert path.name in str(error) and "\n" not in str(error)


def test_a_place_that_takes_no_project_is_told_in_words_without_a_number(path: Path, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()
    target = tmp_path / "photo.jpg" / "new.tinyface"
    with Project.open(path) as project:
        for write in (Project.create, project.save_as):
            with pytest.raises(
                ProjectError, match=r"new.tinyface cannot be written .*photo.jpg \([A-Z].*\): choose"
            ) as told:
                write(target)
            assert "Errno" not in str(told.value)
