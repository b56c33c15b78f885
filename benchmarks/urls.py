"""Which addresses does a measured installation have? Its own, and the empty page that its feed is compared with."""

from django.urls import include, path

from benchmarks.empty import empty

urlpatterns = [
    path("empty/", empty),
    path("", include("config.urls")),
]
