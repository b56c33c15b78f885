"""Does the administration show what a site admin keeps, and nothing that a package brought along?"""

from django.contrib import admin

LISTED = {
    "accounts.User",
    "commands.Assignment",
    "commands.Coverage",
    "commands.PoliceCommand",
    "neighborhoods.Boundary",
    "neighborhoods.BoundaryLoad",
    "neighborhoods.Neighborhood",
}


def test_only_what_is_listed_is_in_the_administration() -> None:
    """Addresses, second factors and tokens of others are nobody's to look at, whoever is given a permission one day."""
    assert {model._meta.label for model in admin.site._registry} == LISTED
