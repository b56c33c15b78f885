"""How does Django know the app `posts`?"""

from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "posts"
