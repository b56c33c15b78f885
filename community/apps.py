"""How does Django find the neighbors' room?"""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"

    def ready(self) -> None:
        from community import receivers

        receivers.connect()
