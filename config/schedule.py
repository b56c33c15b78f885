"""What does the clock (Celery's beat) send, how often, and into which lane?

Everything here is sent again and again, so whatever is older than its `expires` is worth nothing: a worker that comes
back after an hour does not wade through a thousand of them.
"""

from typing import Any

from core.lanes import ACCOUNT, LANES, MAIL, POSTS, UPKEEP, URGENT

TICK_SECONDS = 3.0
TICK_EXPIRES_SECONDS = 10
PULSE_SECONDS = 15.0
PULSE_EXPIRES_SECONDS = 30
DAY_SECONDS = 24 * 3600.0

# Rows wait in the lane itself, so that nothing stands between them and their worker: a nudge that was lost is made up
# for within seconds.
TICKS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("posts.sweep", (URGENT,), URGENT),
    ("posts.sweep", (POSTS,), POSTS),
    ("notifications.send_account_mail", (), ACCOUNT),
    ("notifications.send_mail", (URGENT,), URGENT),
    ("notifications.send_mail", (MAIL,), MAIL),
    ("notifications.send_push", (URGENT,), URGENT),
    ("notifications.send_push", (MAIL,), MAIL),
    ("posts.send_digests", (), MAIL),
)


def _entry(task: str, seconds: float, lane: str, *args: str, expires: int) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "args": args, "options": {"queue": lane, "expires": expires}}


SCHEDULE: dict[str, dict[str, Any]] = {
    **{
        f"{task} in {lane}": _entry(task, TICK_SECONDS, lane, *args, expires=TICK_EXPIRES_SECONDS)
        for task, args, lane in TICKS
    },
    # Whether the clock and each lane's worker are alive.
    **{
        f"pulse of {lane}": _entry("notifications.pulse", PULSE_SECONDS, lane, lane, expires=PULSE_EXPIRES_SECONDS)
        for lane in LANES
    },
    "finish ended messages": _entry("notifications.finish_ended", 30.0, UPKEEP, expires=30),
    "schedule digests": _entry("posts.schedule_digests", 60.0, UPKEEP, expires=60),
    "forget what is over": _entry("accounts.forget_what_is_over", DAY_SECONDS, UPKEEP, expires=3600),
    "purge neighbors' posts": _entry("community.purge_old", DAY_SECONDS, UPKEEP, expires=3600),
    "purge what was told": _entry("notifications.purge_old", DAY_SECONDS, UPKEEP, expires=3600),
    "forget homes nobody confirmed": _entry("neighborhoods.forget_what_is_over", DAY_SECONDS, UPKEEP, expires=3600),
    "forget expired invitations": _entry("commands.forget_expired_invitations", DAY_SECONDS, UPKEEP, expires=3600),
    "reconcile counts": _entry("neighborhoods.reconcile_counts", DAY_SECONDS, UPKEEP, expires=3600),
    "tell who moved": _entry("neighborhoods.tell_moved", 600.0, UPKEEP, expires=600),
    "tell who waited": _entry("neighborhoods.tell_waiting", 600.0, UPKEEP, expires=600),
}
