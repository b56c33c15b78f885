"""Which address leads to which app?"""

from allauth.account.views import password_set
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from accounts.access import asked_again
from accounts.codes import ConfirmEmail
from accounts.views import sign_out
from config.api import ApiDocs

urlpatterns = [
    path("", include("pages.urls")),
    path("", include("metrics.urls")),
    path("", include("posts.urls")),
    path("", include("community.urls")),
    path("", include("notifications.urls")),
    path("", include("commands.urls")),
    path("", include("neighborhoods.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/confirm-email/", ConfirmEmail.as_view(), name="account_email_verification_sent"),
    path("accounts/logout/", sign_out, name="account_logout"),
    path("accounts/password/set/", asked_again(password_set), name="account_set_password"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("posts.api.urls")),
    path("api/v1/", include("commands.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", ApiDocs.as_view(url_name="api-schema"), name="api-docs"),
    path("admin/", admin.site.urls),
]

handler400 = "pages.views.errors.bad_request"
handler403 = "pages.views.errors.permission_denied"
handler404 = "pages.views.errors.page_not_found"
handler500 = "pages.views.errors.server_error"
