"""What lets a browser into the live stream? A signed ticket that holds channel names and an end, and no person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.http import HttpResponseBase

# Over https alone; "__Host-" is for cookies that every path of the site gets to see.
COOKIE_NAME = "__Secure-live" if settings.IS_HTTPS else "live"
COOKIE_PATH = "/live/"
LIFETIME_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Ticket:
    """Channels and the moment it was asked for and ends, in seconds since 1970."""

    channels: tuple[str, ...]
    asked_at: float
    ends_at: float


class InvalidTicket(Exception):
    """Not signed by this installation, or past its end."""


def sign(*, channels: Sequence[str], at: datetime) -> str:
    """Make a ticket.

    Args:
        at: When the person asked, before their rights were read, so that whatever ends those rights comes later.
    """
    return _signer().sign_object({"c": list(channels), "t": round(at.timestamp(), 3)})


def read(value: str, *, now: float) -> Ticket:
    """Check a ticket without a database.

    Raises:
        InvalidTicket: Whatever is wrong with it.
    """
    try:
        payload = _signer().unsign_object(value)
    except signing.BadSignature as error:
        raise InvalidTicket from error
    ticket = Ticket(tuple(payload["c"]), payload["t"], payload["t"] + LIFETIME_SECONDS)
    if now >= ticket.ends_at:
        raise InvalidTicket
    return ticket


def set_cookie(response: HttpResponseBase, *, channels: Sequence[str], at: datetime) -> None:
    """Give the browser a ticket that no script can read and that only `/live/` gets to see."""
    response.set_cookie(
        COOKIE_NAME,
        sign(channels=channels, at=at),
        max_age=LIFETIME_SECONDS,
        path=COOKIE_PATH,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Strict",
    )


def _signer() -> signing.Signer:
    return signing.Signer(key=settings.LIVE_TOKEN_KEY, salt="notifications.live")
