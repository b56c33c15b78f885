"""How does a program ask for the next page?"""

from datetime import datetime

from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from posts.models import Post

LARGEST = 2**62
CURSOR = OpenApiParameter("cursor", str, description="From `next` of the page before; not to be made up.")


def number_in(request: Request) -> int | None:
    """The cursor of a page that is kept in order by one number.

    Raises:
        ValidationError: Not a cursor this API gave out.
    """
    text = request.query_params.get("cursor")
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or int(text[:20]) > LARGEST:
        raise _unreadable()
    return int(text)


def moment_in(request: Request) -> tuple[datetime, int] | None:
    """The cursor of a page of posts in order of publication.

    Raises:
        ValidationError: Not a cursor this API gave out.
    """
    text = request.query_params.get("cursor")
    if text is None:
        return None
    at_text, _, id_text = text.partition("~")
    try:
        at = parse_datetime(at_text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not id_text.isascii() or not id_text.isdigit() or len(id_text) > 18:
        raise _unreadable()
    return at, int(id_text)


def moment_of(post: Post) -> str:
    """The cursor that continues after a published post."""
    assert post.published_at is not None
    # "Z", because a "+" in an address is a space.
    return f"{post.published_at.isoformat().replace('+00:00', 'Z')}~{post.pk}"


def next_page(request: Request, cursor: int | str | None) -> str | None:
    """The address of the next page: this one's with another cursor."""
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = str(cursor)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _unreadable() -> ValidationError:
    return ValidationError({"cursor": ["This is not a cursor of this API. Start without one."]})
