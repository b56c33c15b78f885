"""How is a mail's HTML shown inside a page: by itself, with no power over the page and no way out to anybody?"""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

_IN_THE_FRAME = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


def page_with_frames(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponseBase:
    """A page of ours that may show a mail of ours."""

    @csp_update({"frame-src": [SELF]})
    def page(request: HttpRequest) -> HttpResponse:
        answer = render(request, template, context)
        answer["X-Robots-Tag"] = "noindex"
        return answer

    return page(request)


def framed(request: HttpRequest, html: str) -> HttpResponseBase:
    """The mail as its reader's program shows it; a link in it opens in place of the page around it."""

    @xframe_options_sameorigin
    @csp(_IN_THE_FRAME)
    def frame(request: HttpRequest) -> HttpResponse:
        shown = html.replace("<head>", '<head><base target="_top">', 1)
        return HttpResponse(shown, headers={"X-Robots-Tag": "noindex"})

    return frame(request)
