"""How does a second person release a colleague's post, or give it back?"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from commands.access import DeskRequest, desk_member
from core.errors import NotAllowed
from posts import services
from posts.forms.desk import ReleaseForm, ReturnForm
from posts.models import Post
from posts.rules import PostStatus
from posts.selectors.audience import audience_of
from posts.selectors.desk import chosen_neighborhood_ids
from posts.views.compose import reach
from posts.views.desk import page_of, post_of
from posts.views.preview import audience_map, preview_card
from posts.views.side_menu import side_menu


@desk_member
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: DeskRequest, slug: str, post_id: int) -> HttpResponse:
    """The frozen version, who would get it, and the decision."""
    post = post_of(request.assignment.command, post_id)
    try:
        if request.POST.get("decision") == "release":
            return _release(request, post)
        if request.method == "POST":
            return _return(request, post)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    if post.status != PostStatus.PENDING:
        return redirect(page_of(post))
    return _page(request, post, ReturnForm())


def _release(request: DeskRequest, post: Post) -> HttpResponse:
    form = ReleaseForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        post = services.release_post(post_id=post.pk, version=version, by=request.user, at=timezone.now())
    except services.CannotPublish as error:
        messages.error(request, str(error))
        # Whatever has become of it meanwhile: the review page leads on to where the post is now.
        return redirect("posts:review", request.assignment.command.slug, post.pk)
    messages.success(request, f"Released to {reach(post.resident_count, post.neighborhood_count)}.")
    return redirect(page_of(post))


def _return(request: DeskRequest, post: Post) -> HttpResponse:
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, post, form)
    try:
        services.return_post(
            post_id=post.pk,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except services.CannotPublish as error:
        form.add_error(None, str(error))
        return _page(request, post, form)
    messages.success(request, f"Returned to {post.author.public_name} with your reason.")
    return redirect("posts:desk", request.assignment.command.slug)


def _page(request: DeskRequest, post: Post, form: ReturnForm) -> HttpResponse:
    command = request.assignment.command
    audience = audience_of(command, post.audience_scope, chosen_neighborhood_ids(post))
    menu = side_menu(request, "pending")
    return render(
        request,
        "posts/desk/review.html",
        {
            **menu,
            "post": post,
            "form": form,
            "audience": audience,
            "map": audience_map(audience),
            "is_own": post.author_id == request.user.pk,
            "decides": menu["may_release"] and post.author_id != request.user.pk,
            "preview": preview_card(
                command, kind=post.kind, title=post.title, text=post.text, audience=audience, at=timezone.now()
            ),
        },
        status=422 if form.errors else 200,
    )
