"""How does an officer see a post arrive, and answer what comes back?"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from commands.access import DeskRequest, desk_member
from core.errors import NotAllowed
from posts import services
from posts.forms.desk import AnswerForm, SwitchRepliesForm
from posts.models import Post
from posts.rules import KIND_LOOKS, OPEN, PostStatus, hidden_in_words
from posts.selectors.hidings import command_that_may_hide, count_hidden
from posts.selectors.progress import progress_of_post
from posts.selectors.public import latest_posts
from posts.selectors.replies import replies_to
from posts.views.desk import page_of, post_of
from posts.views.ledger import sent_rows
from posts.views.parameters import keyset, positive_number
from posts.views.progress import ledger
from posts.views.side_menu import side_menu

PAGE_SIZE = 20
REPLIES_SHOWN = 100


@desk_member
@require_safe
def sent_list(request: DeskRequest, slug: str) -> HttpResponse:
    """What the command published, newest first."""
    posts = latest_posts(size=PAGE_SIZE + 1, before=keyset(request), command_id=request.assignment.command_id)
    shown = posts[:PAGE_SIZE]
    last = shown[-1] if len(posts) > PAGE_SIZE else None
    return render(
        request,
        "posts/desk/sent_list.html",
        {
            **side_menu(request, "sent_list"),
            "rows": sent_rows(shown),
            "older": f"{last.published_at.isoformat()}~{last.pk}" if last and last.published_at else None,
        },
    )


@desk_member
@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: DeskRequest, slug: str, post_id: int) -> HttpResponse:
    """Where a post is by now, neighborhood by neighborhood; the replies under it, and the form to answer."""
    post = post_of(request.assignment.command, post_id)
    if not post.is_public:
        return redirect(page_of(post))
    if request.method != "POST":
        return _page(request, post, AnswerForm())
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, post, form)
    try:
        reply = services.answer_post(
            post_id=post.pk,
            assignment=request.assignment,
            text=form.cleaned_data["text"],
            seen_reply_id=form.cleaned_data["seen_id"],
            submission_key=form.cleaned_data["submission_key"],
            at=timezone.now(),
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except services.CannotReply as error:
        form.add_error("text", str(error))
        return _page(request, post, form)
    messages.success(request, f"Sent as {post.command.name}.")
    return redirect(f"{page_of(post)}#reply-{reply.pk}")


@desk_member
@require_safe
def progress(request: DeskRequest, slug: str, post_id: int) -> HttpResponse:
    """How far a post is, for an open page that asks again."""
    post = post_of(request.assignment.command, post_id)
    if not post.is_public:
        raise Http404
    now = ledger(progress_of_post(post, at=timezone.now()))
    context = {"command": request.assignment.command, "post": post, "ledger": now}
    return render(request, "posts/desk/progress.html", context)


@desk_member
@require_http_methods(["GET", "HEAD", "POST"])
def switch_replies(request: DeskRequest, slug: str, post_id: int) -> HttpResponse:
    """Ask, then close the replies under a post for everyone, or open them again."""
    post = post_of(request.assignment.command, post_id)
    if post.status != PostStatus.PUBLISHED:
        return redirect(page_of(post))
    form = SwitchRepliesForm(request.POST) if request.method == "POST" else SwitchRepliesForm()
    if form.is_bound and form.is_valid():
        opens = form.cleaned_data["to"] == OPEN
        try:
            services.switch_replies(post_id=post.pk, opens=opens, assignment=request.assignment, at=timezone.now())
        except services.CannotReply as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Replies are open." if opens else "Replies are closed for everyone.")
        return redirect(f"{page_of(post)}#replies")
    return render(
        request,
        "posts/desk/switch_replies.html",
        {**side_menu(request, "sent_list"), "post": post, "form": form},
        status=422 if form.errors else 200,
    )


def _page(request: DeskRequest, post: Post, form: AnswerForm) -> HttpResponse:
    on_its_way = progress_of_post(post, at=timezone.now())
    after = positive_number(request, "after") or 0
    replies = replies_to(post, after=after, size=REPLIES_SHOWN + 1)
    shown = replies[:REPLIES_SHOWN]
    return render(
        request,
        "posts/desk/sent.html",
        {
            **side_menu(request, "sent_list"),
            "post": post,
            "look": KIND_LOOKS[post.kind],
            "ledger": ledger(on_its_way),
            "may_be_stopped": on_its_way.may_be_stopped,
            "replies": shown,
            "is_later_page": after > 0,
            "later": shown[-1].pk if len(replies) > REPLIES_SHOWN else None,
            "seen_id": shown[-1].pk if shown else after,
            "hidden_replies": hidden_in_words(count_hidden(post.pk)),
            "may_hide": command_that_may_hide(post, request.user.pk, [request.assignment]) is not None,
            "form": form,
        },
        status=422 if form.errors else 200,
    )
