"""How do neighbors write to one another, answer and say thanks?"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from community import services
from community.access import NeighborRequest, ResidentRequest, neighbor_page, resident_page
from community.forms import CommentForm, NeighborPostForm
from community.models import NeighborPost
from community.selectors.cards import CommentView, PostPage
from community.selectors.room import get_picture, get_post
from community.views.pace import COMMENTS, POSTS
from core.errors import DomainError
from core.pace import may_send, status_of
from core.parameters import positive_number
from neighborhoods.middleware import residency_of
from neighborhoods.selectors.places import adjoining_names


def post_or_404(person: User, post_id: int, *, with_comment: int | None = None) -> PostPage:
    """A post that this person may read; whether there is one at all, nobody else need know.

    Args:
        with_comment: Its comments up to this one, however long ago it was written.
    """
    try:
        return get_post(person.pk, post_id, before=with_comment + 1 if with_comment is not None else None)
    except NeighborPost.DoesNotExist as error:
        raise Http404 from error


def comment_or_404(page: PostPage, comment_id: int) -> CommentView:
    """One of the comments on a post's page."""
    for found in page.comments:
        if found.id == comment_id:
            return found
    raise Http404


@neighbor_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: NeighborRequest) -> HttpResponse:
    """Write to the neighbors, after reading who they are."""
    adjoining = adjoining_names(request.neighborhood.pk)
    if request.method != "POST":
        form = NeighborPostForm(adjoining=adjoining)
    else:
        form = NeighborPostForm(request.POST, request.FILES, adjoining=adjoining)
        if form.is_valid() and may_send(form, request.user.pk, POSTS):
            try:
                post_id = services.write_post(
                    residency=request.residency,
                    kind=form.cleaned_data["kind"],
                    title=form.cleaned_data["title"],
                    text=form.cleaned_data["text"],
                    is_open_to_adjoining=form.cleaned_data.get("is_open_to_adjoining", False),
                    picture=form.cleaned_data["picture"],
                    description=form.cleaned_data["description"],
                    submission_key=form.cleaned_data["submission_key"],
                    at=timezone.now(),
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "Your neighbors can read it now.")
                return redirect("community:post", post_id)
    context = {"form": form, "neighborhood": request.neighborhood, "adjoining": adjoining}
    return render(request, "community/new.html", context, status=status_of(form))


@resident_page
@require_safe
def post(request: ResidentRequest, post_id: int) -> HttpResponse:
    """One post of a neighbor, what was said under it, and what can be done about it."""
    try:
        page = get_post(request.user.pk, post_id, before=positive_number(request, "before"))
    except NeighborPost.DoesNotExist as error:
        residency = residency_of(request)
        if residency is None or not residency.is_verified:
            # The same answer whether or not there is such a post.
            return redirect("community:room")
        raise Http404 from error
    return _post_page(request, page, CommentForm())


@neighbor_page
@require_POST
def comment(request: NeighborRequest, post_id: int) -> HttpResponse:
    """Answer under a neighbor's post."""
    page = post_or_404(request.user, post_id)
    form = CommentForm(request.POST)
    if form.is_valid() and may_send(form, request.user.pk, COMMENTS):
        try:
            comment_id = services.comment(
                residency=request.residency,
                post_id=post_id,
                text=form.cleaned_data["text"],
                submission_key=form.cleaned_data["submission_key"],
                at=timezone.now(),
            )
        except NeighborPost.DoesNotExist as error:
            raise Http404 from error
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect(f"{reverse('community:post', args=[post_id])}#comment-{comment_id}")
    return _post_page(request, page, form)


@neighbor_page
@require_POST
def thank(request: NeighborRequest, post_id: int) -> HttpResponse:
    """Say thanks for a neighbor's post, or take it back."""
    post_or_404(request.user, post_id)
    try:
        if "take_back" in request.POST:
            services.take_thanks_back(residency=request.residency, post_id=post_id, at=timezone.now())
        else:
            services.thank(residency=request.residency, post_id=post_id, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    back = request.POST.get("back", "")
    if back.startswith("/feed/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(f"{back}#neighbor-{post_id}")
    return redirect("community:post", post_id)


@resident_page
@require_safe
def picture(request: ResidentRequest, post_id: int) -> HttpResponse:
    """The picture of a post, for whoever may read the post."""
    try:
        content, content_type = get_picture(request.user.pk, post_id)
    except NeighborPost.DoesNotExist as error:
        raise Http404 from error
    return picture_response(content, content_type)


def picture_response(content: bytes, content_type: str) -> HttpResponse:
    """A picture that opens as nothing else."""
    response = HttpResponse(content, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response


@resident_page
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: ResidentRequest, post_id: int) -> HttpResponse:
    """Take one's own post away for good, with what was said under it."""
    page = post_or_404(request.user, post_id)
    if not page.card.is_own:
        raise Http404
    if request.method == "POST":
        services.delete_post(person_id=request.user.pk, post_id=post_id, at=timezone.now())
        messages.success(request, "Your post is deleted.")
        return redirect("posts:feed")
    return render(request, "community/delete.html", {"page": page, "card": page.card})


@resident_page
@require_http_methods(["GET", "HEAD", "POST"])
def delete_comment(request: ResidentRequest, post_id: int, comment_id: int) -> HttpResponse:
    """Take one's own comment away for good."""
    page = post_or_404(request.user, post_id, with_comment=comment_id)
    found = comment_or_404(page, comment_id)
    if not found.is_own:
        raise Http404
    if request.method == "POST":
        services.delete_comment(person_id=request.user.pk, comment_id=comment_id, at=timezone.now())
        messages.success(request, "Your comment is deleted.")
        return redirect("community:post", post_id)
    return render(request, "community/delete.html", {"page": page, "card": page.card, "comment": found})


def _post_page(request: ResidentRequest, page: PostPage, form: CommentForm) -> HttpResponse:
    residency = residency_of(request)
    context = {
        "page": page,
        "card": page.card,
        "form": form,
        "older_url": f"?before={page.comments[0].id}#comments" if page.has_earlier else "",
        "newer_url": f"{request.path}#comments" if "before" in request.GET else "",
        "may_write": residency is not None and residency.is_verified and page.removal is None,
    }
    return render(request, "community/post.html", context, status=status_of(form))
