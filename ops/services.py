"""How are the private servers started and stopped by themselves?"""

from ops import run_state
from ops.locks import alone
from ops.place import HOME, TESTS, shown
from ops.say import say
from ops.setup import set_up, stop_servers


def start() -> int:
    """`make services`: the set-up, then PostgreSQL and Redis, which stay until `make stop`."""
    set_up(HOME)
    run_state.keep_services(HOME, True)
    say(f"PostgreSQL and Redis are up; {shown(HOME.env_file)} says how to reach them.")
    return 0


def stop() -> int:
    """`make stop`: end a running `make run` of this checkout, then its servers."""
    run_state.keep_services(HOME, False)
    was_running = run_state.stop_run(HOME)
    had_servers = stop_servers(HOME)
    # A test run that is under way keeps its servers; one that was killed left them behind.
    with alone(TESTS.run / "lock") as is_idle:
        had_servers |= is_idle and stop_servers(TESTS)
    say("Stopped." if was_running or had_servers else "Nothing of this checkout was running.")
    return 0
