"""Which API addresses belong to `neighborhoods`?"""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
