"""Rows of a long list by name."""

from __future__ import annotations

import random

from app.models.rows import Rows


def test_rows_follow_what_is_appended_and_taken_out() -> None:
    rows, listed, chance = Rows(), list[str](), random.Random(0)
    for turn in range(300):
        if listed and chance.random() < 0.4:
            row = chance.randrange(len(listed))
            rows.remove(row, listed.pop(row))
        else:
            new = [f"{turn}-{number}" for number in range(chance.randrange(4))]
            rows.append(new)
            listed += new
        assert [rows[name] for name in listed] == list(range(len(listed)))
    assert rows.get("none") is None and "none" not in rows and rows.get(listed[3]) == 3
    gone = listed[0]
    rows.remove(0, gone)
    rows.append([gone])
    assert rows[gone] == len(listed) - 1 and gone in rows
