"""Which addresses belong to `notifications`?"""

from django.urls import path

from notifications.views import tickets

app_name = "notifications"

urlpatterns = [
    path("live-ticket/", tickets.ticket, name="ticket"),
]
