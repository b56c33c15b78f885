"""How is somebody who writes too much at once asked to wait, with their words kept?"""

from dataclasses import dataclass

from django.forms import BaseForm, ValidationError

from core.limits import seconds_to_wait

_TOO_FAST = "too_fast"


@dataclass(frozen=True, slots=True)
class Pace:
    """A limit for one person.

    Attributes:
        scope: Its name in the counters; everything of one scope counts together.
        what: Names it in the words to the person, as in "You have sent 30 comments within an hour".
    """

    scope: str
    what: str
    count: int
    seconds: int
    span: str

    @property
    def was_reached(self) -> str:
        """In words for the person."""
        return f"You have sent {self.count} {self.what} within {self.span}."


def seconds_to_rest(person_id: int, pace: Pace) -> int:
    """Count one more and say how long to wait before it may be sent; 0 means send it."""
    return seconds_to_wait(pace.scope, f"person:{person_id}", count=pace.count, seconds=pace.seconds)


def may_send(form: BaseForm, person_id: int, pace: Pace) -> bool:
    """Count one more and say whether a filled-in form may be sent now; else the form says how long to wait."""
    seconds = seconds_to_rest(person_id, pace)
    if seconds:
        words = f"{pace.was_reached} Wait {_spoken(seconds)}, then send this one."
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
