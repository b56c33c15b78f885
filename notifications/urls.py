"""Which addresses belong to `notifications`?"""

from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("live-ticket/", views.ticket, name="ticket"),
]
