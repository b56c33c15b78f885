"""Which addresses do residents and visitors open?"""

from django.urls import path

from posts.views import conversations, feed, places, public, replies

urlpatterns = [
    path("feed/", feed.feed, name="feed"),
    path("feed/newer/", feed.newer, name="feed_newer"),
    path("posts/", public.latest, name="latest"),
    path("posts/<int:post_id>/", public.post, name="post"),
    path("posts/<int:post_id>/reply/", replies.reply, name="reply"),
    path("neighborhoods/", places.neighborhoods, name="neighborhoods"),
    path("neighborhoods/<slug:slug>/", places.neighborhood, name="neighborhood"),
    path("commands/<slug:slug>/", places.command, name="command"),
    path("commands/<slug:slug>/write/", conversations.write_to_command, name="write_to_command"),
    path("conversations/", conversations.conversations, name="conversations"),
    path("conversations/<int:conversation_id>/", conversations.conversation, name="conversation"),
]
