"""Is news kept once, as it fits, and do the versions before it end?"""

from datetime import datetime, timedelta

import pytest

from notifications.models import Message
from notifications.rules import TEXT_MAX_LENGTH, Act, Source
from notifications.services.messages import end_message, make_message
from tests.notifications.messages.conftest import MakeNews

pytestmark = pytest.mark.django_db


def test_news_told_twice_makes_one_message(news: MakeNews, now: datetime) -> None:
    first = make_message(news=news(), at=now)
    again = make_message(news=news(title="Something else"), at=now + timedelta(minutes=1))
    assert again == first
    assert (again.title, again.made_at) == ("Missing: Nora, 8 years", now)


def test_a_later_version_ends_the_earlier_ones_of_the_same_news_alone(news: MakeNews, now: datetime) -> None:
    first, other = make_message(news=news(), at=now), make_message(news=news(source_id=2), at=now)
    reply = make_message(news=news(source=Source.REPLY), at=now)
    later = now + timedelta(minutes=5)
    second = make_message(news=news(version=2, act=Act.CORRECTION), at=later)
    assert Message.objects.get(pk=first.pk).ended_at == later
    assert not Message.objects.filter(pk__in=[second.pk, other.pk, reply.pk], ended_at__isnull=False).exists()


def test_an_earlier_version_that_comes_late_has_ended_already(news: MakeNews, now: datetime) -> None:
    assert make_message(news=news(version=2), at=now).ended_at is None
    assert make_message(news=news(version=1), at=now).ended_at == now


def test_ending_twice_keeps_the_first_moment(news: MakeNews, now: datetime) -> None:
    message = make_message(news=news(), at=now)
    assert end_message(source=Source.POST, source_id=1, before_version=2, at=now) == 1
    assert end_message(source=Source.POST, source_id=1, before_version=2, at=now + timedelta(hours=1)) == 0
    message.refresh_from_db()
    assert message.ended_at == now


def test_ending_leaves_the_version_that_replaces_it(news: MakeNews, now: datetime) -> None:
    make_message(news=news(version=2), at=now)
    assert end_message(source=Source.POST, source_id=1, before_version=2, at=now) == 0


def test_a_title_is_one_line_whatever_was_typed(news: MakeNews, now: datetime) -> None:
    message = make_message(news=news(title=" Missing:\r\nBcc: x@example.test\x00\u2028 נורה 🕯️ "), at=now)
    assert message.title == "Missing: Bcc: x@example.test נורה 🕯️"


@pytest.mark.parametrize(("field", "limit"), [("title", 200), ("label", 40), ("sender", 120), ("approved_by", 120)])
def test_what_is_too_long_is_cut_at_a_word(news: MakeNews, now: datetime, field: str, limit: int) -> None:
    kept = getattr(make_message(news=news(**{field: "word " * 100}), at=now), field)
    assert kept.endswith("word…")
    assert limit - 5 < len(kept) <= limit


def test_a_text_of_the_longest_length_stays_whole_and_a_longer_one_is_cut(news: MakeNews, now: datetime) -> None:
    whole = make_message(news=news(text="a" * TEXT_MAX_LENGTH), at=now)
    cut = make_message(news=news(source_id=2, text="a" * (TEXT_MAX_LENGTH + 1)), at=now)
    assert whole.text == "a" * TEXT_MAX_LENGTH
    assert cut.text == "a" * (TEXT_MAX_LENGTH - 1) + "…"
