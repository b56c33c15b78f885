"""How does a resident write to the police in private, and read what came back?"""

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import resident_required
from accounts.models import User
from commands.models import PoliceCommand
from commands.selectors import get_command
from core.errors import DomainError
from core.pace import may_send, status_of
from neighborhoods.middleware import residency_of
from posts import services
from posts.forms.answers import WRITING, TextForm
from posts.models import Conversation
from posts.selectors.conversations import conversations_of, get_own_conversation, messages_in
from posts.views.parameters import keyset

SHOWN = 100


@resident_required
@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    """A resident's own conversations with the police."""
    assert isinstance(request.user, User)
    before = keyset(request)
    found = conversations_of(request.user, size=SHOWN + 1, before=before)
    shown = found[:SHOWN]
    older_url = f"?before={quote(shown[-1].changed_at.isoformat())}~{shown[-1].pk}" if len(found) > SHOWN else ""
    newer_url = reverse("posts:conversations") if before else ""
    return render(
        request,
        "posts/conversations.html",
        {"conversations": shown, "older_url": older_url, "newer_url": newer_url},
    )


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """One conversation, and the form to go on with it."""
    assert isinstance(request.user, User)
    try:
        found = get_own_conversation(conversation_id, request.user)
    except Conversation.DoesNotExist as error:
        raise Http404 from error
    label = f"Your message to {found.command.name}"
    form = TextForm(request.POST, label=label) if request.method == "POST" else TextForm(label=label)
    if request.method == "POST" and form.is_valid() and may_send(form, request.user.pk, WRITING):
        try:
            services.continue_conversation(
                conversation_id=found.pk,
                resident=request.user,
                text=form.cleaned_data["text"],
                submission_key=form.cleaned_data["submission_key"],
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Sent to {found.command.name}.")
            return redirect("posts:conversation", found.pk)
    return render(
        request,
        "posts/conversation.html",
        {"conversation": found, "private_messages": messages_in(found), "form": form},
        status=status_of(form),
    )


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def write_to_command(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a conversation with a command about anything."""
    try:
        command = get_command(slug)
    except PoliceCommand.DoesNotExist as error:
        raise Http404 from error
    residency = residency_of(request)
    if residency is None:
        messages.info(request, "Tell us first where you live, so that the police know which neighborhood it is about.")
        return redirect("commands:residency")
    label = f"Your message to {command.name}"
    form = TextForm(request.POST, label=label) if request.method == "POST" else TextForm(label=label)
    if request.method == "POST" and form.is_valid() and may_send(form, residency.person_id, WRITING):
        try:
            message = services.write_to_command(
                residency=residency,
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
    return render(request, "posts/write_to_command.html", {"command": command, "form": form}, status=status_of(form))
