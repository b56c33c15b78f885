"""How much may one person write to police and under their posts within an hour?"""

from django.forms import BaseForm, ValidationError

from core.limits import seconds_to_wait
from posts.rules import WRITINGS_AN_HOUR

TOO_FAST = f"You have sent {WRITINGS_AN_HOUR} replies and messages within an hour."

_CODE = "too_fast"


def seconds_to_rest(person_id: int) -> int:
    """Count one more reply or private message and say how long to wait before it may be sent; 0 means send it."""
    return seconds_to_wait("writing", f"person:{person_id}", count=WRITINGS_AN_HOUR, seconds=3600)


def may_send(form: BaseForm, person_id: int) -> bool:
    """Whether a filled-in form may be sent now; else the form says how long to wait."""
    seconds = seconds_to_rest(person_id)
    if seconds:
        minutes = -(-seconds // 60)
        until = "1 minute" if minutes == 1 else f"{minutes} minutes"
        form.add_error(None, ValidationError(f"{TOO_FAST} Wait {until}, then send this one.", code=_CODE))
    return not seconds


def status_of(form: BaseForm) -> int:
    """The status of a page that shows a form: 429 when it was sent too fast, 422 when something else is wrong."""
    if form.has_error("__all__", code=_CODE):
        return 429
    return 422 if form.errors else 200
