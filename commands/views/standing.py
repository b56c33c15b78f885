"""What does somebody see whose home is known: which ways of proving it stand where, and what to do until then?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commands.selectors import commands_for
from commands.views.places import map_of
from neighborhoods.models import Residency


def standing_page(request: HttpRequest, home: Residency) -> HttpResponse:
    """The page of a home that lies in a neighborhood."""
    assert home.neighborhood is not None
    context = {"home": home, "commands": commands_for(home.neighborhood.pk), "map": map_of(home.neighborhood)}
    return render(request, "commands/residency_standing.html", context)
