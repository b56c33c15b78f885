"""How far is a post: where was it handed over, in which versions, and who hears of it in which way?"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.counts import SMALLEST_SHOWN_COUNT, PeopleTotal
from notifications.rules import Act, Channel, Source
from notifications.selectors.progress import (
    DigestCount,
    Moments,
    NoticeCount,
    Trouble,
    count_digests,
    count_notices,
    moments_of,
    troubles_of,
)
from posts.models import Delivery, Post, PostVersion
from posts.rules import TOPICS, PostStatus
from posts.selectors.desk import deliveries_of


@dataclass(slots=True)
class Tally:
    """How the notices of one neighborhood over one channel stand."""

    sent: int = 0
    going: int = 0
    waiting: int = 0
    failed: int = 0
    superseded: int = 0
    retried: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.going + self.waiting + self.failed + self.superseded

    @property
    def open(self) -> int:
        return self.going + self.waiting

    @property
    def is_small(self) -> bool:
        """So few people that nothing but words is shown of them."""
        return 0 < self.total < SMALLEST_SHOWN_COUNT


Tallies = Mapping[tuple[int | None, Channel], Tally]


def shown_total(tallies: Iterable[Tally], part: Callable[[Tally], int]) -> PeopleTotal:
    """A sum that gives no small count away: each of them stands for one person at the most."""
    at_least = hidden = 0
    for tally in tallies:
        count = part(tally)
        at_least += min(count, 1) if tally.is_small else count
        hidden += tally.is_small and count > 0
    return PeopleTotal(at_least, hidden)


@dataclass(frozen=True, slots=True)
class PostProgress:
    """All that the page of a sent post says about its way, worked out from rows.

    Attributes:
        deliveries: By neighborhood name.
        versions: Those that went out, oldest first.
        tallies: Of each version, by neighborhood and channel; the neighborhood is None for people who have left it.
        moments: Of each version of which notices were written.
        digests: Who reads the post in a digest, by neighborhood.
    """

    post: Post
    deliveries: Sequence[Delivery]
    versions: Sequence[PostVersion]
    tallies: Mapping[int, Tallies]
    moments: Mapping[int, Moments]
    digests: Mapping[int, DigestCount]
    troubles: Sequence[Trouble]
    at: datetime
    current: Tallies = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "current", self.tallies.get(self.post.version, {}))

    def total(self, part: Callable[[Tally], int], *, version: int | None = None) -> PeopleTotal:
        """A sum over all neighborhoods, of the current version unless another is named."""
        tallies = self.current if version is None else self.tallies.get(version, {})
        return shown_total(tallies.values(), part)

    def count(self, part: Callable[[Tally], int]) -> int:
        """The same as it truly is, to decide by and never to show."""
        return sum(part(tally) for tally in self.current.values())

    @property
    def is_handed_over(self) -> bool:
        return all(delivery.done_at for delivery in self.deliveries)

    @property
    def is_open(self) -> bool:
        """Whether something is still to leave by itself."""
        return (
            not self.is_handed_over
            or any(delivery.notices_at is None for delivery in self.deliveries)
            or self.count(lambda tally: tally.open) > 0
        )

    @property
    def may_be_stopped(self) -> bool:
        """Whether a stop would keep anything back, digests included."""
        if self.post.status != PostStatus.PUBLISHED or self.post.stopped_at:
            return False
        return self.is_open or any(digest.will_get_it for digest in self.digests.values())


def versions_out(post: Post) -> list[PostVersion]:
    """The versions of a published post that went out, oldest first. One query.

    What was frozen before, as for a post that was returned to its author, nobody outside the command has read.
    """
    versions = list(PostVersion.objects.filter(post=post).select_related("written_by").order_by("number"))
    first = max((index for index, version in enumerate(versions) if version.act == Act.NEWS), default=0)
    return versions[first:]


def progress_of_post(post: Post, *, at: datetime) -> PostProgress:
    """How far a published post is. Five queries, one more while something failed, however many people it is told."""
    deliveries = list(deliveries_of(post))
    counts = count_notices(Source.POST, post.pk, at=at)
    goes_on = post.status == PostStatus.PUBLISHED and post.stopped_at is None
    in_trouble = any(count.standing == "failed" or count.retried_count for count in counts)
    return PostProgress(
        post=post,
        deliveries=deliveries,
        versions=versions_out(post),
        tallies=_tallies(counts, {delivery.neighborhood_id for delivery in deliveries}),
        moments=moments_of(Source.POST, post.pk, at=at) if counts else {},
        digests=count_digests(TOPICS[post.kind], _first_numbers(deliveries)) if goes_on else {},
        troubles=troubles_of(Source.POST, post.pk, version=post.version) if in_trouble else [],
        at=at,
    )


def _first_numbers(deliveries: Sequence[Delivery]) -> dict[int, int]:
    """Where the post first stood in each feed: the digest that covers this place carries it, as it stands by then."""
    return {d.neighborhood_id: d.earlier_numbers[0] if d.earlier_numbers else d.feed_number for d in deliveries}


def _tallies(counts: Sequence[NoticeCount], there: set[int]) -> dict[int, Tallies]:
    tallies: dict[int, dict[tuple[int | None, Channel], Tally]] = defaultdict(lambda: defaultdict(Tally))
    for count in counts:
        # A correction is told to whoever was told before, wherever they live now.
        place = count.neighborhood_id if count.neighborhood_id in there else None
        tally = tallies[count.version][place, count.channel]
        setattr(tally, count.standing, getattr(tally, count.standing) + count.count)
        tally.retried += count.retried_count
    return {version: dict(by_place) for version, by_place in tallies.items()}
