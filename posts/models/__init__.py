"""What is kept about posts, where they went, and what came back?

`posts` holds what the police say, `feeds` where it went, `replies` what is answered in public, and `conversations` what
is said in private.
"""

from posts.models.conversations import Conversation, PrivateMessage
from posts.models.feeds import Delivery, Feed
from posts.models.posts import AudienceNeighborhood, Post, PostVersion
from posts.models.replies import Reply, ReplyHiding

__all__ = [
    "AudienceNeighborhood",
    "Conversation",
    "Delivery",
    "Feed",
    "Post",
    "PostVersion",
    "PrivateMessage",
    "Reply",
    "ReplyHiding",
]
