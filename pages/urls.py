"""Which addresses belong to `pages`?"""

from django.conf import settings
from django.urls import path
from django.views.generic import TemplateView

from accounts.rules import TERMS_VERSION
from community.rules import RoomRule
from pages.views.audit import audit, audit_csv
from pages.views.demo_mail import demo_mail
from pages.views.front import front
from pages.views.health import health
from posts.rules import HIDING_RULES, HidingReason

app_name = "pages"

urlpatterns = [
    path("", front, name="front"),
    path("healthz", health, name="health"),
    path("audit/", audit, name="audit"),
    path("audit/trail.csv", audit_csv, name="audit_csv"),
    path("about/", TemplateView.as_view(template_name="pages/about.html"), name="about"),
    path("privacy/", TemplateView.as_view(template_name="pages/privacy.html"), name="privacy"),
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
    urlpatterns.append(path("demo/mail/", demo_mail, name="demo_mail"))
