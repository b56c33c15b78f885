"""Which addresses does a command's desk have?"""

from django.urls import path

from posts.views import compose, corrections, desk, inbox, review, sent

urlpatterns = [
    path("headquarters/", desk.headquarters, name="headquarters"),
    path("commands/<slug:slug>/desk/", desk.desk, name="desk"),
    path("commands/<slug:slug>/desk/compose/", compose.compose, name="compose"),
    path("commands/<slug:slug>/desk/review/", desk.pending, name="pending"),
    path("commands/<slug:slug>/desk/review/<int:post_id>/", review.review, name="review"),
    path("commands/<slug:slug>/desk/posts/", sent.sent_list, name="sent_list"),
    path("commands/<slug:slug>/desk/posts/<int:post_id>/", sent.sent, name="sent"),
    path("commands/<slug:slug>/desk/posts/<int:post_id>/replies/", sent.switch_replies, name="switch_replies"),
    path("commands/<slug:slug>/desk/posts/<int:post_id>/progress/", sent.progress, name="progress"),
    path("commands/<slug:slug>/desk/posts/<int:post_id>/correct/", corrections.correct, name="correct"),
    path("commands/<slug:slug>/desk/posts/<int:post_id>/withdraw/", corrections.withdraw, name="withdraw"),
    path("commands/<slug:slug>/desk/posts/<int:post_id>/stop/", corrections.stop, name="stop"),
    path("commands/<slug:slug>/desk/posts/<int:post_id>/retry/<int:neighborhood_id>/", corrections.retry, name="retry"),
    path("commands/<slug:slug>/desk/inbox/", inbox.inbox, name="inbox"),
    path(
        "commands/<slug:slug>/desk/inbox/<int:conversation_id>/", inbox.answer_conversation, name="answer_conversation"
    ),
]
