"""Perceptual hashes: copies are alike, other pictures are not."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tinyface_core.project.likeness import MOST_BITS, copies, perceptual_hash

SAMPLES = sorted((Path(__file__).resolve().parents[3] / "resources/samples").glob("*.webp"))


def pixels_of(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB"))


def bits_between(first: int, second: int) -> int:
    return ((first ^ second) & (2**64 - 1)).bit_count()


@pytest.mark.parametrize(("quality", "share"), [(50, 1.0), (30, 1.0), (85, 0.5), (85, 0.25), (60, 0.7)])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_re_encoded_or_resized_copy_is_alike(sample: Path, quality: int, share: float) -> None:
    with Image.open(sample) as image:
        own, buffer = perceptual_hash(pixels_of(image)), io.BytesIO()
        size = (round(image.width * share), round(image.height * share))
        image.convert("RGB").resize(size).save(buffer, "JPEG", quality=quality)
    assert bits_between(own, perceptual_hash(pixels_of(Image.open(buffer)))) <= MOST_BITS


def test_different_pictures_are_not_alike() -> None:
    hashes = [perceptual_hash(pixels_of(Image.open(sample))) for sample in SAMPLES]
    assert len(hashes) > 1
    assert min(bits_between(a, b) for a in hashes for b in hashes if a is not b) > 4 * MOST_BITS


@given(
    st.lists(st.integers(0, 5), min_size=0, max_size=30),
    st.lists(st.sets(st.integers(0, 63), max_size=4), min_size=30, max_size=30),
)
def test_groups_are_those_of_comparing_all_with_all(kinds: list[int], flipped: list[set[int]]) -> None:
    """Six pictures far from each other, with up to four bits of each copy changed."""
    originals = np.random.default_rng(0).integers(0, 2**64, 6, dtype=np.uint64).tolist()
    values = [originals[kind] ^ sum(1 << bit for bit in bits) for kind, bits in zip(kinds, flipped, strict=False)]
    hashes = np.array(values, np.uint64).view(np.int64)
    group = list(range(len(values)))
    for one, first in enumerate(values):
        for other, second in enumerate(values):
            if bits_between(first, second) <= MOST_BITS:
                group = [group[one] if label == group[other] else label for label in group]
    wanted = [[row for row, label in enumerate(group) if label == own] for own in dict.fromkeys(group)]
    assert [rows.tolist() for rows in copies(hashes)] == [rows for rows in wanted if len(rows) > 1]
