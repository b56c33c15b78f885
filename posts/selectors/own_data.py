"""What has one person said here, all of it?"""

from django.db.models import Prefetch

from accounts.models import User
from posts.models import PrivateMessage, Reply, ReplyHiding


def all_own_replies(person: User) -> list[Reply]:
    """A person's public replies, oldest first, with post, neighborhood and every hiding. Two queries."""
    hidings = Prefetch("hidings", ReplyHiding.objects.select_related("command").order_by("pk"))
    replies = Reply.objects.filter(author=person).select_related("post", "neighborhood")
    return list(replies.prefetch_related(hidings).order_by("pk"))


def all_own_messages(person: User) -> list[PrivateMessage]:
    """Both sides of a resident's conversations, oldest first, with command and post. One query."""
    messages = PrivateMessage.objects.filter(conversation__resident=person)
    return list(messages.select_related("conversation__command", "conversation__about_post").order_by("pk"))
