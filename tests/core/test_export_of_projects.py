"""What a project holds is written while it is read: of an archive no more than a picture or two are in memory."""

from __future__ import annotations

import errno
import io
import json
import threading
import tracemalloc
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.search.made_scan import save_photo
from tinyface_core.export.enlarging import EnlargedFaces, enlarging_once
from tinyface_core.export.json_file import read
from tinyface_core.export.lazy import Mapped
from tinyface_core.export.material import ExportPicture, FaceKey, Material
from tinyface_core.export.naming import unique_names
from tinyface_core.export.registry import FORMATS, export
from tinyface_core.export.stored import StoredPictures
from tinyface_core.project import rows
from tinyface_core.project.listing import FaceCriteria, searched_frames
from tinyface_core.project.records import ProjectError, ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.results import write_document
from tinyface_core.tracks import packed_moves
from tinyface_core.types import Cancelled, CancelToken, CropBatch, Detections, Face, FindResult, Verdict

PICTURES, FACES = 12, 2


class Counted(FindResult):
    """Counts how many of its kind there are."""

    there: ClassVar[int] = 0
    most: ClassVar[int] = 0

    def __new__(cls, *_values: object, **_named: object) -> Counted:
        Counted.there += 1
        Counted.most = max(Counted.most, Counted.there)
        return super().__new__(cls)

    def __del__(self) -> None:
        Counted.there -= 1


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("stored")
    with Project.create(folder / "case.tinyface") as made:
        photos = [str(save_photo(folder / f"{number}.jpg", number, 48)) for number in range(PICTURES)]
        made.add_pictures(map(ProjectPicture, photos))
        for photo in photos:
            boxes = [(4.0 + 9 * n, 4.0, 12.0 + 9 * n, 14.0) for n in range(FACES)]
            faces = [ProjectFace(photo, Face(box, 0.5, 0.5), verdict=Verdict.CONFIRMED, note="Ä") for box in boxes]
            made.put_result(FindResult(photo, 48, 48, Detections.of([], []), FACES, 0), faces)
        yield made


def stored(project: Project) -> StoredPictures:
    return StoredPictures(project, FaceCriteria(), searched_frames(project))


@pytest.mark.parametrize("form", FORMATS.names())
def test_every_form_is_written_picture_by_picture(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(rows, "FindResult", Counted)
    monkeypatch.setattr(Counted, "most", 0)
    pictures = stored(project)
    material = Material(Mapped(attrgetter("result"), pictures), pictures.statements)
    material = Material(material.results, material.statements, EnlargedFaces(material, ()))
    export(form, material, tmp_path / f"faces{FORMATS.load(form).suffix}")
    assert any(path.is_file() for path in tmp_path.rglob("*"))
    assert 0 < Counted.most < PICTURES / 2
    if form == "json":
        read_back = read([tmp_path / "faces.json"])
        assert [result.source for result in read_back.results] == [picture.source for picture in project.pictures()]
        assert {said.note for said in read_back.statements.values()} == {"Ä"}


def test_of_a_video_every_frame_is_written_through_which_faces_were_followed(tmp_path: Path) -> None:
    clip, photo = str(tmp_path / "clip.mp4"), str(tmp_path / "a.jpg")

    def found(frame: int, x: float, moves: bytes = b"", drawn: bool = False) -> ProjectFace:
        face = Face((x, 4.0, x + 8, 14.0), 0.5, 0.5, track=-1 if drawn else 2)
        return ProjectFace(clip, face, frame, frame / 8, Verdict.CONFIRMED, drawn=drawn, moves_behind=moves)

    way = packed_moves((0.0, 4.0, 8.0, 14.0), [(x, 4.0, x + 8.0, 14.0) for x in (3.0, 4.0, 4.0, 4.0)])
    with Project.create(tmp_path / "case.tinyface") as made:
        made.add_pictures([ProjectPicture(photo), ProjectPicture(clip, is_video=True)])
        made.put_result(FindResult(photo, 48, 48, Detections.of([], []), 0, 0), [])
        faces = {0: [found(0, 0.0, way)], 4: [found(4, 4.0)], 8: list[ProjectFace]()}
        for frame, of_frame in faces.items():
            empty = Detections.of([], [])
            made.put_result(FindResult(clip, 48, 48, empty, 1, 0, index=frame, seconds=frame / 8), of_frame)
        made.put_faces([found(6, 9.0, drawn=True)])
        pictures = stored(made)
        lefts = {p.result.index: p.result.faces.boxes[:, 0].round().tolist() for p in pictures}
        assert lefts == {None: [], 0: [0], 1: [3], 2: [4], 3: [4], 4: [4], 6: [9], 8: []} and len(pictures) == 8
        assert pictures.statements[FaceKey(clip, 2, 0)].verdict == Verdict.CONFIRMED
        frames = searched_frames(made)
        only = StoredPictures(made, FaceCriteria(), np.array([[frames[1, 0], 2]]), only_faces=True)
        assert [picture.result.index for picture in only] == [0, 4], "a question is answered by what was found"


def test_the_count_of_frames_to_write_can_be_cancelled(tmp_path: Path) -> None:
    clip, cancel = str(tmp_path / "clip.mp4"), threading.Event()
    cancel.set()
    with Project.create(tmp_path / "case.tinyface") as made:
        made.add_pictures([ProjectPicture(clip, is_video=True)])
        made.put_result(FindResult(clip, 48, 48, Detections.of([], []), 0, 0, index=0, seconds=0.0), [])
        with pytest.raises(Cancelled):
            StoredPictures(made, FaceCriteria(), searched_frames(made), cancel=cancel)


@pytest.mark.parametrize("form", ["mot", "coco-vid"])
def test_of_the_pictures_of_an_export_no_names_are_kept(tmp_path: Path, form: str) -> None:
    def made(number: int) -> FindResult:
        return FindResult(f"/{'archive' * 90}/{number}/{number // 2:06}.jpg", 8, 8, Detections.of([], []), 0, 0)

    def most(count: int) -> int:
        tracemalloc.start()
        try:
            export(form, Material(Mapped(made, range(count))), tmp_path / str(count) / "faces")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    for count in (10, 350):  # what is imported and kept once, some of it only after some hundred pictures
        most(count)
    assert (most(350) - most(50)) / 300 < 200, "bytes a picture, whose path alone takes more than 600"
    if form == "mot":
        texts = sorted(path.name for path in (tmp_path / "10" / "faces").iterdir())
        assert len(texts) == 10 and texts[:2] == ["000000_1.txt", "000000_2.txt"]


@given(st.lists(st.sampled_from(["a", "A", "a_1", "a_1_1", "b", "A_2"])))
def test_names_are_told_apart_and_those_that_are_alone_stay(wanted: list[str]) -> None:
    names = list(unique_names(wanted))
    assert len({name.lower() for name in names}) == len(wanted)
    for name, stem in zip(names, wanted, strict=True):
        alone = sum(other.lower() == stem.lower() for other in wanted) == 1
        assert name == stem if alone else name.startswith(f"{stem}_")


def test_faces_are_enlarged_without_going_through_the_pictures_first(project: Project) -> None:
    read: list[str] = []

    def noted(picture: ExportPicture) -> FindResult:
        read.append(picture.result.source)
        return picture.result

    pictures = stored(project)
    material = Material(Mapped(noted, pictures), pictures.statements)
    told: list[tuple[str, int, int]] = []
    crops = EnlargedFaces(material, (), progress=lambda *report: told.append(report))
    assert crops and read == []
    sources = [picture.source for picture in project.pictures()]
    for source in (*sources, sources[0]):
        assert all(crops[FaceKey(source, None, face)] for face in range(FACES))
    assert read == [*sources, sources[0]], "each once, but for the one that is gone back to"
    assert told[0] == ("crops", 0, PICTURES * FACES) and len(crops) == PICTURES * FACES
    with pytest.raises(KeyError):
        crops[FaceKey(sources[0], 3, 0)]


class FullDisk(io.BytesIO):
    """A file on a disk that takes so many more bytes; then it takes a part, and then nothing."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: Any) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = super().write(bytes(data)[: self.room])
        self.room -= taken
        return taken


class MadeGenerator:
    """Repeats each pixel, and notes the crops that it enlarges."""

    name = "made-generator"

    def __init__(self) -> None:
        self.enlarged: list[int] = []

    def enlarge(self, crops: CropBatch, factor: int, _cancel: CancelToken | None = None) -> CropBatch:
        self.enlarged.append(int(crops[0, 0, 0, 0]))
        return crops.repeat(factor, axis=1).repeat(factor, axis=2)


def test_what_a_full_disk_does_not_keep_is_enlarged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    size = 3 * 8 * 8
    monkeypatch.setattr("tinyface_core.export.enlarging.TemporaryFile", lambda **_: FullDisk(size + size // 2))
    made, crops = MadeGenerator(), [np.full((1, 4, 4, 3), shade, np.uint8) for shade in (1, 2, 3)]
    with enlarging_once([made]) as (upscaler,):
        for _ in range(2):
            for crop in crops:
                np.testing.assert_array_equal(upscaler.enlarge(crop, 2), crop.repeat(2, axis=1).repeat(2, axis=2))
    assert made.enlarged == [1, 2, 3, 2, 3]


def test_a_project_that_changes_meanwhile_is_told_and_no_row_is_left_out_silently(project: Project) -> None:
    pictures = stored(project)
    source = project.pictures()[3].source
    result = FindResult(source, 48, 48, Detections.of([], []), 0, 0, index=7, seconds=0.3)
    project.put_result(result, [])
    with pytest.raises(ProjectError, match=r"case\.tinyface was changed while it was read"):
        list(pictures)
    with project.together() as connection:
        connection.execute("DELETE FROM runs WHERE frame = 7")


@pytest.mark.parametrize("entries", [[], [1], [{"a": []}, {"b": ["x\ny", None]}]])
def test_a_document_is_written_entry_by_entry_as_json_writes_it_whole(tmp_path: Path, entries: list[object]) -> None:
    plain = {"name": "ä\udce9", "entries": entries, "end": {"of": 1}}
    write_document(tmp_path / "whole.json", plain)
    write_document(tmp_path / "parts.json", plain | {"entries": iter(entries)})
    text = (tmp_path / "whole.json").read_text("utf-8")
    assert json.loads(text) == plain and len(text.splitlines()) == 1
    parts = (tmp_path / "parts.json").read_text("utf-8")
    assert parts.replace("\n", "") + "\n" == text and len(parts.splitlines()) == (len(entries) + 2 if entries else 1)
