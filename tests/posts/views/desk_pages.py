"""What do the tests of desk pages need: what an officer types, what a page says, who may open it?"""

import html
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from neighborhoods.models import Neighborhood

SignIn = Callable[[User], Client]


def typed(*neighborhoods: Neighborhood, **changes: object) -> dict[str, Any]:
    """A compose form that is filled in right."""
    return {
        "kind": "crime_series",
        "title": "Bicycles taken from five garages",
        "text": "Somebody tries side doors at night.",
        "scope": "neighborhoods",
        "neighborhoods": [str(neighborhood.pk) for neighborhood in neighborhoods],
        "submission_key": str(uuid.uuid4()),
    } | changes


def answer(text: str, seen_id: int = 0) -> dict[str, Any]:
    return {"text": text, "seen_id": seen_id, "submission_key": str(uuid.uuid4())}


def html_of(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def words(response: HttpResponseBase) -> str:
    """What a page says, without its tags."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html_of(response))))


def ticked(response: HttpResponseBase) -> set[int]:
    """Ids of the neighborhoods that are ticked on a compose page."""
    boxes = re.findall(r'<input[^>]*name="neighborhoods"[^>]*>', html_of(response))
    return {int(box.split('value="')[1].split('"')[0]) for box in boxes if " checked" in box}


def offered(response: HttpResponseBase) -> set[int]:
    """Ids of the neighborhoods that a compose page offers."""
    return {int(pk) for pk in re.findall(r'name="neighborhoods" value="(\d+)"', html_of(response))}


def count_queries(client: Client, url: str) -> int:
    """Queries of a page that was opened before, so that its map is drawn already."""
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)
