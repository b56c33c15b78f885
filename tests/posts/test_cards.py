"""Does a card that is rendered once for many neighborhoods say the same as one rendered for each?"""

from datetime import datetime

import pytest

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from posts.cards import card_renderer, render_post
from tests.posts.factories import publish


@pytest.mark.parametrize("place", ["Oak", "Z'berg <Park> & Co"])
def test_card_rendered_once_says_the_same_for_each_neighborhood(
    officer: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, now: datetime, place: str
) -> None:
    chosen, whole = publish(officer, central, now, [oak, elm]), publish(officer, central, now)
    render = card_renderer()

    for post in (chosen, whole):
        assert render(post, "Elm") == render_post(post, "Elm")
        assert render(post, place) == render_post(post, place)
    assert "Elm and 1 more" in render(chosen, "Elm")
    assert "all of Central Command" in render(whole, "Elm")
