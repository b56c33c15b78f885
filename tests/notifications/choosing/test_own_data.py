"""What does a person read about how they heard, and what is left of it when they leave?"""

from datetime import date, datetime

import pytest

from accounts.models import User
from accounts.own_data import own_data
from accounts.services import leave
from neighborhoods.models import Neighborhood
from notifications.models import Digest, Notice, Preferences, PushSubscription, Suppression
from notifications.rules import NoticeState, Pace, Topic
from notifications.services.leaving import LEFT
from tests.notifications.sending.factories import make_message, make_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def _kept(resident: User, neighbor: User, oak: Neighborhood, now: datetime) -> None:
    """A row of everything for Maria, and for somebody else."""
    message = make_message(now)
    for person in (resident, neighbor):
        Preferences.objects.create(person=person, crime_email=Pace.AT_ONCE, changed_at=now)
        Suppression.objects.create(person=person, email=person.email, words=f"550 {person.full_name}", at=now)
        PushSubscription.objects.create(person=person, endpoint="x", endpoint_digest=str(person.pk), made_at=now)
        make_notice(message, person, now)
        Digest.objects.create(
            person=person,
            pace=Pace.DAILY,
            day=date(2026, 11, 20),
            neighborhood=oak,
            after_number=0,
            upto_number=5,
            topics=[Topic.TIPS],
            due_at=now,
        )


def sections(person: User) -> dict[str, list[dict[str, str]]]:
    return {section.title: section.rows for section in own_data(person)}


@pytest.mark.usefixtures("_kept")
def test_all_of_it_is_shown_and_only_ones_own(resident: User, neighbor: User) -> None:
    kept = sections(resident)
    assert "Crime updates: e-mail at once." in kept["How you hear"][0]["By e-mail"]
    assert kept["Why no e-mail goes to you"][0]["Address"] == resident.email
    assert [row["What"] for row in kept["What you were told at once"]] == ["Bicycles taken from five garages"]
    assert [(row["Day"], row["Of"]) for row in kept["Digests"]] == [("2026-11-20", "Oak")]
    assert neighbor.full_name not in str(kept)


def test_whoever_never_chose_has_nothing_there(resident: User, officer: User) -> None:
    assert sections(resident)["How you hear"] == []
    assert "How you hear" not in sections(officer)


@pytest.mark.usefixtures("_kept")
def test_who_leaves_is_told_nothing_more(resident: User, neighbor: User, now: datetime) -> None:
    leave(person=resident, at=now)
    for table in (Preferences, Suppression, PushSubscription):
        assert list(table.objects.values_list("person_id", flat=True)) == [neighbor.pk]
    for queue in (Notice, Digest):
        mine, theirs = (queue.objects.get(person=person) for person in (resident, neighbor))
        assert (mine.state, mine.reason, theirs.state) == (NoticeState.SUPERSEDED, LEFT, NoticeState.WAITING)
