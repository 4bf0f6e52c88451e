"""What the documentation says of the program is what the program says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tinyface_core.cost import preset_costs

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "resources" / "samples").glob("*.md")])


def test_the_cost_of_the_presets_is_the_counted_one() -> None:
    costs = preset_costs()
    text = (ROOT / "docs" / "how-it-works.md").read_text("utf-8")
    for network in costs["desktop"]:
        figures = []
        for preset in ("desktop", "quick", "paper"):
            cost = costs[preset].get(network)  # the published design has no surroundings
            figures += (
                ["-", "-"] if cost is None else [f"{cost.parameters / 1e6:.2f}", f"{cost.multiply_adds / 1e9:.2f}"]
            )
        row = f"| {network} | {' | '.join(figures)} |"
        assert row in text, f"docs/how-it-works.md should say: {row}"


@pytest.mark.parametrize("page", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_of_the_project_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_a_block_begins_a_line(page: Path) -> None:
    for line in re.findall(r"^    .*", page.read_text("utf-8"), re.MULTILINE):
        assert not re.search(r"\S.* tinyface [a-z]+ ", line), f"{page.name}: {line}"
