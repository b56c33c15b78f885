"""Which API addresses belong to `posts`?"""

from django.urls import path

from posts.api import views

urlpatterns = [
    path("posts/", views.Posts.as_view(), name="api-posts"),
    path("posts/<int:post_id>/release/", views.Release.as_view(), name="api-release"),
    path("posts/<int:post_id>/replies/", views.Replies.as_view(), name="api-replies"),
    path("feed/", views.Feed.as_view(), name="api-feed"),
]
