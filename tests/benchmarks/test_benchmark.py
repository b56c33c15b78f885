"""Does every benchmark run to its end, tell its figures as the design fixes them, and leave nothing behind?"""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from benchmarks.management.commands.benchmark import NAMES

KEYS = {"benchmark", "measure", "value", "unit", "limit", "ratio", "goal", "better"}


@pytest.mark.parametrize("name", NAMES)
def test_prints_one_json_object_a_line_and_drops_its_database(name: str) -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "benchmark", name, "--quick"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    figures = [json.loads(line) for line in ended.stdout.splitlines()]
    assert figures
    for figure in figures:
        assert set(figure) == KEYS
        assert figure["benchmark"] == name
        assert figure["better"] in ("lower", "higher")
        assert figure["value"] > 0
        assert figure["limit"] is None or figure["ratio"] == pytest.approx(figure["value"] / figure["limit"])
    assert all(figure["measure"] in ended.stderr for figure in figures)
    assert databases_left(f"benchmark_{name}") == []


def test_unknown_benchmark_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("benchmark", "nothing")


def databases_left(beginning: str) -> list[str]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [beginning])
        return [name for (name,) in rows]
