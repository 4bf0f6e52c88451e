"""Folders are listed lazily, in the order a person expects."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tinyface_core.media import sources
from tinyface_core.media.opening import MediaError
from tinyface_core.media.pages import Pages
from tinyface_core.media.saving import save_jpeg
from tinyface_core.media.sources import list_media, read_frames
from tinyface_core.names import natural_key
from tinyface_core.types import Cancelled, Detections, FindResult
from tinyface_core.upscalers.provenance import save_enlarged


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_folders_come_in_natural_order_their_own_files_first(tmp_path: Path) -> None:
    touch(tmp_path, "img10.jpg", "img2.JPG", "Clip.mp4", "day 10/a.png", "day 9/b.png", "day 9/deep/c.webp")
    touch(tmp_path, "notes.txt", ".hidden.jpg", ".cache/d.jpg")
    found = [str(path.relative_to(tmp_path)) for path in list_media([tmp_path])]
    assert found == ["Clip.mp4", "img2.JPG", "img10.jpg", "day 9/b.png", "day 9/deep/c.webp", "day 10/a.png"]


def test_a_file_that_is_named_itself_is_given_whatever_its_suffix(tmp_path: Path) -> None:
    touch(tmp_path, "photo_without_suffix", "b.jpg")
    paths = [tmp_path / "photo_without_suffix", tmp_path / "b.jpg"]
    assert list(list_media(paths)) == paths


def test_a_file_that_is_named_beside_its_folder_is_given_once(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "b.jpg")
    assert [path.name for path in list_media([tmp_path / "b.jpg", tmp_path])] == ["b.jpg", "a.jpg"]


def test_what_the_program_wrote_into_a_folder_is_no_photo_of_it_unless_it_is_named(tmp_path: Path) -> None:
    touch(tmp_path, "ours-faces.jpg")  # a photo whose name says it by chance
    picture = Image.new("RGB", (32, 32), (9, 99, 9))
    save_jpeg(tmp_path / "a-faces.jpg", picture)
    save_enlarged(tmp_path / "a-comparison.png", np.asarray(picture), [])
    assert [path.name for path in list_media([tmp_path])] == ["ours-faces.jpg"]
    assert len(list(list_media([tmp_path / "a-faces.jpg", tmp_path / "a-comparison.png"]))) == 2


def test_subfolders_are_read_only_when_their_turn_comes(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "sub/b.jpg")
    listing = list_media([tmp_path])
    assert next(listing).name == "a.jpg"
    touch(tmp_path, "sub/late.jpg")
    assert [path.name for path in listing] == ["b.jpg", "late.jpg"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    (tmp_path / "self").symlink_to(tmp_path, target_is_directory=True)
    assert [path.name for path in itertools.islice(list_media([tmp_path]), 10)] == ["a.jpg"]


def test_a_missing_path_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="does not exist"):
        list(list_media([tmp_path / "gone"]))


def test_a_name_that_is_too_long_for_any_file_costs_one_sentence(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    failed: list[str] = []
    listed = list_media([Path("x" * 300), tmp_path / "a.jpg"], failed=lambda _path, error: failed.append(str(error)))
    assert [path.name for path in listed] == ["a.jpg"]
    assert len(failed) == 1 and failed[0].startswith("xxx") and failed[0].endswith("x does not exist: check the name.")


def test_listing_can_be_cancelled(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "b.jpg")
    stop = threading.Event()
    listing = list_media([tmp_path], cancel=stop)
    next(listing)
    stop.set()
    with pytest.raises(Cancelled):
        next(listing)


def test_numbers_count_as_numbers_and_case_does_not() -> None:
    names = ["b1", "A10", "a9", "a", "10", "9", "a9b2", "a9b10"]
    assert sorted(names, key=natural_key) == ["9", "10", "a", "a9", "a9b2", "a9b10", "A10", "b1"]


def test_digits_of_other_kinds_do_not_break_sorting() -> None:
    assert sorted(["x²", "x1", "٣"], key=natural_key)


def test_a_photo_is_a_source_of_one_frame(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    Image.new("RGB", (5, 4), (1, 2, 3)).save(path)
    (frame,) = read_frames(path, every=10)
    assert frame.source == str(path)
    assert frame.index is None
    np.testing.assert_array_equal(frame.pixels[0, 0], [1, 2, 3])


def test_more_files_than_are_sorted_at_once_come_in_natural_order(tmp_path: Path) -> None:
    touch(tmp_path, *(f"{number}.jpg" for number in range(5000)), "sub/z.jpg")
    found = [path.name for path in list_media([tmp_path])]
    assert found == [*(f"{number}.jpg" for number in range(5000)), "z.jpg"]


def test_frames_of_one_file_are_read_without_opening_it_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = list[Path]()
    monkeypatch.setattr(sources, "open_frames", lambda path: opened.append(path) or Pages(path))  # type: ignore[func-returns-value]
    files = [tmp_path / name for name in ("a.tif", "b.tif")]
    for shade, file in enumerate(files):
        pages = [Image.new("L", (8, 6), 100 * shade + 10 * page) for page in range(3)]
        pages[0].save(file, save_all=True, append_images=pages[1:])
    read, none = sources.FrameReader(), Detections.of([], [])
    for file, page, shade in ((0, 0, 0), (0, 2, 20), (0, 1, 10), (1, 1, 110), (1, 2, 120)):
        frame = read(FindResult(str(files[file]), 8, 6, none, 0, 0, index=page))
        assert (frame.pixels == shade).all() and frame.source == str(files[file])
    assert opened == files
