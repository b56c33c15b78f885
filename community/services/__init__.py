"""Every change in the neighbors' room; each function opens the wall itself, for the person who acts.

`talk` writes and deletes, `people` mutes, blocks and names leads, `care` reports, removes and looks again.
"""

from community.services.talk import (
    CannotWrite,
    comment,
    delete_comment,
    delete_post,
    take_thanks_back,
    thank,
    write_post,
)

__all__ = [
    "CannotWrite",
    "comment",
    "delete_comment",
    "delete_post",
    "take_thanks_back",
    "thank",
    "write_post",
]
