"""Files are written whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tinyface_core.files import replacing


def test_the_file_appears_only_when_writing_has_ended(tmp_path: Path) -> None:
    target = tmp_path / "faces.json"
    with replacing(target) as part:
        part.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_keeps_the_old_file_and_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "faces.json"
    target.write_text("old")
    with pytest.raises(OSError, match="disk is full"), replacing(target) as part:
        part.write_text("half")
        raise OSError("disk is full")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_temporary_name_keeps_the_suffix_and_the_folder(tmp_path: Path) -> None:
    with replacing(tmp_path / "sheet.png") as part:
        assert part.suffix == ".png"
        assert part.parent == tmp_path
        part.write_bytes(b"x")


def test_missing_folders_are_made(tmp_path: Path) -> None:
    with replacing(tmp_path / "a" / "b" / "c.txt") as part:
        part.write_text("x")
    assert (tmp_path / "a" / "b" / "c.txt").read_text() == "x"


def test_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    real = tmp_path / "real.txt"
    real.write_text("old")
    link = tmp_path / "link.txt"
    link.symlink_to(real)
    with replacing(link) as part:
        part.write_text("new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_the_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    plain = tmp_path / "plain.txt"
    plain.write_text("x")
    with replacing(tmp_path / "replaced.txt") as part:
        part.write_text("x")
    assert stat.S_IMODE((tmp_path / "replaced.txt").stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
