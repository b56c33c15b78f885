"""How does a second person at the desk hide a neighbor's reply?"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import staff_required
from accounts.models import User
from commands.selectors import assignments_of
from core.errors import NotAllowed
from posts import services
from posts.forms.hidings import HideForm
from posts.models import Reply
from posts.rules import HIDING_RULES
from posts.selectors.hidings import command_that_may_hide, find_hiding, get_reply_known_to


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def hide_reply(request: HttpRequest, reply_id: int) -> HttpResponse:
    """The whole reply, the reasons there are, what will happen, and the decision."""
    assert isinstance(request.user, User)
    assignments = assignments_of(request.user.pk)
    try:
        reply = get_reply_known_to(assignments, reply_id)
    except Reply.DoesNotExist as error:
        raise Http404 from error
    if command_that_may_hide(reply.post, request.user.pk, assignments) is None or reply.neighborhood is None:
        raise PermissionDenied
    hiding = find_hiding(reply.pk)
    if hiding is not None:
        return render(request, "posts/reply_is_hidden.html", {"hiding": hiding, "post": reply.post})
    form = HideForm(request.POST) if request.method == "POST" else HideForm()
    if form.is_bound and form.is_valid():
        try:
            services.hide_reply(
                reply_id=reply.pk,
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                by=request.user,
                at=timezone.now(),
            )
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except services.CannotHide as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Hidden. The writer is told why and can ask for another look.")
            return redirect("posts:post", reply.post_id)
    return render(
        request,
        "posts/hide_reply.html",
        {"reply": reply, "post": reply.post, "form": form, "hints": HIDING_RULES},
        status=422 if form.errors else 200,
    )
