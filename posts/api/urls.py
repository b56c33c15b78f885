"""Which API addresses belong to `posts`?"""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
