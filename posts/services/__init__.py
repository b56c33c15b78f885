"""Every change to posts, replies and conversations: one atomic function per thing a person or worker does.

`publishing` freezes a text and its audience and puts it into every feed, `corrections` puts the next version there,
takes a post back or stops it, `fan_out` hands the live events over, `replies` and `conversations` take what comes back,
`hidings` takes a reply off the page and looks at it again.
"""

from posts.services.conversations import AnsweredMeanwhile, answer_conversation, continue_conversation, write_to_command
from posts.services.corrections import (
    CannotCorrect,
    ChangedMeanwhile,
    correct_post,
    retry_neighborhood,
    stop_post,
    withdraw_post,
)
from posts.services.digests import schedule_digests
from posts.services.fan_out import fan_out_post, sweep
from posts.services.hidings import (
    CannotAppeal,
    CannotDecide,
    CannotHide,
    appeal_hiding,
    decide_appeal,
    drop_appeals,
    hide_reply,
)
from posts.services.publishing import CannotPublish, Draft, release_post, return_post, submit_post
from posts.services.replies import CannotReply, answer_post, reply_as_resident, switch_replies

__all__ = [
    "AnsweredMeanwhile",
    "CannotAppeal",
    "CannotCorrect",
    "CannotDecide",
    "CannotHide",
    "CannotPublish",
    "CannotReply",
    "ChangedMeanwhile",
    "Draft",
    "answer_conversation",
    "answer_post",
    "appeal_hiding",
    "continue_conversation",
    "correct_post",
    "decide_appeal",
    "drop_appeals",
    "fan_out_post",
    "hide_reply",
    "release_post",
    "reply_as_resident",
    "retry_neighborhood",
    "return_post",
    "schedule_digests",
    "stop_post",
    "submit_post",
    "sweep",
    "switch_replies",
    "withdraw_post",
    "write_to_command",
]
