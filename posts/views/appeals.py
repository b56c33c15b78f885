"""How does somebody outside the command look again at a hidden reply? They see what was appealed and nothing else."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import civic_required
from accounts.models import User
from core.errors import NotAllowed
from posts import services
from posts.forms.hidings import SHOW, DecisionForm
from posts.models import ReplyHiding
from posts.rules import HIDING_RULES
from posts.selectors.hidings import get_appeal, open_appeals

# Never paged: deciding the first ones brings the next ones up.
SHOWN = 50


@civic_required("posts.decide_appeals")
@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """Who waits for another look, longest first."""
    return render(request, "posts/appeals.html", {"appeals": open_appeals(size=SHOWN)})


@civic_required("posts.decide_appeals")
@require_http_methods(["GET", "HEAD", "POST"])
def decide_appeal(request: HttpRequest, hiding_id: int) -> HttpResponse:
    """The reply as it stood, the reason it was hidden for, what the writer says, and the decision."""
    assert isinstance(request.user, User)
    try:
        hiding = get_appeal(hiding_id)
    except ReplyHiding.DoesNotExist as error:
        raise Http404 from error
    form = DecisionForm(request.POST) if request.method == "POST" else DecisionForm()
    if not hiding.waits_for_decision:
        messages.info(request, "This appeal is decided.")
        return redirect("posts:appeals")
    if form.is_bound and form.is_valid():
        try:
            services.decide_appeal(
                hiding_id=hiding.pk,
                shows_again=form.cleaned_data["decision"] == SHOW,
                note=form.cleaned_data["note"],
                by=request.user,
                at=timezone.now(),
            )
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except services.CannotDecide as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Decided. The writer is told.")
            return redirect("posts:appeals")
    return render(
        request,
        "posts/decide_appeal.html",
        {"hiding": hiding, "form": form, "published_words": HIDING_RULES[hiding.reason]},
        status=422 if form.errors else 200,
    )
