"""What has a page of its own: every neighborhood and every command."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commands.models import PoliceCommand
from commands.selectors import commands_for, covered_neighborhoods, get_command
from core.counts import people_in_places
from neighborhoods.models import Neighborhood
from neighborhoods.selectors import current_neighborhoods, get_neighborhood
from posts.cards import card_of_feed_post, fill_actions, render_card, share_actions
from posts.selectors.desk import last_heard
from posts.selectors.feed import feed_page
from posts.selectors.public import latest_posts
from posts.views.parameters import keyset, positive_number
from posts.views.public import PAGE_SIZE, cards_context


@require_safe
def neighborhoods(request: HttpRequest) -> HttpResponse:
    """All neighborhoods by name, with what each last heard."""
    ids = list(current_neighborhoods().values_list("pk", flat=True))
    rows = sorted(last_heard(ids), key=lambda row: row.name.casefold())
    return render(request, "posts/neighborhoods.html", {"rows": rows})


@require_safe
def neighborhood(request: HttpRequest, slug: str) -> HttpResponse:
    """Police posts here, for anybody; what neighbors answer is not on it."""
    try:
        place = get_neighborhood(slug)
    except Neighborhood.DoesNotExist as error:
        raise Http404 from error
    posts = feed_page(place.pk, before=positive_number(request, "before"), size=PAGE_SIZE + 1)
    shown = posts[:PAGE_SIZE]
    html = "".join(render_card(card_of_feed_post(found, place.name)) for found in shown)
    return render(
        request,
        "posts/neighborhood.html",
        {
            "neighborhood": place,
            "people": people_in_places([(place.claimed_count, place.verified_count)]),
            "commands": commands_for(place.pk),
            "cards": fill_actions(html, share_actions),
            "is_empty": not shown,
            "older_url": f"?before={shown[-1].feed_number}" if len(posts) > PAGE_SIZE else "",
        },
    )


@require_safe
def command(request: HttpRequest, slug: str) -> HttpResponse:
    """A command's public page: what it is, whom it serves, what it posted."""
    try:
        found = get_command(slug)
    except PoliceCommand.DoesNotExist as error:
        raise Http404 from error
    posts = latest_posts(size=PAGE_SIZE + 1, before=keyset(request), command_id=found.pk)
    return render(
        request,
        "posts/command.html",
        {"command": found, "neighborhoods": covered_neighborhoods(found), **cards_context(posts)},
    )
