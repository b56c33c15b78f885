"""How does Django know the app `metrics`?"""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "metrics"
