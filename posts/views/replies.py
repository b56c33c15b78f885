"""How does a resident answer under a post, in public or only to the command?"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import resident_required
from core.errors import DomainError
from core.pace import may_send, status_of
from neighborhoods.middleware import residency_of
from posts import services
from posts.forms.answers import PUBLIC, WRITING, AnswerForm
from posts.models import Post
from posts.selectors.public import get_public_post
from posts.selectors.replies import is_targeted
from posts.views.public import post_context


@resident_required
@require_POST
def reply(request: HttpRequest, post_id: int) -> HttpResponse:
    """Send a resident's answer where they chose; what was typed stays when it could not be sent."""
    residency = residency_of(request)
    if residency is None:
        return redirect("commands:residency")
    try:
        post = get_public_post(post_id)
    except Post.DoesNotExist as error:
        raise Http404 from error
    may_reply = residency.is_verified and is_targeted(post.pk, residency.neighborhood_id)
    form = AnswerForm(request.POST, command_name=post.command.name, may_reply=may_reply, replies_open=post.replies_open)
    if form.is_valid() and may_send(form, residency.person_id, WRITING):
        answer = form.cleaned_data
        try:
            if answer["to"] == PUBLIC:
                sent = services.reply_as_resident(
                    post_id=post.pk,
                    residency=residency,
                    text=answer["text"],
                    submission_key=answer["submission_key"],
                    at=timezone.now(),
                )
                return redirect(f"/posts/{post.pk}/#reply-{sent.pk}")
            message = services.write_to_command(
                residency=residency,
                command=post.command,
                about_post=post,
                text=answer["text"],
                submission_key=answer["submission_key"],
                at=timezone.now(),
            )
            messages.success(request, f"Sent to {post.command.name}.")
            return redirect("posts:conversation", message.conversation_id)
        except DomainError as error:
            form.add_error(None, str(error))
    return render(request, "posts/post.html", post_context(request, post_id, form), status=status_of(form))
