"""How does Django know the app `core`?"""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
