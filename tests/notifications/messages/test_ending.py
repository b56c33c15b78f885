"""Does everything that waited when its message ended get an end, and nothing else?"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from neighborhoods.models import Neighborhood
from notifications.models import Message, Notice
from notifications.rules import NoticeState, Source
from notifications.services.messages import News, end_message, ending, finish_ended, make_message, write_notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(
    news: Callable[..., News], oak: Neighborhood, elm: Neighborhood, resident: User, newcomer: User, now: datetime
) -> Message:
    """A message that ended while two notices waited; another one about something else goes on."""
    message = make_message(news=news(), at=now)
    write_notices(message=message, neighborhood_ids=[oak.pk], at=now)
    write_notices(message=make_message(news=news(source_id=2), at=now), neighborhood_ids=[oak.pk], at=now)
    end_message(source=Source.POST, source_id=1, before_version=2, at=now)
    return message


def test_what_waited_is_superseded_with_its_reason(ended: Message, now: datetime) -> None:
    assert finish_ended(at=now) == 2
    assert set(ended.notices.values_list("state", "ended_at", "reason")) == {
        (NoticeState.SUPERSEDED, now, "It was corrected, withdrawn or stopped before it left.")
    }
    assert Notice.objects.filter(state=NoticeState.WAITING).count() == 2
    ended.refresh_from_db()
    assert ended.settled_at == now
    assert finish_ended(at=now) == 0


def test_every_chunk_follows_the_one_before(ended: Message, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "CHUNK_SIZE", 1)
    assert finish_ended(at=now) == 2


def test_what_left_stays_sent(ended: Message, resident: User, now: datetime) -> None:
    ended.notices.filter(person=resident).update(state=NoticeState.SENT, ended_at=now)
    assert finish_ended(at=now) == 1
    assert ended.notices.get(person=resident).state == NoticeState.SENT


def test_what_a_worker_has_is_left_until_its_lease_is_over_and_keeps_it(
    ended: Message, resident: User, now: datetime
) -> None:
    lease_until = now + timedelta(seconds=60)
    ended.notices.filter(person=resident).update(lease_until=lease_until)
    assert finish_ended(at=now) == 1
    ended.refresh_from_db()
    assert ended.settled_at is None
    assert finish_ended(at=lease_until + timedelta(seconds=1)) == 1
    notice = ended.notices.get(person=resident)
    assert (notice.state, notice.lease_until) == (NoticeState.SUPERSEDED, lease_until)
