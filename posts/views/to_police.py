"""How does a neighbor who wants police to see what they said among neighbors send it to them, knowingly?"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from commands.selectors import commands_for, get_headquarters
from community.access import NeighborRequest, neighbor_page
from community.models import NeighborPost
from community.selectors.room import get_own_post
from core.errors import DomainError
from core.pace import may_send, status_of
from posts import services
from posts.forms.answers import WRITING, TextForm


@neighbor_page
@require_http_methods(["GET", "HEAD", "POST"])
def to_police(request: NeighborRequest, post_id: int) -> HttpResponse:
    """One's own neighbor post in a box to change, the command that would read it, and the button that sends it.

    Other people's posts and every comment stay behind the wall: there is no page that sends them.
    """
    try:
        own = get_own_post(request.user.pk, post_id)
    except NeighborPost.DoesNotExist as error:
        raise Http404 from error
    command = next(iter(commands_for(request.neighborhood.pk)), None) or get_headquarters()
    label = f"What {command.name} will read"
    if request.method == "POST":
        form = TextForm(request.POST, label=label)
    else:
        form = TextForm(initial={"text": f"{own.title}\n\n{own.text}".strip()}, label=label)
    if form.is_bound and form.is_valid() and may_send(form, request.user.pk, WRITING):
        try:
            message = services.write_to_command(
                residency=request.residency,
                command=command,
                about_post=None,
                text=form.cleaned_data["text"],
                submission_key=form.cleaned_data["submission_key"],
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Sent to {command.name}.")
            return redirect("posts:conversation", message.conversation_id)
    return render(
        request,
        "posts/to_police.html",
        {"post_id": post_id, "command": command, "form": form},
        status=status_of(form),
    )
