"""How does Django know the app `pages`?"""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"
