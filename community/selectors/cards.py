"""What does a page get to know of neighbor posts and comments?"""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.rules import Kind
from community.rules import AppealOutcome, RoomRule


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """A picture without its content, which a view of its own serves."""

    description: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class OwnRemoval:
    """Why the author's own post or comment is no longer shown to others.

    Attributes:
        outcome: What became of the appeal; None as long as there is none.
    """

    id: int
    rule: RoomRule
    removed_at: datetime
    outcome: AppealOutcome | None

    @property
    def rule_label(self) -> str:
        return str(self.rule.label)

    @property
    def may_appeal(self) -> bool:
        return self.outcome is None


@dataclass(frozen=True, slots=True)
class NeighborCard:
    """One neighbor post in a list, or at the top of its own page.

    Attributes:
        text: In a list no more than `EXCERPT_LENGTH` characters and a sign that there is more.
        place: Name of the neighborhood it was written in; `place_id` is its id.
    """

    id: int
    kind: str
    kind_label: str
    title: str
    text: str
    created_at: datetime
    author_id: int
    author_name: str
    place: str
    place_id: int
    is_own: bool
    is_open_to_adjoining: bool
    is_from_adjoining: bool
    comment_count: int
    thanks_count: int
    has_thanked: bool
    picture: PictureInfo | None


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment on a post's page.

    Attributes:
        removal: Set on the reader's own comment when it was removed; others do not get it at all.
    """

    id: int
    anchor: str
    author_id: int
    author_name: str
    place: str
    text: str
    created_at: datetime
    is_own: bool
    removal: OwnRemoval | None


@dataclass(frozen=True, slots=True)
class PostPage:
    """A neighbor post with everything under it.

    Attributes:
        removal: Set on the reader's own post when it was removed.
        has_earlier: There are comments from before the first of these.
    """

    card: NeighborCard
    comments: list[CommentView]
    removal: OwnRemoval | None
    has_earlier: bool


@dataclass(frozen=True, slots=True)
class OwnPost:
    """The words of somebody's own post, for sending them to police."""

    id: int
    title: str
    text: str


def resident_name(full_name: str, shows_last_name: bool) -> str:
    """A resident as others see them; the rule is the account's own."""
    return User(full_name=full_name, shows_last_name=shows_last_name, kind=Kind.RESIDENT).public_name
