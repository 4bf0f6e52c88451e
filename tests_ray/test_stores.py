"""Files of object stores, listed and fetched: a web server, and a store in memory; what fails is one sentence."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest

from tests.core.search.made_scan import save_photo
from tinyface_core.media.images import MediaError
from tinyface_core.project.scanned import ScannedFile
from tinyface_core.search.stores import list_store, local_copy


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


def test_a_file_that_may_not_be_fetched_is_one_sentence(store: str) -> None:
    copied = local_copy(f"{store}locked.jpg")
    with pytest.raises(MediaError, match=r"locked.jpg cannot be fetched \(.*\): check the access to it\.$"), copied:
        pass
