"""How does an officer write a post and choose who hears it?"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from commands.access import DeskRequest, desk_member
from commands.models import PoliceCommand
from core.errors import NotAllowed
from core.templatetags.porchlight import people
from neighborhoods.models import Neighborhood
from neighborhoods.selectors import get_neighborhood
from posts import services
from posts.access import needs_second_person
from posts.forms.compose import ComposeForm
from posts.models import Post
from posts.rules import KIND_LOOKS, TEXT_MAX_LENGTH, TITLE_MAX_LENGTH, AudienceScope, PostKind, PostStatus
from posts.selectors.audience import Audience, audience_of
from posts.selectors.desk import chosen_neighborhood_ids
from posts.views.desk import page_of, post_of
from posts.views.parameters import positive_number
from posts.views.preview import audience_map, preview_card
from posts.views.side_menu import side_menu


@desk_member
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: DeskRequest, slug: str) -> HttpResponse:
    """The form for a post, the people it would reach, and how they would see it."""
    command = request.assignment.command
    draft_id = positive_number(request, "draft")
    draft = post_of(command, draft_id) if draft_id else None
    if request.method != "POST":
        if draft is None:
            return _page(request, ComposeForm.empty(command, _asked_for(request)))
        if draft.status != PostStatus.DRAFT:
            return redirect(page_of(draft))
        return _page(request, ComposeForm.of_returned(draft, chosen_neighborhood_ids(draft)), draft=draft)
    if "update" in request.POST:
        return _page(request, ComposeForm.unsent(request.POST, command), draft=draft)

    form = ComposeForm(request.POST, command=command)
    if not form.is_valid():
        return _page(request, form, draft=draft)
    audience = audience_of(command, form.chosen_scope, form.chosen_ids)
    if audience.is_nobody_yet and not audience.lost_count and "nobody_yet" not in request.POST:
        return _page(request, form, draft=draft, audience=audience, asks_about_nobody=True)
    try:
        post = services.submit_post(
            command=command,
            author=request.user,
            draft=form.draft(),
            submission_key=form.cleaned_data["submission_key"],
            at=timezone.now(),
            returned_post_id=draft.pk if draft else None,
        )
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except services.CannotPublish as error:
        form.add_error("neighborhoods", str(error))
        return _page(request, form, draft=draft)
    if post.status == PostStatus.PENDING:
        messages.success(request, "Sent for approval. It goes out when a second person releases it.")
    else:
        messages.success(request, f"Sent to {reach(post.resident_count, post.neighborhood_count)}.")
    return redirect(page_of(post))


def reach(people_count: int, neighborhood_count: int) -> str:
    """ "3,357 people in 4 neighborhoods"."""
    places = "1 neighborhood" if neighborhood_count == 1 else f"{neighborhood_count:,} neighborhoods"
    return f"{people(people_count)} in {places}"


def send_label(audience: Audience, *, needs_approval: bool) -> str:
    """What the button says: what will happen, to how many."""
    if needs_approval:
        return "Send for approval"
    return f"Send to {people(audience.people)}" if audience.people else "Send"


def _page(
    request: DeskRequest,
    form: ComposeForm,
    *,
    draft: Post | None = None,
    audience: Audience | None = None,
    asks_about_nobody: bool = False,
) -> HttpResponse:
    command = request.assignment.command
    audience = audience or audience_of(command, form.chosen_scope, form.chosen_ids)
    return render(
        request,
        "posts/desk/compose.html",
        {
            **side_menu(request, "compose"),
            "form": form,
            "draft": draft,
            "kinds": _kinds(form),
            "scopes": _scopes(form, command, audience),
            "audience": audience,
            "map": audience_map(audience),
            "asks_about_nobody": asks_about_nobody,
            "preview": preview_card(
                command,
                kind=form.chosen_kind,
                title=str(form["title"].value() or ""),
                text=str(form["text"].value() or ""),
                audience=audience,
                at=timezone.now(),
            ),
            "send_label": send_label(audience, needs_approval=needs_second_person(command, audience.scope)),
            "title_limit": TITLE_MAX_LENGTH,
            "text_limit": TEXT_MAX_LENGTH,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _kinds(form: ComposeForm) -> list[dict[str, Any]]:
    chosen = form["kind"].value()
    return [
        {"value": kind.value, "label": kind.label, "look": KIND_LOOKS[kind], "is_chosen": kind.value == chosen}
        for kind in PostKind
    ]


def _scopes(form: ComposeForm, command: PoliceCommand, audience: Audience) -> list[dict[str, Any]]:
    whole = AudienceScope.CITY if command.is_headquarters else AudienceScope.COMMAND
    labels = {
        AudienceScope.NEIGHBORHOODS: "Neighborhoods",
        whole: "The whole city" if command.is_headquarters else f"All of {command.name}",
    }
    return [
        {
            "value": scope.value,
            "label": label,
            "is_chosen": scope == form.chosen_scope,
            "people": None if scope == AudienceScope.NEIGHBORHOODS else audience.all_people,
            "needs_approval": needs_second_person(command, scope),
        }
        for scope, label in labels.items()
    ]


def _asked_for(request: DeskRequest) -> list[int]:
    """The neighborhood that `?to=` names; one the command does not cover has no row to tick."""
    try:
        return [get_neighborhood(request.GET["to"]).pk] if "to" in request.GET else []
    except Neighborhood.DoesNotExist:
        return []
