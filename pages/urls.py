"""Which addresses belong to `pages`?"""

from django.conf import settings
from django.urls import path
from django.views.generic import TemplateView

from accounts.rules import TERMS_VERSION
from community.rules import RoomRule
from pages.views.audit import audit, audit_csv
from pages.views.demo_mail import demo_mail, demo_mail_html
from pages.views.front import front
from pages.views.health import health
from pages.views.holds import holds, lift_hold
from pages.views.mail_preview import mail_sample, mail_sample_html, mail_samples
from pages.views.operations import operations
from pages.views.record import record
from posts.rules import HIDING_RULES, HidingReason

app_name = "pages"

urlpatterns = [
    path("", front, name="front"),
    path("healthz", health, name="health"),
    path("operations/", operations, name="operations"),
    path("audit/", audit, name="audit"),
    path("audit/trail.csv", audit_csv, name="audit_csv"),
    path("records/", record, name="record"),
    path("legal-holds/", holds, name="holds"),
    path("legal-holds/<int:hold_id>/lift/", lift_hold, name="lift_hold"),
    path("mails/", mail_samples, name="mail_samples"),
    path("mails/<slug:name>/", mail_sample, name="mail_sample"),
    path("mails/<slug:name>/html/", mail_sample_html, name="mail_sample_html"),
    path("about/", TemplateView.as_view(template_name="pages/about.html"), name="about"),
    path(
        "privacy/",
        TemplateView.as_view(
            template_name="pages/privacy.html", extra_context={"notices_kept_days": settings.NOTICES_KEPT_DAYS}
        ),
        name="privacy",
    ),
    path(
        "terms/",
        TemplateView.as_view(template_name="pages/terms.html", extra_context={"version": TERMS_VERSION}),
        name="terms",
    ),
    path(
        "rules/",
        TemplateView.as_view(
            template_name="pages/rules.html",
            extra_context={
                "hiding_rules": [(reason.label, HIDING_RULES[reason]) for reason in HidingReason],
                "room_rules": RoomRule.choices,
            },
        ),
        name="rules",
    ),
    path("accessibility/", TemplateView.as_view(template_name="pages/accessibility.html"), name="accessibility"),
    path("open-data/", TemplateView.as_view(template_name="pages/open_data.html"), name="open_data"),
]

if settings.DEMO:
    urlpatterns += [
        path("demo/mail/", demo_mail, name="demo_mail"),
        path("demo/mail/<int:mail_id>/html/", demo_mail_html, name="demo_mail_html"),
    ]
