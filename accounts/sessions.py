"""How long does staff stay signed in? An hour after the last staff page, and never longer than a working day.

A resident's session lasts as long as Django's settings say. The end is kept in the session itself, so that it holds
wherever the session is read.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

STAFF_IDLE = timedelta(hours=1)
STAFF_LONGEST = timedelta(hours=8)
# A session is written again at most this often, not with every page.
EXTENDED_EVERY = timedelta(minutes=5)

_ENDS_AT = "staff_session_ends_at"


def start_staff_session(session: SessionBase, at: datetime) -> None:
    """Begin the working day of somebody who has just signed in."""
    session[_ENDS_AT] = (at + STAFF_LONGEST).isoformat()
    session.set_expiry(at + STAFF_IDLE)


def extend_staff_session(session: SessionBase, at: datetime) -> bool:
    """Move the end of the session on, because a staff page was opened.

    Returns:
        False when the working day is over and the person has to sign in again.
    """
    ends_at = datetime.fromisoformat(session.get(_ENDS_AT, at.isoformat()))
    if ends_at <= at:
        return False
    idle_until = min(at + STAFF_IDLE, ends_at)
    if not idle_until - EXTENDED_EVERY <= session.get_expiry_date() <= idle_until:
        session.set_expiry(idle_until)
    return True
