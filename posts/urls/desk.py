"""Which addresses does a command's desk have?"""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
