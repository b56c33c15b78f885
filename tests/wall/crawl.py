"""What does one person get to see of all that the site answers to?"""

import itertools
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.urls.resolvers import RoutePattern

from tests.wall.pages import Answer, Person

# Of a hundred posts' pages a few will do; what the canary's ids lead to is asked for in any case.
PAGES_OF_A_ROUTE = 2
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
# Not pages: the front's own files, and what would end the session.
LEFT_OUT = ("/static/", "/accounts/logout/")


@dataclass(frozen=True)
class Seen:
    """An answer and who got it."""

    by: str
    path: str
    answer: Answer


def addresses(values: Mapping[str, Sequence[str]]) -> list[str]:
    """Every address of the URL configuration, with every combination of values for what is variable in it.

    Args:
        values: By a parameter's name, such as "post_id"; of one that has none, by its converter ("int", "str" …).
    """
    return list(_filled_in(values))


def _filled_in(values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for route in routes():
        choices = [values.get(name) or values[kind or "str"] for kind, name in PARAMETER.findall(route)]
        for chosen in itertools.product(*choices):
            yield "/" + PARAMETER.sub("{}", route).format(*chosen)


def routes() -> Iterator[str]:
    """The configuration's patterns, put together: "posts/<int:post_id>/"; those in regular expressions are left out."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for pattern in patterns:
            if not isinstance(pattern.pattern, RoutePattern):
                continue
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route

    yield from walk(get_resolver().url_patterns, "")


def crawl(name: str, person: Person, starts: Sequence[str], *, search_for: str) -> Iterator[Seen]:
    """Open every start, follow links, and search wherever there is something to search in.

    Args:
        search_for: Part of a canary's words, so that a page that repeats the question is no find.
    """
    waiting = deque(starts)
    certain = set(starts)
    known = set(starts)
    opened: Counter[str] = Counter()
    while waiting:
        path = waiting.popleft()
        route = _route_of(path)
        if path not in certain:
            if opened[route] >= PAGES_OF_A_ROUTE:
                continue
            opened[route] += 1
        answer = person.get(path)
        yield Seen(name, path, answer)
        if "html" not in answer.headers.lower():
            continue
        for found in (*answer.links, *_searches(answer, search_for)):
            local = _local(urljoin(answer.url, found), answer.url)
            if local and local not in known and not local.startswith(LEFT_OUT):
                known.add(local)
                waiting.append(local)


def _searches(answer: Answer, search_for: str) -> Iterator[str]:
    for form in answer.searches:
        if form.writable:
            fields = form.fields | dict.fromkeys(form.writable, search_for)
            yield f"{urljoin(answer.url, form.action).split('?')[0]}?{urlencode(fields)}"


def _local(url: str, base: str) -> str | None:
    """The path and query of an address of this site."""
    parts = urlsplit(url)
    if parts.netloc != urlsplit(base).netloc or parts.scheme not in {"http", "https"}:
        return None
    return parts._replace(scheme="", netloc="", fragment="").geturl()


def _route_of(path: str) -> str:
    """The route an address belongs to, and which questions it asks: each kind of question counts as a route."""
    parts = urlsplit(path)
    asked = ",".join(sorted(pair.split("=")[0] for pair in parts.query.split("&")))
    try:
        return f"{resolve(parts.path).route}?{asked}"
    except Resolver404:
        return f"?{asked}"
