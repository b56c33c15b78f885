"""Does the file of variables keep what was decided, and does the environment win?"""

from pathlib import Path

import pytest

from ops import environment
from ops.environment import SERVER_NAMES
from ops.place import Place
from ops.say import CannotGoOn


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_what_is_written_is_read_again(place: Place) -> None:
    environment.write_env(place, {"SECRET_KEY": "a=b #c", "DEMO": "1"})

    assert environment.read_env(place) == {"SECRET_KEY": "a=b #c", "DEMO": "1"}


def test_only_its_owner_reads_the_file(place: Place) -> None:
    environment.write_env(place, {"SECRET_KEY": "secret"})

    assert place.env_file.stat().st_mode & 0o777 == 0o600


def test_secrets_stay_and_lines_of_people_too(place: Place) -> None:
    decided = environment.with_secrets({"CITY_NAME": "Elm City"})

    assert environment.with_secrets(decided) == decided
    assert decided["CITY_NAME"] == "Elm City"


def test_two_installations_share_no_secret() -> None:
    one, other = environment.with_secrets({}), environment.with_secrets({})

    assert one["SECRET_KEY"] != other["SECRET_KEY"] != other["LIVE_TOKEN_KEY"]


def test_servers_of_the_environment_are_named_all_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SERVER_NAMES:
        monkeypatch.delenv(name, raising=False)
    assert environment.given_servers() == {}

    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/porchlight")
    with pytest.raises(CannotGoOn, match="REDIS_URL"):
        environment.given_servers()

    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@db/porchlight")
    monkeypatch.setenv("REDIS_URL", "redis://cache/0")
    assert set(environment.given_servers()) == set(SERVER_NAMES)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_NAME", "Oak City")

    assert environment.for_processes({"CITY_NAME": "Elm City"})["CITY_NAME"] == "Oak City"


@pytest.mark.parametrize("url", ["postgresql://app:geheim@127.0.0.1:20001/porchlight"])
def test_a_password_and_a_port_come_back_out_of_a_url(url: str) -> None:
    assert environment.password_in(url) == "geheim"
    assert environment.port_in(url) == 20001


def test_where_there_was_no_password_a_new_one_is_made() -> None:
    assert environment.password_in(None) != environment.password_in(None)
