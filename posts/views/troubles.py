"""Why did something not arrive, in words, and what happens next?"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from core.counts import SMALLEST_SHOWN_COUNT
from notifications.rules import Channel
from posts.selectors.progress import PostProgress

REASONS_SHOWN = 5
_CHANNELS: dict[str, tuple[str, str]] = {
    Channel.EMAIL: ("e-mail", "e-mails"),
    Channel.PUSH: ("push message", "push messages"),
}


def troubles_in_words(progress: PostProgress) -> list[dict[str, Any]]:
    """For each neighborhood and channel in which something failed: how many, why, and what happens next.

    No person and no address is in it: reasons were cleared of addresses when they were kept.
    """
    names = {delivery.neighborhood_id: delivery.neighborhood.name for delivery in progress.deliveries}
    by_place: dict[tuple[int | None, Channel], list[Any]] = defaultdict(list)
    for trouble in progress.troubles:
        by_place[trouble.neighborhood_id if trouble.neighborhood_id in names else None, trouble.channel].append(trouble)
    told = []
    for (place, channel), troubles in by_place.items():
        tally = progress.current[place, channel]
        failed, retried = tally.failed, tally.retried
        one, many = _CHANNELS[channel]
        is_small = tally.is_small
        where = f"to {names[place]}" if place is not None else "to people who live elsewhere now"
        next_at: datetime | None = min((t.next_at for t in troubles if t.next_at), default=None)
        told.append(
            {
                "neighborhood_id": place,
                "name": names.get(place, "") if place is not None else "",
                "headline": f"{_count(failed, one, many, is_small)} {where} failed."
                if failed
                else f"{_count(retried, one, many, is_small)} {where} did not leave yet.",
                "retried": _count(retried, one, many, is_small) if failed and retried else "",
                "next_at": next_at,
                "reasons": _reasons(troubles, is_small=is_small),
                "others": max(0, len({t.reason for t in troubles}) - REASONS_SHOWN),
            }
        )
    return sorted(told, key=lambda item: (item["name"], item["headline"]))


def _count(count: int, one: str, many: str, is_small: bool) -> str:
    if is_small:
        return f"Under {SMALLEST_SHOWN_COUNT} {many}"
    return f"{count:,} {one if count == 1 else many}"


def _reasons(troubles: list[Any], *, is_small: bool) -> list[dict[str, Any]]:
    """Most frequent first; without numbers where so few people are meant."""
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    for trouble in troubles:
        counts[trouble.reason or "no reason was given", trouble.is_permanent] += trouble.count
    shown = sorted(counts.items(), key=lambda item: -item[1])[:REASONS_SHOWN]
    return [
        {"reason": reason, "is_permanent": is_permanent, "count": "" if is_small else f"{count:,}"}
        for (reason, is_permanent), count in shown
    ]
