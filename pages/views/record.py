"""How does a records clerk take a copy of the public record?"""

from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import asked_again, civic_required
from accounts.holds import record_export
from accounts.models import User
from pages.record.archive import Archive
from pages.record.tables import TABLES, Days


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": f"Choose the {label.lower()}.",
            "invalid": "Write the day as 2026-11-30.",
        },
    )


class DaysForm(forms.Form):
    """From which day to which; both are included."""

    first = _day("First day")
    last = _day("Last day")

    def clean_last(self) -> date:
        first, last = self.cleaned_data.get("first"), self.cleaned_data["last"]
        if first is not None and last < first:
            raise forms.ValidationError("This is before the first day. Change one of them.")
        return date(last.year, last.month, last.day)


@civic_required("accounts.export_record")
@asked_again
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponseBase:
    """What a copy holds; POST streams it, and the audit trail says who took it."""
    form = DaysForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _download(request, Days(form.cleaned_data["first"], form.cleaned_data["last"]))
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/record.html", {"form": form, "tables": TABLES}, status=status)


def _download(request: HttpRequest, days: Days) -> StreamingHttpResponse:
    assert isinstance(request.user, User)
    archive = Archive(days, timezone.now())
    record_export(by=request.user, first_day=days.first, last_day=days.last, at=archive.at)
    response = StreamingHttpResponse(archive.pieces(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{archive.file_name}"'
    return response
