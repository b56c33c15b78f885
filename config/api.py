"""How does the whole API answer an error, and where is it described?"""

from typing import Any

from csp.decorators import csp_replace
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from core.errors import DomainError, NotAllowed


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """A rule that said no is 409 with its own words, what is not yours 403; the rest is the framework's."""
    if isinstance(error, NotAllowed):
        return Response({"detail": str(error)}, status=status.HTTP_403_FORBIDDEN)
    if isinstance(error, DomainError):
        return Response({"detail": str(error)}, status=status.HTTP_409_CONFLICT)
    return exception_handler(error, context)


# Swagger UI writes its own start-up script and styles into its page; this one public page has no session and no form.
@method_decorator(
    csp_replace({"script-src": ["'self'", "'unsafe-inline'"], "style-src": ["'self'", "'unsafe-inline'"]}),
    name="dispatch",
)
class ApiDocs(SpectacularSwaggerView):
    """The API's pages for people."""
