"""How much may one neighbor write before being asked to wait?"""

from dataclasses import dataclass

from django.forms import BaseForm, ValidationError

from core.limits import seconds_to_wait

_TOO_FAST = "too_fast"


@dataclass(frozen=True, slots=True)
class Pace:
    """A limit for one person.

    Attributes:
        what: Names it in the words to the person, as in "You have sent 30 comments within an hour".
    """

    scope: str
    what: str
    count: int
    seconds: int
    span: str


POSTS = Pace("neighbor-posts", "posts", 10, 3600, "an hour")
COMMENTS = Pace("neighbor-comments", "comments", 30, 3600, "an hour")
REPORTS = Pace("neighbor-reports", "reports", 20, 86_400, "a day")


def may_send(form: BaseForm, person_id: int, pace: Pace) -> bool:
    """Count one more and say whether it may be sent now; else the form says how long to wait."""
    seconds = seconds_to_wait(pace.scope, f"person:{person_id}", count=pace.count, seconds=pace.seconds)
    if seconds:
        words = (
            f"You have sent {pace.count} {pace.what} within {pace.span}. Wait {_spoken(seconds)}, then send this one."
        )
        form.add_error(None, ValidationError(words, code=_TOO_FAST))
    return not seconds


def status_of(form: BaseForm) -> int:
    """The status of a page that shows a form: 429 when it was sent too fast, 422 when something else is wrong."""
    if form.has_error("__all__", code=_TOO_FAST):
        return 429
    return 422 if form.errors else 200


def _spoken(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if minutes < 100:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{-(-minutes // 60)} hours"
