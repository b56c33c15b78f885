"""Which API addresses lead to places and the commands that serve them?"""

from django.urls import path

from commands.api import views

urlpatterns = [
    path("neighborhoods/", views.Neighborhoods.as_view(), name="api-neighborhoods"),
    path("locate/", views.Locate.as_view(), name="api-locate"),
]
