"""In which order does a checkout become usable?"""

from ops import environment, frontend, packages, postgres, python, redis, static
from ops.locks import in_turn
from ops.place import HOME, Place
from ops.say import say, step


def set_up(place: Place, with_browser: bool = False) -> dict[str, str]:
    """Everything installed, the servers up, the settings written.

    Two set-ups of one checkout at once would step on each other: the second waits for the first.

    Returns:
        The variables every process of this place needs.
    """
    HOME.prepare()
    with in_turn(HOME.run / "setup.lock"):
        packages.install(with_browser)
        python.install()
        frontend.install()
        values = start_servers(place)
        static.collect(values)
        return values


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
