"""Every change in the neighbors' room; each function opens the wall itself, for the person who acts.

`talk` writes and deletes, `people` mutes, blocks and names leads, `care` reports, removes and looks again, `leaving`
lets go of what is a person's own and of what is too old, `mails` tells people that there is something to read.
"""

from community.services.care import (
    CannotAppeal,
    CannotDecide,
    CannotReport,
    appeal,
    decide_appeal,
    keep,
    remove,
    report,
)
from community.services.leaving import forget_person, purge_old
from community.services.mails import tell_keepers
from community.services.people import (
    CannotKeepAway,
    CannotLead,
    block,
    end_lead,
    mute,
    name_lead,
    offer_to_lead,
    step_down,
    unblock,
    unmute,
    withdraw_offer,
)
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
    "CannotAppeal",
    "CannotDecide",
    "CannotKeepAway",
    "CannotLead",
    "CannotReport",
    "CannotWrite",
    "appeal",
    "block",
    "comment",
    "decide_appeal",
    "delete_comment",
    "delete_post",
    "end_lead",
    "forget_person",
    "keep",
    "mute",
    "name_lead",
    "offer_to_lead",
    "purge_old",
    "remove",
    "report",
    "step_down",
    "take_thanks_back",
    "tell_keepers",
    "thank",
    "unblock",
    "unmute",
    "withdraw_offer",
    "write_post",
]
