"""Which addresses belong to `notifications`?"""

from django.urls import path

from notifications.views import hearing, mail_events, tickets, unsubscribing

app_name = "notifications"

urlpatterns = [
    path("live-ticket/", tickets.ticket, name="ticket"),
    path("accounts/hearing/", hearing.hearing, name="hearing"),
    path("accounts/hearing/try-again/", hearing.try_address_again, name="try_address_again"),
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("mail/events/<slug:provider>/", mail_events.mail_events, name="mail_events"),
]
