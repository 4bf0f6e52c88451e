"""Pasted pictures are kept in the project, and come back where their files are gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tinyface_core.folders import HOME_VARIABLE
from tinyface_core.media.images import load_image
from tinyface_core.project.pasted import is_pasted, pasted_folder, put_pasted, save_pasted
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import Face, Origin, Verdict

PIXELS = np.random.default_rng(0).integers(0, 255, (20, 30, 3), dtype=np.uint8)
FACE = Face((2.0, 3.0, 12.0, 15.0), 1.0, 1.0, origin=Origin.DRAWN)


def a_project(path: Path) -> str:
    pasted = save_pasted(PIXELS, "Pasted picture")
    with Project.create(path) as project:
        project.add_pictures([ProjectPicture(str(pasted), reviewed=True)])
        project.keep_pasted(str(pasted), pasted.read_bytes())
        project.put_faces([ProjectFace(str(pasted), FACE, verdict=Verdict.CONFIRMED, drawn=True)])
    return str(pasted)


def test_a_project_brings_its_pasted_pictures_to_another_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = a_project(tmp_path / "case.tinyface")
    assert is_pasted(source)
    shutil.rmtree(pasted_folder())
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "other computer"))
    with Project.open(tmp_path / "case.tinyface") as project:
        (picture,) = project.pictures()
        assert not picture.missing and picture.reviewed and is_pasted(picture.source)
        assert np.array_equal(load_image(picture.path).pixels, PIXELS)
        assert [(face.face, face.verdict) for face in project.faces(picture.source)] == [(FACE, "face")]


def test_a_picture_of_the_same_name_is_not_written_over(tmp_path: Path) -> None:
    source = Path(a_project(tmp_path / "case.tinyface"))
    (tmp_path / "copy").mkdir()
    with Project.open(tmp_path / "case.tinyface") as project:
        project.save_as(tmp_path / "copy" / "case.tinyface").close()
    source.unlink()
    with Project.open(tmp_path / "copy" / "case.tinyface") as project:
        assert project.pictures()[0].source == str(source), "the copy holds it too"
    source.write_bytes(b"another picture of that name")
    with Project.open(tmp_path / "case.tinyface") as project:
        assert [picture.source for picture in project.pictures()] == [str(source)], "it lies where it was"
    source.rename(source.with_name("elsewhere.png"))
    with Project.open(tmp_path / "case.tinyface") as project:
        assert load_image(project.pictures()[0].path).pixels.shape == PIXELS.shape


def test_what_is_removed_from_a_project_is_gone_from_its_file(tmp_path: Path) -> None:
    source = a_project(tmp_path / "case.tinyface")
    with Project.open(tmp_path / "case.tinyface") as project:
        project.remove_pictures([source])
        assert project.check() == []
    Path(source).unlink()
    with Project.open(tmp_path / "case.tinyface") as project:
        assert project.pictures() == [] and not Path(source).exists()


def test_a_pasted_picture_for_which_there_is_no_room_keeps_no_others_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = [save_pasted(PIXELS, title) for title in ("first", "second")]
    with Project.create(tmp_path / "case.tinyface") as project:
        project.add_pictures([ProjectPicture(str(source)) for source in sources])
        for source in sources:
            project.keep_pasted(str(source), source.read_bytes())
            source.unlink()

    def put(name: str, content: bytes) -> Path:
        if name.startswith("first"):
            raise OSError("no room")
        return put_pasted(name, content)

    monkeypatch.setattr("tinyface_core.project.store.put_pasted", put)
    with Project.open(tmp_path / "case.tinyface") as project:
        assert [picture.missing for picture in project.pictures()] == [True, False]
