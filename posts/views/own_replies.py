"""Where does a resident find the own public replies, and ask for another look at one that was hidden?"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import resident_required
from accounts.models import User
from posts import services
from posts.forms.hidings import AppealForm
from posts.models import ReplyHiding
from posts.selectors.hidings import get_own_hiding, own_replies
from posts.views.parameters import positive_number

PAGE_SIZE = 20


@resident_required
@require_safe
def replies(request: HttpRequest) -> HttpResponse:
    """A resident's own public replies, newest first, each with what became of it."""
    assert isinstance(request.user, User)
    before = positive_number(request, "before")
    found = own_replies(request.user, size=PAGE_SIZE + 1, before=before)
    shown = found[:PAGE_SIZE]
    return render(
        request,
        "posts/own_replies.html",
        {
            "replies": shown,
            "older_url": f"?before={shown[-1].pk}" if len(found) > PAGE_SIZE else "",
            "newer_url": reverse("posts:replies") if before else "",
        },
    )


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Ask somebody outside the command to look again at one's own hidden reply."""
    assert isinstance(request.user, User)
    try:
        hiding = get_own_hiding(request.user, reply_id)
    except ReplyHiding.DoesNotExist as error:
        raise Http404 from error
    if not hiding.may_be_appealed:
        messages.info(request, "You have asked for another look already. What became of it stands here.")
        return redirect("posts:replies")
    form = AppealForm(request.POST) if request.method == "POST" else AppealForm()
    if form.is_bound and form.is_valid():
        try:
            services.appeal_hiding(
                reply_id=reply_id, resident=request.user, text=form.cleaned_data["text"], at=timezone.now()
            )
        except services.CannotAppeal as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Sent. Somebody who works for no police command looks at it and writes to you.")
            return redirect("posts:replies")
    return render(request, "posts/appeal.html", {"hiding": hiding, "form": form}, status=422 if form.errors else 200)
