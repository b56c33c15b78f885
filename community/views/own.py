"""How does a neighbor report something, hear what became of it, and ask for another look at what was removed?"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from community import services
from community.access import NeighborRequest, ResidentRequest, neighbor_page, resident_page
from community.forms import AppealForm, ReportForm
from community.models import Comment, NeighborPost, Removal, RemovalCopy
from community.rules import PAGE_SIZE, SubjectKind
from community.selectors.care import get_own_removal, own_removals, own_reports, who_would_handle
from community.views.pace import REPORTS
from community.views.paging import page_of
from community.views.talk import comment_or_404, post_or_404
from core.errors import DomainError
from core.pace import may_send, status_of
from core.parameters import positive_number


@neighbor_page
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: NeighborRequest, post_id: int, comment_id: int | None = None) -> HttpResponse:
    """Hand over a copy of a post or a comment, after seeing that copy and who gets it."""
    page = post_or_404(request.user, post_id, with_comment=comment_id)
    comment = comment_or_404(page, comment_id) if comment_id is not None else None
    subject = comment or page.card
    if subject.is_own:
        raise Http404
    form = ReportForm(request.POST) if request.method == "POST" else ReportForm()
    if request.method == "POST" and form.is_valid() and may_send(form, request.user.pk, REPORTS):
        try:
            services.report(
                person_id=request.user.pk,
                subject_kind=SubjectKind.COMMENT if comment else SubjectKind.POST,
                subject_id=subject.id,
                rule=form.cleaned_data["rule"],
                note=form.cleaned_data["note"],
                at=timezone.now(),
            )
        except (NeighborPost.DoesNotExist, Comment.DoesNotExist) as error:
            raise Http404 from error
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Reported. You will hear what became of it.")
            return redirect("community:reports")
    context = {
        "card": page.card,
        "comment": comment,
        "subject": subject,
        "form": form,
        "goes_to": who_would_handle(request.user.pk, page.card.place_id, subject.author_id),
    }
    return render(request, "community/report.html", context, status=status_of(form))


@resident_page
@require_safe
def reports(request: ResidentRequest) -> HttpResponse:
    """What this person has reported, and what became of it."""
    found = own_reports(request.user.pk, before=positive_number(request, "before"), size=PAGE_SIZE + 1)
    page = page_of(request, found, size=PAGE_SIZE, place=lambda report: str(report.id))
    return render(request, "community/reports.html", {"page": page})


@resident_page
@require_safe
def removed(request: ResidentRequest) -> HttpResponse:
    """What was removed of this person's, by which rule, and whether somebody else looks again."""
    found = own_removals(request.user.pk, before=positive_number(request, "before"), size=PAGE_SIZE + 1)
    page = page_of(request, found, size=PAGE_SIZE, place=lambda removal: str(removal.id))
    return render(request, "community/removed.html", {"page": page})


@resident_page
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: ResidentRequest, removal_id: int) -> HttpResponse:
    """Ask somebody else to look again at what was removed."""
    try:
        removal = get_own_removal(request.user.pk, removal_id)
    except RemovalCopy.DoesNotExist as error:
        raise Http404 from error
    if not removal.may_appeal:
        messages.info(request, "You have asked already. Here stands what becomes of it.")
        return redirect("community:removed")
    form = AppealForm(request.POST) if request.method == "POST" else AppealForm()
    if request.method == "POST" and form.is_valid():
        try:
            services.appeal(
                person_id=request.user.pk, removal_id=removal_id, text=form.cleaned_data["text"], at=timezone.now()
            )
        except Removal.DoesNotExist as error:
            raise Http404 from error
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Sent. You get an e-mail once somebody else has decided.")
            return redirect("community:removed")
    return render(request, "community/appeal.html", {"removal": removal, "form": form}, status=status_of(form))
