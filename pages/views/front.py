"""What does a visitor see first?"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.html import format_html
from django.utils.http import quote_etag, urlencode
from django.views.decorators.http import require_safe

from core.messages import is_waiting
from core.templatetags.porchlight import icon
from pages.front import FrontPage, front_page
from posts.cards import fill_actions


@require_safe
def front(request: HttpRequest) -> HttpResponseBase:
    """Find a neighborhood, see that police speak, read the latest; unchanged for a visitor is 304."""
    page = front_page(timezone.now())
    if not _is_plain_visitor(request):
        return _render(request, page)
    etag = quote_etag(page.stamp)
    response = get_conditional_response(request, etag=etag) or _render(request, page)
    response.headers["ETag"] = etag
    patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, no_cache=True)
    return response


def _is_plain_visitor(request: HttpRequest) -> bool:
    """Whether nothing on the page can depend on the reader: no session, no message that waits to be shown."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and not is_waiting(request)


def _render(request: HttpRequest, page: FrontPage) -> HttpResponse:
    cards = fill_actions(page.cards, _actions_for(request))
    return render(request, "pages/front.html", {"page": page, "cards": cards})


def _actions_for(request: HttpRequest) -> Callable[[int], str]:
    """Under each post: the way to an answer, and its address to pass on."""

    def actions(post_id: int) -> str:
        url = reverse("posts:post", args=[post_id])
        if request.user.is_authenticated:
            answer, label = f"{url}#answer", "Read and answer"
        else:
            answer, label = f"{settings.LOGIN_URL}?{urlencode({'next': url})}", "Sign in to reply"
        return format_html(
            '<a class="pl-action" href="{}">{}{}</a><a class="pl-action" href="{}">{}Share link</a>',
            answer,
            icon("comment"),
            label,
            url,
            icon("share"),
        )

    return actions
