"""In which order does a checkout become usable?"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from ops import environment, frontend, packages, postgres, python, redis
from ops.place import HOME, Place
from ops.say import say, step


@contextmanager
def _alone() -> Iterator[None]:
    """Two set-ups of one checkout at once would step on each other: the second waits."""
    HOME.prepare()
    with open(HOME.local / "setup.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up of this checkout is at work; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def set_up(place: Place, with_browser: bool = False) -> dict[str, str]:
    """Everything installed, the servers up, the settings written.

    Returns:
        The variables every process of this place needs.
    """
    with _alone():
        packages.install(with_browser)
        python.install()
        frontend.install()
        return start_servers(place)


def start_servers(place: Place) -> dict[str, str]:
    """The private servers and the file that says how to reach them, or the servers the caller named."""
    place.prepare()
    given = environment.given_servers()
    values = environment.with_secrets(environment.read_env(place))
    if given:
        say("Using the database and the Redis that the environment names")
        environment.write_env(place, values)
        return {**values, **given}
    values["DATABASE_TEMPLATE"] = environment.TEMPLATE
    with step("Starting PostgreSQL and Redis"):
        values |= postgres.start(place, values)
        values |= redis.start(place, values)
    environment.write_env(place, values)
    return values


def stop_servers(place: Place) -> bool:
    """Stop the private servers of this place; False when none was running."""
    return any([redis.stop(place), postgres.stop(place)])
