"""Whom do the fault tests of push tell, and what came to their browsers?"""

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection as database
from django.utils import timezone

from accounts.models import User
from core.lanes import MAIL
from notifications.models import Message, Notice, PushSubscription
from notifications.rules import Channel, NoticeState
from notifications.rules.devices import digest_of
from tests.notifications.sending.factories import make_message
from tests.servers import wait_until
from tests.sinks.push import PushSink

_numbers = itertools.count(1)


@dataclass
class Pushing:
    """A message told by push to people of its own, each with one browser."""

    sink: PushSink
    message: Message
    paths: dict[int, str]

    def notices(self) -> list[Notice]:
        return list(Notice.objects.filter(message=self.message))

    def states(self) -> Counter[str]:
        return Counter(Notice.objects.filter(message=self.message).values_list("state", flat=True))

    def came(self) -> Counter[str]:
        """How often the message came to each browser."""
        mine = set(self.paths.values())
        return Counter({path: count for path, count in self.sink.counts().items() if path in mine})

    def topics(self) -> set[str]:
        mine = set(self.paths.values())
        return {one["topic"] for one in self.sink.received() if one["path"] in mine}

    def wait_until_begun(self, count: int = 50) -> None:
        wait_until(lambda: len(self.came()) >= count, "push messages have begun to leave")

    def wait_until_ended(self, logs: Callable[[], str], *, but: int = 0) -> None:
        """Until no more than `but` notices wait."""

        def is_over() -> bool:
            # A server that is being restarted is asked again.
            try:
                waiting = Notice.objects.filter(message=self.message, state=NoticeState.WAITING)
                return waiting.count() <= but
            except Exception:
                database.close()
                return False

        try:
            wait_until(is_over, "every notice has ended", seconds=120)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.states()}\n{logs()}") from error

    def let_leases_run_out(self) -> None:
        """A minute passes: whoever claimed a notice and died has lost it."""
        past = timezone.now() - timedelta(seconds=1)
        Notice.objects.filter(message=self.message, lease_until__isnull=False).update(lease_until=past)


def make_pushing(*groups: tuple[PushSink, str, int]) -> Pushing:
    """A message to people whose browsers are at push services that behave in one way each.

    Args:
        groups: A push service, how it answers ("slow/20", see `tests.sinks.push`), and how many browsers are there.
    """
    now, number = timezone.now(), next(_numbers)
    message = make_message(now, lane=MAIL)
    paths: dict[int, str] = {}
    for sink, kind, count in groups:
        people = User.objects.bulk_create(
            User(email=f"pushed-{number}-{len(paths) + place}@city.test", full_name="Rosa Resident", joined_at=now)
            for place in range(count)
        )
        paths |= {person.pk: f"/{kind}/{person.pk}" for person in people}
        keys = {person.pk: sink.subscription(paths[person.pk]) for person in people}
        PushSubscription.objects.bulk_create(
            PushSubscription(
                person=person,
                endpoint_digest=digest_of(keys[person.pk]["endpoint"]),
                device="Chrome on Android",
                made_at=now,
                **keys[person.pk],
            )
            for person in people
        )
        Notice.objects.bulk_create(
            Notice(message=message, person=person, channel=Channel.PUSH, lane=MAIL, due_at=now) for person in people
        )
    return Pushing(groups[0][0], message, paths)
