"""How does Django know the app `benchmarks`?"""

from django.apps import AppConfig


class BenchmarksConfig(AppConfig):
    name = "benchmarks"
