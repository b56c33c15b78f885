"""How does Django know the app `neighborhoods`?"""

from django.apps import AppConfig


class NeighborhoodsConfig(AppConfig):
    name = "neighborhoods"

    def ready(self) -> None:
        from neighborhoods import receivers

        receivers.connect()
