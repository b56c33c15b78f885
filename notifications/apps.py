"""How does Django know the app `notifications`?"""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
