"""What is the least that a page for a signed-in resident costs?"""

from django.http import HttpRequest, HttpResponse

from neighborhoods.middleware import residency_of


def empty(request: HttpRequest) -> HttpResponse:
    """Reads who is asking and where they live, as every page for residents does, and says nothing."""
    return HttpResponse(b"ok" if request.user.is_authenticated and residency_of(request) else b"nobody")
