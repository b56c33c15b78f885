"""Which addresses belong to `notifications`?"""

from django.urls import path

from notifications.views import hearing, mail_events, push, tickets, unsubscribing

app_name = "notifications"

urlpatterns = [
    path("live-ticket/", tickets.ticket, name="ticket"),
    path("push/key/", push.key, name="push_key"),
    path("push/subscriptions/", push.subscribe, name="push_subscribe"),
    path("push/subscriptions/<int:subscription_id>/delete/", push.unsubscribe, name="push_unsubscribe"),
    path("push/test/", push.test, name="push_test"),
    path("service-worker.js", push.service_worker, name="service_worker"),
    path("manifest.webmanifest", push.manifest, name="manifest"),
    path("accounts/hearing/", hearing.hearing, name="hearing"),
    path("accounts/hearing/try-again/", hearing.try_address_again, name="try_address_again"),
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("mail/events/<slug:provider>/", mail_events.mail_events, name="mail_events"),
]
