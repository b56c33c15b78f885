"""Whom do the fault tests of e-mail write to, and what came of it?"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection as database
from django.utils import timezone

from accounts.models import User
from core.lanes import MAIL
from notifications.models import Message, Notice
from notifications.rules import Channel, NoticeState
from tests.notifications.sending.factories import make_message
from tests.servers import wait_until
from tests.sinks.smtp import SmtpSink

_numbers = itertools.count(1)
_NOTICE_ID = re.compile(r"<notice\.(\d+)@")


@dataclass
class Mailing:
    """A message told by e-mail to people of its own, and the mail server it leaves over."""

    sink: SmtpSink
    message: Message

    @property
    def notices(self) -> dict[int, Notice]:
        return {notice.pk: notice for notice in Notice.objects.filter(message=self.message)}

    def states(self) -> Counter[str]:
        return Counter(Notice.objects.filter(message=self.message).values_list("state", flat=True))

    def came(self) -> Counter[int]:
        """How often each notice came to the mail server."""
        ids = set(Notice.objects.filter(message=self.message).values_list("id", flat=True))
        counts: Counter[int] = Counter()
        for (message_id, _), count in self.sink.counts().items():
            found = _NOTICE_ID.match(message_id)
            if found and int(found[1]) in ids:
                counts[int(found[1])] += count
        return counts

    def wait_until_begun(self, count: int = 10) -> None:
        wait_until(lambda: len(self.sink.received()) >= count, "mail has begun to leave")

    def wait_until_ended(self, logs: str = "") -> None:
        """Until nothing of it waits any more."""

        def is_over() -> bool:
            # A server that is being restarted is asked again.
            try:
                return not Notice.objects.filter(message=self.message, state=NoticeState.WAITING).exists()
            except Exception:
                database.close()
                return False

        wait_until(is_over, f"every notice has ended; {logs}", seconds=120)

    def let_leases_run_out(self) -> None:
        """A minute passes: whoever claimed a notice and died has lost it."""
        past = timezone.now() - timedelta(seconds=1)
        Notice.objects.filter(message=self.message, lease_until__isnull=False).update(lease_until=past)

    def let_retries_be_due(self) -> None:
        """The waits are over."""
        Notice.objects.filter(message=self.message, state=NoticeState.WAITING).update(due_at=timezone.now())

    def check_ended(self, *, twice_at_most: int = 0) -> Counter[int]:
        """Every notice has ended, with its reason where it was not sent; each that was sent came, and none too often.

        Args:
            twice_at_most: How many may have come a second time: what was in flight when something was killed.

        Returns:
            How often each came.
        """
        notices, came = self.notices, self.came()
        assert [pk for pk, notice in notices.items() if notice.state == NoticeState.WAITING] == []
        unsaid = (NoticeState.SUPERSEDED, NoticeState.FAILED)
        assert [pk for pk, notice in notices.items() if notice.state in unsaid and not notice.reason] == []
        sent = {pk for pk, notice in notices.items() if notice.state == NoticeState.SENT}
        assert sent <= came.keys()
        assert max(came.values(), default=0) <= 2
        assert sum(count - 1 for count in came.values()) <= twice_at_most
        return came


def make_mailing(sink: SmtpSink, count: int = 300, *, lane: str = MAIL, names: Sequence[str] = ()) -> Mailing:
    """Told to `count` people, and to those whose name says what the mail server does with them (`tests.sinks.smtp`)."""
    at = timezone.now()
    number = next(_numbers)
    names = [*names, *(f"person{place}" for place in range(count))]
    people = User.objects.bulk_create(
        User(email=f"{name}-{place}-{number}@example.test", full_name=name) for place, name in enumerate(names)
    )
    message = make_message(at, lane=lane)
    Notice.objects.bulk_create(
        Notice(message=message, person=person, channel=Channel.EMAIL, lane=lane, due_at=at) for person in people
    )
    return Mailing(sink, message)
