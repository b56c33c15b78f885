"""What do the tables of the neighbors' room hold?

`talk` what neighbors write, `people` whom they mute, block and trust to lead, `care` reports, removals and appeals,
`counts` the aggregates that anybody may know. Keys between these tables cascade in the database (migration 0002),
because Django would first read rows that the wall hides.
"""

from community.models.care import Appeal, Removal, RemovalCopy, Report
from community.models.counts import Room, WeekCount
from community.models.people import Block, Lead, Mute
from community.models.talk import Comment, NeighborPost, Picture, Thanks

__all__ = [
    "Appeal",
    "Block",
    "Comment",
    "Lead",
    "Mute",
    "NeighborPost",
    "Picture",
    "Removal",
    "RemovalCopy",
    "Report",
    "Room",
    "Thanks",
    "WeekCount",
]
