"""Which addresses belong to `neighborhoods`?"""

from django.urls import URLPattern

app_name = "neighborhoods"

urlpatterns: list[URLPattern] = []
