"""Is only that process signalled which names our folder on its command line?"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import owned

WAIT = "import time; time.sleep(600)"


def waiting(folder: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", WAIT, folder]) as process:
        while folder not in owned.command_line(process.pid):  # a process that just began has no command line yet
            time.sleep(0.01)
        yield process
        process.kill()


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    yield from waiting(f"{tmp_path}/")


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    yield from waiting(f"{tmp_path}-of-a-neighbor/")


def test_ours_is_stopped(ours: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert owned.stop(ours.pid, tmp_path)
    assert ours.wait() != 0


def test_a_stranger_is_left_alone(stranger: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert not owned.stop(stranger.pid, tmp_path)
    assert stranger.poll() is None


def test_a_number_nobody_has_is_nobody_of_ours(ours: subprocess.Popen[bytes], tmp_path: Path) -> None:
    ours.kill()
    ours.wait()

    assert not owned.is_ours(ours.pid, tmp_path)


@pytest.mark.parametrize("text", ["", "\n", "not a number\n"])
def test_a_broken_pid_file_holds_no_pid(tmp_path: Path, text: str) -> None:
    file = tmp_path / "server.pid"
    file.write_text(text)

    assert owned.pid_in(file) is None
    assert owned.pid_in(tmp_path / "no such file") is None


def test_a_pid_file_holds_its_first_line(tmp_path: Path) -> None:
    file = tmp_path / "server.pid"
    file.write_text("123\n/data\n")

    assert owned.pid_in(file) == 123
