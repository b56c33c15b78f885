"""Which addresses belong to `pages`?"""

from django.urls import path
from django.views.generic import TemplateView

from pages.views.front import front
from pages.views.health import health

app_name = "pages"

urlpatterns = [
    path("", front, name="front"),
    path("healthz", health, name="health"),
    path("about/", TemplateView.as_view(template_name="pages/about.html"), name="about"),
    path("privacy/", TemplateView.as_view(template_name="pages/privacy.html"), name="privacy"),
    path("rules/", TemplateView.as_view(template_name="pages/rules.html"), name="rules"),
    path("accessibility/", TemplateView.as_view(template_name="pages/accessibility.html"), name="accessibility"),
    path("open-data/", TemplateView.as_view(template_name="pages/open_data.html"), name="open_data"),
]
