"""How does Django know the app `notifications`?"""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import own_data, own_devices, receivers

        receivers.connect()
        own_data.connect()
        own_devices.connect()
