"""What do the neighbors of the demo city say among themselves, and who keeps their rooms?"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from community.rules import SubjectKind
from pages.demo.stories import FOLDER, Clock

NEIGHBORS: Path = FOLDER / "neighbors.toml"


@dataclass(frozen=True, slots=True)
class ReportStory:
    """Something was handed over to whoever keeps the room.

    Attributes:
        removed_by: Whoever removed it, or empty while it waits.
        appeal: The author's words, or empty.
    """

    subject_kind: SubjectKind
    by: str
    rule: str
    note: str
    at: datetime
    removed_by: str
    appeal: str


@dataclass(frozen=True, slots=True)
class CommentStory:
    by: str
    text: str
    at: datetime
    report: ReportStory | None


@dataclass(frozen=True, slots=True)
class NeighborStory:
    """What a neighbor wrote, and what came of it.

    Attributes:
        by: Key of a person, or "someone 2", as the file explains.
        picture: Name of a drawing (`pages.demo.drawings`), or empty.
        thanks: How many neighbors without a sign-in thanked.
        muted_by: Whoever does not want to read the author any more.
    """

    place: str
    by: str
    kind: str
    title: str
    text: str
    at: datetime
    is_open_to_adjoining: bool
    picture: str
    description: str
    thanks: int
    muted_by: tuple[str, ...]
    comments: tuple[CommentStory, ...]
    report: ReportStory | None


@dataclass(frozen=True, slots=True)
class LeadStory:
    """Somebody offered to keep a room; the moderator named them, or has not yet."""

    place: str
    by: str
    at: datetime
    is_named: bool


def read_room(clock: Clock) -> tuple[list[NeighborStory], list[LeadStory]]:
    """Every neighbor post and every offer, in the order of the file."""
    entries = tomllib.loads(NEIGHBORS.read_text(encoding="utf-8"))
    posts = [_post(entry, clock) for entry in entries["post"]]
    leads = [
        LeadStory(entry["in"], entry["by"], clock.moment(entry), entry.get("is_named", False))
        for entry in entries["lead"]
    ]
    return posts, leads


def _post(entry: dict[str, Any], clock: Clock) -> NeighborStory:
    at = clock.moment(entry)
    return NeighborStory(
        place=entry["in"],
        by=entry["by"],
        kind=entry["kind"],
        title=entry["title"],
        text=entry["text"].strip(),
        at=at,
        is_open_to_adjoining=entry.get("open_to_adjoining", False),
        picture=entry.get("picture", ""),
        description=entry.get("description", ""),
        thanks=entry["thanks"],
        muted_by=tuple(entry.get("muted_by", ())),
        comments=tuple(
            CommentStory(
                comment["by"],
                comment["text"],
                clock.after(at, comment["after_minutes"]),
                _report(comment.get("report"), SubjectKind.COMMENT, at, clock),
            )
            for comment in entry.get("comments", ())
        ),
        report=_report(entry.get("report"), SubjectKind.POST, at, clock),
    )


def _report(
    entry: dict[str, Any] | None, subject_kind: SubjectKind, written_at: datetime, clock: Clock
) -> ReportStory | None:
    if entry is None:
        return None
    return ReportStory(
        subject_kind=subject_kind,
        by=entry["by"],
        rule=entry["rule"],
        note=entry["note"],
        at=clock.after(written_at, entry["after_minutes"]),
        removed_by=entry.get("removed_by", ""),
        appeal=entry.get("appeal", ""),
    )
