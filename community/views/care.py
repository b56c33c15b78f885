"""How does somebody who keeps the room decide about what was handed over? Leads and the moderator alike, by copies."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from community import services
from community.forms import AppealDecisionForm, RuleForm
from community.models import Appeal, Report
from community.selectors.care import get_appeal, get_report
from community.views.talk import picture_response
from core.errors import DomainError


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """Where somebody keeps the room: names of its list and of its pages with pictures."""

    list_route: str
    report_picture_route: str
    appeal_picture_route: str


LEADS = WorkPlace("community:lead", "community:report_picture", "community:appeal_picture")
MODERATOR = WorkPlace("community:moderation", "community:moderate_report_picture", "community:moderate_appeal_picture")


def report_page(request: HttpRequest, person: User, report_id: int, at: WorkPlace) -> HttpResponse:
    """A reported copy, and the decision whether what it shows stays."""
    try:
        report = get_report(person.pk, report_id)
    except Report.DoesNotExist as error:
        raise Http404 from error
    form = RuleForm(initial={"rule": report.rule})
    if request.method == "POST":
        try:
            if request.POST.get("decision") == "keep":
                services.keep(report_id=report_id, by=person, at=timezone.now())
                messages.success(request, "It stays. Whoever reported it is told.")
                return redirect(at.list_route)
            form = RuleForm(request.POST)
            if form.is_valid():
                services.remove(report_id=report_id, by=person, rule=form.cleaned_data["rule"], at=timezone.now())
                messages.success(request, "Removed. Its author is told the rule and can ask for another look.")
                return redirect(at.list_route)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(at.list_route)
    context = {
        "report": report,
        "form": form,
        "back_url": reverse(at.list_route),
        "picture_route": at.report_picture_route,
    }
    return render(request, "community/decide_report.html", context, status=422 if form.errors else 200)


def report_picture_page(person: User, report_id: int) -> HttpResponse:
    """The picture of a reported copy."""
    try:
        report = get_report(person.pk, report_id)
    except Report.DoesNotExist as error:
        raise Http404 from error
    if report.picture is None:
        raise Http404
    return picture_response(*report.picture)


def appeal_page(request: HttpRequest, person: User, removal_id: int, at: WorkPlace) -> HttpResponse:
    """What was removed and why its author wants it back, and the decision by somebody else."""
    try:
        appeal = get_appeal(person.pk, removal_id)
    except Appeal.DoesNotExist as error:
        raise Http404 from error
    form = AppealDecisionForm(request.POST) if request.method == "POST" else AppealDecisionForm()
    if request.method == "POST" and form.is_valid():
        overturn = request.POST.get("decision") == "overturn"
        try:
            services.decide_appeal(
                removal_id=removal_id,
                by=person,
                overturn=overturn,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except DomainError as error:
            messages.error(request, str(error))
        else:
            words = "It is back. Its author is told." if overturn else "It stays removed. Its author is told why."
            messages.success(request, words)
        return redirect(at.list_route)
    context = {
        "appeal": appeal,
        "form": form,
        "back_url": reverse(at.list_route),
        "picture_route": at.appeal_picture_route,
    }
    return render(request, "community/decide_appeal.html", context, status=422 if form.errors else 200)


def appeal_picture_page(person: User, removal_id: int) -> HttpResponse:
    """The picture of what was removed."""
    try:
        appeal = get_appeal(person.pk, removal_id)
    except Appeal.DoesNotExist as error:
        raise Http404 from error
    if appeal.picture is None:
        raise Http404
    return picture_response(*appeal.picture)
