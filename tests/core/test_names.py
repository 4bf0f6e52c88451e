"""Names of files and of places in them."""

from __future__ import annotations

import re

import pytest

from tinyface_core.names import local_time, place_in_file


@pytest.mark.parametrize(
    ("index", "seconds", "place"), [(None, None, ""), (0, None, "page 1"), (0, 0.0, "frame 0"), (12, 0.5, "frame 12")]
)
def test_pages_are_counted_from_one_frames_have_their_number_and_photos_none(
    index: int | None, seconds: float | None, place: str
) -> None:
    assert place_in_file(index, seconds) == place


def test_a_local_time_sorts_by_time_and_may_stand_in_a_file_name() -> None:
    first, second = local_time(), local_time()
    assert first <= second and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.\d{3}", first)
