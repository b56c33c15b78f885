"""What does the neighbors' room keep about one person?"""

from dataclasses import dataclass

from community.identity import speaking_as
from community.models import Appeal, Block, Comment, Lead, Mute, NeighborPost, Picture, RemovalCopy, Report, Thanks


@dataclass(frozen=True, slots=True)
class OwnRows:
    """Every row of one person, oldest first, with what its page of own data shows."""

    posts: list[NeighborPost]
    pictures: dict[int, Picture]
    comments: list[Comment]
    thanks: list[Thanks]
    mutes: list[Mute]
    blocks: list[Block]
    reports: list[Report]
    removals: list[RemovalCopy]
    appeals: dict[int, Appeal]
    leads: list[Lead]


def own_rows(person_id: int, *, with_pictures: bool) -> OwnRows:
    """Everything that is a person's own in the room. Ten queries, whatever there is.

    Args:
        with_pictures: The pictures themselves, and not only that there are some.
    """
    with speaking_as(person_id):
        posts = list(NeighborPost.objects.filter(author_id=person_id).select_related("neighborhood").order_by("pk"))
        pictures = Picture.objects.filter(pk__in=[post.pk for post in posts])
        removals = RemovalCopy.objects.filter(author_id=person_id)
        if not with_pictures:
            pictures, removals = pictures.defer("content"), removals.defer("picture")
        return OwnRows(
            posts=posts,
            pictures={picture.pk: picture for picture in pictures},
            comments=list(Comment.objects.filter(author_id=person_id).select_related("neighborhood").order_by("pk")),
            thanks=list(Thanks.objects.filter(person_id=person_id).order_by("pk")),
            mutes=list(Mute.objects.filter(person_id=person_id).select_related("muted").order_by("pk")),
            blocks=list(Block.objects.filter(person_id=person_id).select_related("blocked").order_by("pk")),
            reports=list(Report.objects.filter(reporter_id=person_id).defer("picture").order_by("pk")),
            removals=list(removals.order_by("pk")),
            appeals={appeal.pk: appeal for appeal in Appeal.objects.filter(author_id=person_id)},
            leads=list(Lead.objects.filter(person_id=person_id).select_related("neighborhood").order_by("pk")),
        )
