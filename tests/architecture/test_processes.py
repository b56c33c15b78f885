"""Do `make run` and docker-compose.yml start the same processes?"""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops import container, environment
from ops.place import ROOT, Place
from ops.processes import Addresses, Process, processes

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
IN_CONTAINERS = Addresses(
    listen="0.0.0.0",
    front_port=8080,
    web="web:8000",
    live="live:8001",
    static="/porchlight/staticfiles",
    folder="/run/porchlight",
)
# What containers have besides: the jobs that end, and the servers that `make run` starts as private ones.
JOBS, SERVERS = {"secrets", "migrate"}, {"postgres", "redis"}

by_name = pytest.mark.parametrize("process", processes(), ids=lambda process: process.name)


def test_a_worker_listens_to_its_own_lane() -> None:
    for process in processes():
        if process.lane:
            assert f"-Q {process.lane} -n {process.lane}@%h" in process.command


def test_containers_are_the_processes_their_servers_and_two_jobs() -> None:
    assert set(COMPOSE["services"]) == {process.name for process in processes()} | SERVERS | JOBS


@by_name
def test_a_container_runs_the_same_command(process: Process) -> None:
    assert COMPOSE["services"][process.name]["command"].split() == process.arguments(IN_CONTAINERS)


@by_name
def test_a_container_runs_the_one_image_with_the_one_environment(process: Process) -> None:
    service, shared = COMPOSE["services"][process.name], COMPOSE["x-porchlight"]

    assert service["image"] == shared["image"]
    assert service["environment"] == shared["environment"]


def variables_of_containers(folder: Path) -> set[str]:
    container.write_secrets(Place(folder))
    return set(environment.read_env(Place(folder))) | set(COMPOSE["x-porchlight"]["environment"])


def test_containers_get_every_variable_a_checkout_gets(tmp_path: Path) -> None:
    in_a_checkout = {*environment.with_secrets({}), *environment.SERVER_NAMES, "DATABASE_TEMPLATE"}

    assert in_a_checkout <= variables_of_containers(tmp_path)


def test_containers_can_be_given_every_setting_there_is(tmp_path: Path) -> None:
    settings = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text()))

    assert {"SECRET_KEY", "CITY_NAME"} <= settings
    assert settings - {"TEST_DATABASE_NAME"} <= variables_of_containers(tmp_path)


def test_secrets_of_containers_stay_when_they_start_again(tmp_path: Path) -> None:
    container.write_secrets(Place(tmp_path))
    first = {file.name: file.read_text() for file in tmp_path.iterdir()}

    container.write_secrets(Place(tmp_path))

    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == first


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not installed")
def test_compose_accepts_the_file() -> None:
    done = subprocess.run(["docker-compose", "config", "--quiet"], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
