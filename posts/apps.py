"""How does Django know the app `posts`?"""

from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "posts"

    def ready(self) -> None:
        from posts import receivers

        receivers.connect()
