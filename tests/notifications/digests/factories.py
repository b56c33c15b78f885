"""How do tests make digests that wait to be sent, without any feed?"""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from neighborhoods.models import Neighborhood
from notifications.mails.building import build
from notifications.models import Digest
from notifications.rules import Pace, Topic
from notifications.services.digests import MARKS, ClaimedDigest, WrittenDigest


def make_digest(
    person: User,
    place: Neighborhood,
    due_at: datetime,
    *,
    pace: Pace = Pace.DAILY,
    topics: Sequence[Topic] = (Topic.CRIME, Topic.TIPS),
) -> Digest:
    """One that is due at `due_at`, of that day."""
    return Digest.objects.create(
        person=person,
        pace=pace,
        day=due_at.date(),
        neighborhood=place,
        after_number=0,
        upto_number=3,
        topics=list(topics),
        due_at=due_at,
    )


class SameForAll:
    """Writes the same digest of three posts to everybody; to those named in `nothing_for` there is nothing to say."""

    def __init__(self, nothing_for: Sequence[int] = ()) -> None:
        self._nothing_for = nothing_for
        context = {"place": "Oak", "heading": "Three posts today", "subject_line": "Oak: three posts", "posts": []}
        self._written = WrittenDigest(build("digest", context, marks=MARKS, list_name="daily"), post_count=3)

    def look_again(self, digests: Sequence[ClaimedDigest]) -> None:
        self.looked_at = [digest.id for digest in digests]

    def write(self, digest: ClaimedDigest) -> WrittenDigest | None:
        assert digest.id in self.looked_at
        return None if digest.person_id in self._nothing_for else self._written
