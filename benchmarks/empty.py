"""What is the least that a page for a signed-in resident costs?"""

from django.http import HttpRequest, HttpResponse


def empty(request: HttpRequest) -> HttpResponse:
    """Reads who is asking and where they live, as every page for residents does, and says nothing."""
    return HttpResponse(b"ok" if request.user.is_authenticated and request.residency is not None else b"nobody")  # type: ignore[attr-defined]
