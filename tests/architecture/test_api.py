"""Is the whole API described, and does every address of it say who may ask, and how often?"""

import io
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

PREFIX = "api/v1/"


def api_views(resolver: URLResolver | None = None, path: str = "") -> Iterator[tuple[str, type[APIView]]]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = f"{path}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from api_views(entry, route)
        elif isinstance(entry, URLPattern) and route.startswith(PREFIX):
            yield route, entry.callback.cls  # type: ignore[attr-defined]


VIEWS = dict(api_views())


def test_the_api_is_as_large_as_the_documents_say() -> None:
    assert sorted(VIEWS) == [
        f"{PREFIX}{path}"
        for path in (
            "feed/",
            "locate/",
            "neighborhoods/",
            "posts/",
            "posts/<int:post_id>/release/",
            "posts/<int:post_id>/replies/",
        )
    ]


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_every_view_declares_who_may_ask_and_how_often(view: type[APIView]) -> None:
    own = vars(view)
    assert "permission_classes" in own or "get_permissions" in own
    assert own.get("throttle_classes")


def test_the_schema_is_complete() -> None:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert all(f"/{route}".replace("<int:post_id>", "{post_id}") in out.getvalue() for route in VIEWS)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
def test_everybody_reads_how_to_use_it(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
