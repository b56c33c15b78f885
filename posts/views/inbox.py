"""How does a command read what residents write to it in private, and answer?"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from commands.access import DeskRequest, desk_member
from core.errors import DomainError
from neighborhoods.selectors import find_residency
from notifications.channels import command_desk
from posts import services
from posts.forms.desk import AnswerForm
from posts.models import Conversation
from posts.selectors.conversations import get_conversation_with, messages_in
from posts.selectors.desk import answered_conversations, waiting_conversations
from posts.views.parameters import keyset
from posts.views.side_menu import side_menu

# Who waits is never paged: answering the first ones brings the next ones up.
WAITING_SHOWN = 100
PAGE_SIZE = 20


@desk_member
@require_safe
def inbox(request: DeskRequest, slug: str) -> HttpResponse:
    """Who waits for an answer, longest first; then what was answered, latest first."""
    command_id = request.assignment.command_id
    before = keyset(request)
    answered = answered_conversations(command_id, size=PAGE_SIZE + 1, before=before)
    shown = answered[:PAGE_SIZE]
    last = shown[-1] if len(answered) > PAGE_SIZE else None
    return render(
        request,
        "posts/desk/inbox.html",
        {
            **side_menu(request, "inbox"),
            "channel": command_desk(command_id),
            "waiting": [] if before else waiting_conversations(command_id, size=WAITING_SHOWN),
            "answered": shown,
            "is_later_page": before is not None,
            "older": f"{last.changed_at.isoformat()}~{last.conversation_id}" if last else None,
        },
    )


@desk_member
@require_http_methods(["GET", "HEAD", "POST"])
def answer_conversation(request: DeskRequest, slug: str, conversation_id: int) -> HttpResponse:
    """One private conversation, and the form to answer in the command's name."""
    try:
        conversation = get_conversation_with(request.assignment.command_id, conversation_id)
    except Conversation.DoesNotExist as error:
        raise Http404 from error
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm()
    if form.is_bound and form.is_valid():
        try:
            services.answer_conversation(
                conversation_id=conversation.pk,
                assignment=request.assignment,
                text=form.cleaned_data["text"],
                seen_message_id=form.cleaned_data["seen_id"],
                submission_key=form.cleaned_data["submission_key"],
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, f"Sent to {conversation.resident.public_name} as {conversation.command.name}.")
            return redirect("posts:inbox", slug)
    private_messages = messages_in(conversation)
    return render(
        request,
        "posts/desk/conversation.html",
        {
            **side_menu(request, "inbox"),
            "conversation": conversation,
            "residency": find_residency(conversation.resident_id),
            "private_messages": private_messages,
            "seen_id": private_messages[-1].pk if private_messages else 0,
            "form": form,
        },
        status=422 if form.errors else 200,
    )
