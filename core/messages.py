"""Where does a message wait that the next page shows? In a cookie, under a name that other hosts cannot set."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest


class MessageCookie(CookieStorage):
    cookie_name = settings.MESSAGES_COOKIE_NAME


class MessageStorage(FallbackStorage):
    """Django's: a cookie, and the session for what is too long for one."""

    storage_classes = (MessageCookie, SessionStorage)


def is_waiting(request: HttpRequest) -> bool:
    """Whether the page that answers this request will show a message."""
    return settings.MESSAGES_COOKIE_NAME in request.COOKIES
