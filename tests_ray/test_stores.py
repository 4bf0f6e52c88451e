"""Files of object stores, listed and fetched: a web server, and a store in memory; what fails is one sentence."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

import fsspec
import pytest
from PIL import Image

from tests.core.search.made_scan import save_photo
from tinyface_core.export.lazy import Mapped
from tinyface_core.export.material import Material
from tinyface_core.export.registry import export
from tinyface_core.export.stored import StoredPictures
from tinyface_core.media.fetching import local_copy
from tinyface_core.media.images import MediaError
from tinyface_core.project.listing import FaceCriteria, Listing
from tinyface_core.project.query import parse
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.scanned import ScannedFile
from tinyface_core.project.store import Project
from tinyface_core.search.stores import list_store
from tinyface_core.types import Detections, Face, FindResult


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for number in range(3):
        save_photo(tmp_path / "photos" / "a folder" / f"{number}.jpg", number)
    (tmp_path / "photos" / "notes.txt").write_text("no picture")
    return tmp_path / "photos"


def listed(url: str) -> tuple[list[ScannedFile], list[str]]:
    told: list[str] = []
    files = list(list_store(url, lambda _path, error: told.append(str(error))))
    return files, told


def test_photos_of_a_web_server_are_listed_with_their_sizes_and_fetched(store: str, photos: Path) -> None:
    files, told = listed(store)
    assert told == [] and [file.path for file in files] == [f"{store}a%20folder/{number}.jpg" for number in range(3)]
    for number, file in enumerate(files):
        with local_copy(file.path) as copy:
            data = copy.read_bytes()
        assert data == (photos / "a folder" / f"{number}.jpg").read_bytes() and len(data) == file.size
    assert listed(files[1].path) == ([files[1]], [])


def test_photos_of_a_store_in_memory_are_listed_with_the_time_of_their_change(photos: Path) -> None:
    store = fsspec.filesystem("memory")
    store.put(str(photos), "/photos", recursive=True)
    try:
        files, told = listed("memory://photos")
        assert told == [] and [file.path for file in files] == [f"memory:///photos/a folder/{n}.jpg" for n in range(3)]
        assert all(file.size > 0 and file.modified > 0 for file in files)
    finally:
        store.rm("/photos", recursive=True)


@pytest.mark.parametrize(
    ("below", "sentence"),
    [
        ("locked/", "cannot be listed (403, message='Forbidden', "),
        ("unknown.jpg", "cannot be listed (401, message='Unauthorized', "),
        ("broken/", "cannot be listed (500, "),
        ("none/", "There is no photo or video at {}none/: check the address."),
    ],
)
def test_what_cannot_be_listed_is_one_sentence(store: str, below: str, sentence: str) -> None:
    files, (told,) = listed(store + below)
    assert files == [] and sentence.format(store) in told and store + below in told


@pytest.mark.parametrize("url", ["nosuch://bucket/photos", "http://127.0.0.1:1/photos/", "memory://none"])
def test_a_store_that_there_is_not_is_one_sentence(url: str) -> None:
    files, (told,) = listed(url)
    assert files == [] and url in told and told.endswith(".") and "\n" not in told


def test_pictures_in_a_store_are_drawn_into_and_asked_for_by_their_folder(store: str, tmp_path: Path) -> None:
    (file, *_), _ = listed(store)
    with Project.create(tmp_path / "case.tinyface") as project:
        project.add_pictures([ProjectPicture(file.path)])
        face = ProjectFace(file.path, Face((10.0, 10.0, 30.0, 30.0), 0.9, 0.9))
        project.put_result(FindResult(file.path, 96, 96, Detections.of([], []), 1, 0), [face])
        asked = FaceCriteria(question=parse(f"folder is '{store}a%20folder'"))
        pictures = StoredPictures(project, asked, Listing.of(asked).frames(project)[:, :2], with_empty=False)
        results = list(Mapped(attrgetter("result"), pictures))
    assert [result.source for result in results] == [file.path]
    export("annotated", Material(results), tmp_path / "drawn")
    assert Image.open(tmp_path / "drawn" / "0.png").size == (96, 96)


def test_a_file_that_may_not_be_fetched_is_one_sentence(store: str) -> None:
    copied = local_copy(f"{store}locked.jpg")
    with pytest.raises(MediaError, match=r"locked.jpg cannot be fetched \(.*\): check the access to it\.$"), copied:
        pass
