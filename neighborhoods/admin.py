"""What may civic staff see and do about places in the administration?"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.counts import people_count
from neighborhoods.models import Boundary, BoundaryLoad, Neighborhood


class LookOnly:
    """Shown, never changed by hand: files and people change these rows through services."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False


@admin.register(Neighborhood)
class NeighborhoodAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Small counts are hidden here as everywhere, and nothing is sorted or sifted by them."""

    list_display = ("name", "slug", "claimed", "verified")
    fields = ("name", "slug", "key", "claimed", "verified")
    search_fields = ("name",)

    @admin.display
    def claimed(self, obj: Neighborhood) -> str:
        return str(people_count(obj.claimed_count))

    @admin.display
    def verified(self, obj: Neighborhood) -> str:
        return str(people_count(obj.verified_count))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return "_count" not in lookup and super().lookup_allowed(lookup, value, request)


@admin.register(BoundaryLoad)
class BoundaryLoadAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("file_name", "loaded_at", "sha256")


@admin.register(Boundary)
class BoundaryAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("neighborhood", "area_m2", "started_at", "ended_at", "load")
    list_filter = (("ended_at", admin.EmptyFieldListFilter),)
    list_select_related = ("neighborhood", "load")
    search_fields = ("neighborhood__name",)
    # No map: Django's would load one from an outside host.
    exclude = ("boundary", "center")
