"""Does every piece of background work have a lane, and every lane a worker?"""

import ast
from pathlib import Path

from celery import current_app
from django.conf import settings

from config.schedule import SCHEDULE, TICKS
from core import lanes
from ops.processes import processes

ROOT = Path(settings.BASE_DIR)
OURS = ("accounts", "neighborhoods", "commands", "notifications", "community", "posts", "metrics", "pages")


def test_every_lane_has_a_worker_and_every_worker_a_lane() -> None:
    assert sorted(process.lane for process in processes() if process.lane) == sorted(lanes.LANES)


def test_every_lane_has_its_pulse_and_something_that_looks_for_its_rows() -> None:
    """`upkeep` has no rows: what the clock sends there is all there is."""
    assert {lane for _, _, lane in TICKS} == {*lanes.LANES} - {lanes.UPKEEP}
    pulses = [entry["args"] for entry in SCHEDULE.values() if entry["task"] == "notifications.pulse"]
    assert sorted(pulses) == sorted((lane,) for lane in lanes.LANES)
    for entry in SCHEDULE.values():
        if entry["task"] == "notifications.pulse":
            assert entry["args"] == (entry["options"]["queue"],)


def test_what_the_clock_sends_is_worth_nothing_once_the_next_has_come() -> None:
    for name, entry in SCHEDULE.items():
        assert entry["options"]["expires"] <= max(entry["schedule"], 30), name


def test_the_clock_sends_only_work_that_exists_into_lanes_that_exist() -> None:
    current_app.loader.import_default_modules()
    assert settings.CELERY_BEAT_SCHEDULE == SCHEDULE
    for name, entry in SCHEDULE.items():
        assert entry["task"] in current_app.tasks, name
        assert entry["options"]["queue"] in lanes.LANES, name


def test_every_nudge_names_a_task_that_exists() -> None:
    """A service names its task in a string, which no import checks."""
    current_app.loader.import_default_modules()
    nudged = {
        node.args[0].value
        for app in OURS
        for file in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "nudge"
        if isinstance(node.args[0], ast.Constant)
    }
    assert nudged
    assert nudged <= set(current_app.tasks)


def test_no_lane_is_made_by_a_typing_error() -> None:
    assert settings.CELERY_TASK_CREATE_MISSING_QUEUES is False
    assert {queue.name for queue in settings.CELERY_TASK_QUEUES} == set(lanes.LANES)
