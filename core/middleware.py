"""What does every answer tell a browser about keeping it, embedding it, and what its page may use?"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# A page finds the reader's place on the map if they ask for it, and signs in with a passkey; it needs nothing else.
PERMISSIONS = (
    "geolocation=(self), publickey-credentials-create=(self), publickey-credentials-get=(self), "
    "camera=(), microphone=(), payment=(), usb=(), display-capture=(), browsing-topics=()"
)


class AnswerHeadersMiddleware:
    """Adds what holds for all answers.

    What was made for somebody who is signed in is kept by no browser and no proxy, unless the view said otherwise:
    after signing out, the next person at the same machine cannot page back to it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if _is_personal(request):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _is_personal(request: HttpRequest) -> bool:
    """Whether the answer may depend on who asks. No query: a session that was not read cannot have mattered."""
    if "Authorization" in request.headers:
        return True
    session = request.session
    return bool(session.accessed) and not session.is_empty()
