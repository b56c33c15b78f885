"""Every change to posts, replies and conversations: one atomic function per thing a person or worker does.

`publishing` freezes a text and its audience and puts it into every feed, `fan_out` hands the live events over,
`replies` and `conversations` take what comes back.
"""

from posts.services.conversations import AnsweredMeanwhile, answer_conversation, continue_conversation, write_to_command
from posts.services.fan_out import fan_out_post, sweep
from posts.services.publishing import CannotPublish, Draft, release_post, return_post, submit_post
from posts.services.replies import CannotReply, answer_post, reply_as_resident

__all__ = [
    "AnsweredMeanwhile",
    "CannotPublish",
    "CannotReply",
    "Draft",
    "answer_conversation",
    "answer_post",
    "continue_conversation",
    "fan_out_post",
    "release_post",
    "reply_as_resident",
    "return_post",
    "submit_post",
    "sweep",
    "write_to_command",
]
