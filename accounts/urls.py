"""Which addresses belong to `accounts`? Signing up, in and out are allauth's."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-out-elsewhere/", views.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("name/", views.name, name="name"),
    path("data/", views.data, name="data"),
    path("data.json", views.data_json, name="data_json"),
    path("leave/", views.leave, name="leave"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<str:token_key>/revoke/", views.revoke_token, name="revoke_token"),
]
