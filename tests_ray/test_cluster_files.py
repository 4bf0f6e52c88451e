"""The files that a cluster is started by, as far as they can be checked without one: by a linter and by Ray itself."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.autoscaler._private.util import prepare_config, validate_config
from ray.scripts.scripts import cli

ROOT = Path(__file__).resolve().parents[1]
CONTAINERS = ROOT / "containers"


@pytest.fixture
def configuration() -> dict[str, Any]:
    loaded = yaml.safe_load((CONTAINERS / "cluster.yaml").read_text())
    assert isinstance(loaded, dict)
    return loaded


def test_a_linter_finds_nothing_in_the_image() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, "--no-color", CONTAINERS / "Containerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_installs_extras_that_there_are() -> None:
    (extras,) = re.findall(r"'\.\[(.+)\]'", (CONTAINERS / "Containerfile").read_text())
    there = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(extras.split(",")) <= there.keys()


def test_the_image_holds_what_a_wheel_is_made_of_and_no_virtual_environment() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (CONTAINERS / "Containerfile").read_text(), re.MULTILINE)
    parts = set(" ".join(copied).split())
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert parts == {"pyproject.toml", "README.md", "LICENSE", *wheel["only-include"]}
    assert all((ROOT / part).exists() for part in parts)


def test_the_image_is_looked_for_in_no_registry(configuration: dict[str, Any]) -> None:
    prepared = prepare_config(configuration)
    assert prepared["docker"]["pull_before_run"] is False and "/" not in prepared["docker"]["image"]


def test_ray_takes_the_configuration_of_the_cluster(configuration: dict[str, Any]) -> None:
    validate_config(prepare_config(configuration))
    with pytest.raises(Exception, match="docker"):
        validate_config(prepare_config(configuration | {"docker": {"unknown": 1}}))


@pytest.mark.parametrize("machines", ["head", "worker"])
def test_ray_knows_the_commands_that_the_machines_run(configuration: dict[str, Any], machines: str) -> None:
    for line in configuration[f"{machines}_start_ray_commands"]:
        program, name, *arguments = shlex.split(line)
        assert program == "ray"
        cli.commands[name].make_context(name, arguments)  # fails at an option that there is not
