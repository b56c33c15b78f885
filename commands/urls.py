"""Which addresses belong to `commands`?"""

from django.urls import path

from commands.views.find import find
from commands.views.residency import residency

app_name = "commands"

urlpatterns = [
    path("find/", find, name="find"),
    path("residency/", residency, name="residency"),
]
