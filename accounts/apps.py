"""How does Django know the app `accounts`?"""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import receivers

        receivers.connect()
