"""Who may open the administration? Staff who signed in with their second factor and hold a permission."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite as DjangoAdminSite
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin.AdminSite"


class AdminSite(DjangoAdminSite):
    """Django's, behind the same door as the desks: allauth's sign-in, the second factor, the end of a working day."""

    site_header = "Porchlight administration"
    site_title = "Porchlight"

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        # Models cannot be imported while the apps are loading.
        from accounts.access import staff_required

        return staff_required(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from allauth.account.decorators import secure_admin_login

        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer
