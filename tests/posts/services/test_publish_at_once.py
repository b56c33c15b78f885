"""What happens when several officers publish to the same neighborhoods in the same moment?"""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from posts.models import Delivery, Feed, Post
from posts.services import submit_post
from tests.posts.factories import make_draft

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 6


def test_nobody_waits_in_a_ring_and_every_post_has_its_own_number(
    officer: User, sergeant: User, central: PoliceCommand, oak: Neighborhood, elm: Neighborhood, now: datetime
) -> None:
    def send(number: int) -> int:
        # Half of them name the neighborhoods the other way round.
        places = [oak, elm] if number % 2 else [elm, oak]
        try:
            return submit_post(
                command=central,
                author=officer if number % 2 else sergeant,
                draft=make_draft(places),
                submission_key=uuid.uuid4(),
                at=now,
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = list(pool.map(send, range(AT_ONCE)))
    assert len(set(sent)) == AT_ONCE
    assert dict(Feed.objects.values_list("neighborhood__name", "number")) == {"Oak": AT_ONCE, "Elm": AT_ONCE}
    for place in (oak, elm):
        numbers = Delivery.objects.filter(neighborhood=place).order_by("feed_number")
        assert list(numbers.values_list("feed_number", flat=True)) == list(range(1, AT_ONCE + 1))


def test_the_same_form_sent_from_two_tabs_at_once_is_one_post(
    officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    key = uuid.uuid4()

    def send(_: int) -> int:
        try:
            return submit_post(command=central, author=officer, draft=make_draft([oak]), submission_key=key, at=now).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = set(pool.map(send, range(AT_ONCE)))
    assert sent == {Post.objects.get().pk}
    assert Delivery.objects.count() == 1
