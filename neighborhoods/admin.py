"""What may civic staff see and do about places and homes in the administration?"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError
from neighborhoods.models import Boundary, BoundaryLoad, Neighborhood, Residency
from neighborhoods.rules import HowVerified
from neighborhoods.selectors import residencies_to_verify
from neighborhoods.services import verify_residency


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
    list_display = ("name", "slug", "claimed_count", "verified_count")
    search_fields = ("name",)


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


@admin.register(Residency)
class ResidencyAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Homes waiting to be confirmed in person, and nothing else: verifiers need no list of who lives where."""

    list_display = ("person_name", "neighborhood", "claimed_at")
    list_display_links = None
    search_fields = ("person__full_name",)
    actions = ("confirm_in_person",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Residency]:
        return residencies_to_verify()

    @admin.display(description="Name", ordering="person__full_name")
    def person_name(self, residency: Residency) -> str:
        return residency.person.full_name

    def has_verify_residency_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("neighborhoods.verify_residency")

    @admin.action(description="Confirm in person", permissions=["verify_residency"])
    def confirm_in_person(self, request: HttpRequest, residencies: QuerySet[Residency]) -> None:
        assert isinstance(request.user, User)
        confirmed = 0
        for residency in residencies:
            try:
                verify_residency(
                    residency_id=residency.pk, how=HowVerified.IN_PERSON, by=request.user, at=timezone.now()
                )
            except DomainError as error:
                self.message_user(request, f"{residency.person.full_name}: {error}", messages.ERROR)
            else:
                confirmed += 1
        if confirmed:
            self.message_user(request, f"Confirmed: {confirmed}.", messages.SUCCESS)
