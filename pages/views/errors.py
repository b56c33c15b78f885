"""What does somebody see when a page cannot be shown?

These pages come when something is already wrong, so they need neither the database nor the session: where those do
not answer, the same page is shown without the reader's own header.
"""

import logging

from django.db import Error as AnyDatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What came cannot be understood."""
    return _error_page(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """It is there, but it belongs to somebody else."""
    return _error_page(request, "errors/403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form was sent from elsewhere, or long after its page was opened."""
    return _error_page(request, "errors/403_csrf.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """It is not there, or not the reader's to know about."""
    return _error_page(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; in plain letters if even the page for it cannot be made."""
    try:
        return HttpResponse(render_to_string("errors/500.html"), status=500)
    except Exception:
        log.exception("The page for server errors cannot be shown.")
        text = "Something broke on our side. Try again in a few minutes. In an emergency call 911."
        return HttpResponse(text, status=500, content_type="text/plain; charset=utf-8")


def _error_page(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    try:
        return render(request, template, status=status)
    except AnyDatabaseError:
        return HttpResponse(render_to_string(template), status=status)
