"""What does the page of a sent post say about its way: in words, as a bar, in tables and on a map?"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as format_date

from core.counts import HIDDEN_TEXT, PeopleTotal, people_count
from notifications.rules import Act, Channel
from posts.models import Delivery, PostVersion
from posts.rules import PostStatus
from posts.selectors.progress import PostProgress, Tally, shown_total
from posts.views.ledger import bar_parts
from posts.views.preview import area_map
from posts.views.troubles import troubles_in_words

NOTHING = Tally()
# Workers look every few seconds, and a dead one's rows are free again after one minute.
STUCK_AFTER = timedelta(minutes=2)


def ledger(progress: PostProgress) -> dict[str, Any]:
    """What `components/ledger.html` shows. One query for the map once it is cached."""
    rows = [_row(progress, delivery) for delivery in progress.deliveries]
    return {
        "is_open": progress.is_open,
        "headline": _headline(progress),
        "so_far": _so_far(progress),
        "parts": _bar(progress),
        "figures": _figures(progress),
        "rows": rows,
        "elsewhere": _elsewhere(progress),
        "has_failed": any(row["state"] == "failed" for row in rows),
        "has_stopped": any(row["state"] == "stopped" for row in rows),
        "versions": _versions(progress),
        "troubles": troubles_in_words(progress),
        "moments": _moments(progress),
        "map": _map(rows),
    }


def in_words(passed: timedelta) -> str:
    """ "22 s", "3 min 12 s", "2 h 5 min"."""
    seconds = max(0, int(passed.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600:,} h {seconds % 3600 // 60} min"


def left_and_not(progress: PostProgress) -> str:
    """ "1,114 notices had left, 635 did not"; empty when none were written."""
    if not progress.count(lambda tally: tally.total):
        return ""
    left = progress.total(lambda tally: tally.sent + tally.going)
    kept_back = progress.total(lambda tally: tally.waiting + tally.superseded)
    return f"{_notices(left)} had left, {kept_back} did not"


def _notices(total: PeopleTotal) -> str:
    return f"{total} {'notice' if total.is_exact and total.at_least == 1 else 'notices'}"


def _headline(progress: PostProgress) -> str:
    count = len(progress.deliveries)
    feeds = "the feed" if count == 1 else f"all {count:,} feeds"
    if progress.post.status == PostStatus.WITHDRAWN:
        begin = f"Taken back in {feeds}."
    elif progress.post.stopped_at:
        counts = left_and_not(progress)
        return f"Stopped. {counts}." if counts else "Stopped. No notices had left."
    else:
        begin = f"In {feeds}."
    if not progress.is_handed_over:
        return f"{begin} Open pages are being told."
    if progress.is_open:
        return f"{begin} Notices are going out."
    if failed := progress.count(lambda tally: tally.failed):
        return f"{begin} Notices are out; {_some(progress.total(lambda tally: tally.failed), failed)} failed."
    if progress.count(lambda tally: tally.total):
        return f"{begin} All notices are out."
    if progress.at - _began_at(progress, progress.post.version) > timedelta(days=settings.NOTICES_KEPT_DAYS):
        return f"{begin} How many were told is counted for {settings.NOTICES_KEPT_DAYS} days and no longer kept."
    return f"{begin} Open pages have been told."


def _some(total: PeopleTotal, count: int) -> str:
    return str(total) if count else "none"


def _began_at(progress: PostProgress, version: int) -> datetime:
    """When a version went out; of the first that is when it was released, not when it was frozen."""
    found = next(item for item in progress.versions if item.number == version)
    if found.act == Act.NEWS:
        assert progress.post.published_at is not None
        return progress.post.published_at
    return found.frozen_at


def _so_far(progress: PostProgress) -> str:
    began = _began_at(progress, progress.post.version)
    if progress.post.stopped_at:
        return f"Stopped after {in_words(progress.post.stopped_at - began)}"
    if progress.is_open:
        return f"{in_words(progress.at - began)} so far"
    ends = [delivery.done_at for delivery in progress.deliveries if delivery.done_at]
    moments = progress.moments.get(progress.post.version)
    if moments and moments.all:
        ends.append(moments.all)
    return f"All out in {in_words(max(ends) - began)}" if ends else ""


def _bar(progress: PostProgress) -> list[dict[str, Any]]:
    total = progress.count(lambda tally: tally.total)
    if not total:
        done = sum(delivery.done_at is not None and not delivery.is_stopped for delivery in progress.deliveries)
        going = sum(delivery.done_at is None and delivery.lease_until is not None for delivery in progress.deliveries)
        count = len(progress.deliveries)
        return bar_parts([("done", 100 * done // count), ("going", 100 * going // count)])
    parts: list[tuple[str, Callable[[Tally], int]]] = [
        ("done", lambda tally: tally.sent),
        ("failed", lambda tally: tally.failed),
        ("going", lambda tally: tally.going),
    ]
    return bar_parts([(kind, 100 * progress.count(part) // total) for kind, part in parts])


def _figures(progress: PostProgress) -> list[dict[str, Any]]:
    done = sum(delivery.done_at is not None and not delivery.is_stopped for delivery in progress.deliveries)
    count = len(progress.deliveries)
    figures: list[dict[str, Any]] = [
        {"number": f"{done:,} of {count:,}", "note": f"{'feed' if count == 1 else 'feeds'} done: open pages show it"},
        {
            "number": str(progress.total(lambda tally: tally.sent)),
            "note": f"of {_notices(progress.total(lambda tally: tally.total))} sent",
        },
    ]
    if progress.digests:
        will, got = (
            _sum_of_people([getattr(digest, name) for digest in progress.digests.values()])
            for name in ("will_get_it", "got_it")
        )
        figures.append({"number": str(will), "note": "will read it in a digest"})
        if any(digest.got_it for digest in progress.digests.values()):
            figures.append({"number": str(got), "note": "got it in a digest"})
    if progress.count(lambda tally: tally.failed):
        figures.append(
            {
                "number": str(progress.total(lambda tally: tally.failed)),
                "note": "failed,",
                "link": "#troubles",
                "link_label": "see why",
                "is_stop": True,
            }
        )
    return figures


def _sum_of_people(counts: Sequence[int]) -> PeopleTotal:
    shown = [people_count(count) for count in counts]
    return PeopleTotal(sum(count.at_least for count in shown), sum(count.is_hidden for count in shown))


def _row(progress: PostProgress, delivery: Delivery) -> dict[str, Any]:
    place = delivery.neighborhood_id
    tallies = [progress.current.get((place, channel), NOTHING) for channel in Channel]
    state, label = _state(delivery, tallies)
    digest = progress.digests.get(place)
    in_digest = digest.will_get_it + digest.got_it if digest else 0
    return {
        "neighborhood_id": place,
        "name": delivery.neighborhood.name,
        "state": state,
        "state_label": label,
        "push": _cell(progress, place, Channel.PUSH),
        "email": _cell(progress, place, Channel.EMAIL),
        "digest": str(people_count(in_digest)) if digest else "none",
        "is_stuck": delivery.done_at is None and progress.at - _began_at(progress, delivery.version) > STUCK_AFTER,
    }


def _state(delivery: Delivery, tallies: Sequence[Tally]) -> tuple[str, str]:
    failed = sum(tally.failed for tally in tallies)
    if delivery.is_stopped or any(tally.superseded for tally in tallies):
        return "stopped", "Stopped"
    if delivery.done_at is None:
        return ("going", "On the way") if delivery.lease_until is not None else ("waiting", "Waiting")
    if any(tally.open for tally in tallies) or delivery.notices_at is None:
        return "going", "Going out"
    if failed:
        total = shown_total(tallies, lambda tally: tally.failed)
        return "failed", f"Done, {total if total.is_exact else 'some'} failed"
    return "done", "Done"


def _cell(progress: PostProgress, place: int | None, channel: Channel) -> str:
    tally = progress.current.get((place, channel), NOTHING)
    if not tally.total:
        return "none"
    return HIDDEN_TEXT if tally.is_small else f"{tally.sent:,} of {tally.total:,}"


def _elsewhere(progress: PostProgress) -> dict[str, str] | None:
    if not any(place is None for place, _ in progress.current):
        return None
    return {"push": _cell(progress, None, Channel.PUSH), "email": _cell(progress, None, Channel.EMAIL)}


def _versions(progress: PostProgress) -> list[dict[str, Any]]:
    """A line for each version that went out, the newest first."""
    lines = []
    for version in reversed(progress.versions):
        began, moments = _began_at(progress, version.number), progress.moments.get(version.number)
        by_then = [moments.half, moments.most, moments.all] if moments else [None, None, None]
        number = version.number
        lines.append(
            {
                "number": number,
                "what": _ACTS[version.act],
                "at": began,
                "what_was_wrong": version.what_was_wrong,
                "sent": progress.total(lambda tally: tally.sent, version=number),
                "total": progress.total(lambda tally: tally.total, version=number),
                "failed": progress.total(lambda tally: tally.failed, version=number),
                "superseded": progress.total(lambda tally: tally.superseded, version=number),
                "took": [in_words(moment - began) if moment else "not yet" for moment in by_then] if moments else [],
            }
        )
    return lines


_ACTS: dict[str, str] = {Act.NEWS: "Published", Act.CORRECTION: "Corrected", Act.WITHDRAWAL: "Taken back"}


def _moments(progress: PostProgress) -> list[dict[str, Any]]:
    """What happened when, in order."""
    post = progress.post
    moments: list[tuple[datetime, str]] = []
    for version in progress.versions:
        began = _began_at(progress, version.number)
        moments.append((began, _said_of(version, len(progress.deliveries))))
        found = progress.moments.get(version.number)
        if found and found.first:
            moments.append((found.first, f"First notice of version {version.number} left."))
        if (
            version.number < post.version
            and found
            and found.closed
            and found.closed < _next_at(progress, version.number)
        ):
            moments.append((found.closed, f"What had not left of version {version.number} was stopped."))
        if found and found.all:
            moments.append((found.all, f"Last notice of version {version.number} had left or failed."))
    handed_over = [d.done_at for d in progress.deliveries if d.done_at and not d.is_stopped]
    if handed_over and progress.is_handed_over and not any(d.is_stopped for d in progress.deliveries):
        moments.append((max(handed_over), f"Open pages in every neighborhood had version {post.version}."))
    if post.stopped_at and post.stopped_by:
        moments.append((post.stopped_at, f"Stopped by {post.stopped_by.public_name}."))
    moments.sort(key=lambda moment: moment[0])
    days = {timezone.localdate(at) for at, _ in moments}
    form = "g:i:s a" if len(days) == 1 else "N j, g:i:s a"
    return [{"at": at, "clock": format_date(timezone.localtime(at), form), "words": words} for at, words in moments]


def _next_at(progress: PostProgress, version: int) -> datetime:
    """When the version after this one was frozen; now, where there is none."""
    return next((item.frozen_at for item in progress.versions if item.number == version + 1), progress.at)


def _said_of(version: PostVersion, feeds: int) -> str:
    by = version.written_by.public_name
    if version.act == Act.CORRECTION:
        return f"Corrected by {by}: {version.what_was_wrong}"
    if version.act == Act.WITHDRAWAL:
        return f"Taken back by {by}: {version.what_was_wrong}"
    return f"Published. In {feeds:,} {'feed' if feeds == 1 else 'feeds'} at once; open pages show it live."


def _map(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The table's twin, painted by how far each neighborhood is."""
    done = sum(row["state"] == "done" for row in rows)
    return area_map(
        [row["neighborhood_id"] for row in rows],
        classes={row["neighborhood_id"]: f"pl-area--{row['state']}" for row in rows},
        words={row["neighborhood_id"]: row["state_label"].lower() for row in rows},
        sentence=f"{done} of {len(rows)} neighborhoods on the map are done. The table says the same.",
    )
