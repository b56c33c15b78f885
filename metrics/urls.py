"""Which addresses belong to `metrics`?"""

from django.urls import path

from metrics import views

app_name = "metrics"

urlpatterns = [
    path("metrics/", views.reach, name="reach"),
    path("metrics/reach.csv", views.reach_csv, name="reach_csv"),
]
