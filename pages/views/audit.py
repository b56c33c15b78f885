"""How do oversight readers and managers read the audit trail, as a page and as a file?"""

import csv
from collections.abc import Iterator

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import staff_required
from accounts.models import User
from metrics.rules import spreadsheet_text
from pages.audit.reading import Cursor, Line, Scope, Wish, all_lines, lines, people_in, scope_of
from pages.audit.sources import Kind

PAGE_SIZE = 50


class WishForm(forms.Form):
    """What a reader looks for; every field may stay empty."""

    kind = forms.ChoiceField(label="Kind", required=False)
    person = forms.ChoiceField(
        label="Person", required=False, error_messages={"invalid_choice": "Choose somebody of the list."}
    )
    day = forms.DateField(
        label="Day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the day as 2026-11-30."},
    )

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        kind, person = self.fields["kind"], self.fields["person"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(person, forms.ChoiceField)
        kind.choices = [("", "Everything"), *((each.value, each.label) for each in scope.kinds)]
        person.choices = [("", "Everybody"), *((str(pk), name) for pk, name in people_in(scope))]

    @property
    def wish(self) -> Wish:
        """What was asked for; what makes no sense counts as not asked for, and the form says so."""
        cleaned = self.cleaned_data
        return Wish(
            kind=Kind(cleaned["kind"]) if cleaned.get("kind") else None,
            person_id=int(cleaned["person"]) if cleaned.get("person") else None,
            day=cleaned.get("day"),
        )


@staff_required
@never_cache
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """What happened, newest first."""
    scope, form = _asked(request)
    is_valid = form.is_valid()
    before = Cursor.parse(request.GET.get("before", ""))
    found = lines(scope, form.wish, size=PAGE_SIZE + 1, before=before)
    shown = found[:PAGE_SIZE]
    context = {
        "form": form,
        "lines": shown,
        "sees_everything": scope.command_ids is None,
        "is_filtered": form.wish != Wish(),
        "csv_url": _address("pages:audit_csv", request),
        "older_url": _address("pages:audit", request, shown[-1].cursor) if len(found) > PAGE_SIZE else "",
        "newer_url": _address("pages:audit", request) if before is not None else "",
    }
    return render(request, "audit/trail.html", context, status=200 if is_valid else 422)


@staff_required
@never_cache
@require_safe
def audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same lines for a spreadsheet, from the newest to the oldest."""
    scope, form = _asked(request)
    form.is_valid()
    response = StreamingHttpResponse(_csv(all_lines(scope, form.wish)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _asked(request: HttpRequest) -> tuple[Scope, WishForm]:
    """What the reader may see, and what they look for.

    Raises:
        PermissionDenied: Neither an oversight reader nor a manager.
    """
    assert isinstance(request.user, User)
    scope = scope_of(request.user)
    if scope is None:
        raise PermissionDenied
    return scope, WishForm(request.GET, scope=scope)


def _address(name: str, request: HttpRequest, before: Cursor | None = None) -> str:
    """A page of the trail with the filters that are set now."""
    query = request.GET.copy()
    query.pop("before", None)
    if before is not None:
        query["before"] = str(before)
    return f"{reverse(name)}?{query.urlencode()}" if query else reverse(name)


class _Line:
    """Stands in for a file: `csv.writer` hands each finished line through."""

    def write(self, line: str) -> str:
        return line


def _csv(found: Iterator[Line]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(["moment", "kind", "what"])
    for line in found:
        yield writer.writerow([line.moment.isoformat(), line.kind.value, spreadsheet_text(line.sentence)])
