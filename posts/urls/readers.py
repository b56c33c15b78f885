"""Which addresses do residents and visitors open?"""

from django.urls import path

from posts.views import appeals, conversations, feed, hidings, own_replies, places, public, replies, to_police, why

urlpatterns = [
    path("feed/", feed.feed, name="feed"),
    path("feed/newer/", feed.newer, name="feed_newer"),
    path("posts/", public.latest, name="latest"),
    path("posts/<int:post_id>/", public.post, name="post"),
    path("posts/<int:post_id>/reply/", replies.reply, name="reply"),
    path("posts/<int:post_id>/why/", why.why, name="why"),
    path("replies/", own_replies.replies, name="replies"),
    path("replies/<int:reply_id>/appeal/", own_replies.appeal, name="appeal"),
    path("replies/<int:reply_id>/hide/", hidings.hide_reply, name="hide_reply"),
    path("neighbors/<int:post_id>/to-police/", to_police.to_police, name="to_police"),
    path("appeals/", appeals.appeals, name="appeals"),
    path("appeals/<int:hiding_id>/", appeals.decide_appeal, name="decide_appeal"),
    path("neighborhoods/", places.neighborhoods, name="neighborhoods"),
    path("neighborhoods/<slug:slug>/", places.neighborhood, name="neighborhood"),
    path("commands/<slug:slug>/", places.command, name="command"),
    path("commands/<slug:slug>/write/", conversations.write_to_command, name="write_to_command"),
    path("conversations/", conversations.conversations, name="conversations"),
    path("conversations/<int:conversation_id>/", conversations.conversation, name="conversation"),
]
