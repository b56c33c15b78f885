"""How does a site admin keep commands and what they cover, and see who works for them?"""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from commands import services
from commands.models import Assignment, Coverage, PoliceCommand
from commands.rules import CommandKind
from commands.selectors import covered_neighborhoods
from neighborhoods.selectors import current_neighborhoods


@admin.register(PoliceCommand)
class PoliceCommandAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A command is never deleted: its posts stay under its name."""

    list_display = ("name", "kind", "letter", "second_person")
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "slug", "letter", "kind", "about", "phone", "second_person")

    def get_readonly_fields(self, request: HttpRequest, obj: PoliceCommand | None = None) -> tuple[str, ...]:
        # Links and later loads find a command by its slug.
        return ("slug", "kind") if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: PoliceCommand | None = None) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = [choice for choice in CommandKind.choices if choice[0] != CommandKind.HEADQUARTERS]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: PoliceCommand, form: Any, change: bool) -> None:
        obj.changed_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: PoliceCommand | None = None) -> bool:
        return False


class CoverageForm(forms.ModelForm):  # type: ignore[type-arg]
    """One command begins to serve one neighborhood."""

    class Meta:
        model = Coverage
        fields = ("command", "neighborhood")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "neighborhood" in self.fields:
            self.fields["neighborhood"].queryset = current_neighborhoods()  # type: ignore[attr-defined]
            self.fields["command"].queryset = PoliceCommand.objects.exclude(  # type: ignore[attr-defined]
                kind=CommandKind.HEADQUARTERS
            )


@admin.register(Coverage)
class CoverageAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Dated rows: one is added, or ended by the action; the past stays as it was."""

    form = CoverageForm
    list_display = ("command", "neighborhood", "started_at", "ended_at")
    list_display_links = None
    list_filter = ("command", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("command", "neighborhood")
    search_fields = ("neighborhood__name",)
    actions = ("end_now",)

    def save_model(self, request: HttpRequest, obj: Coverage, form: Any, change: bool) -> None:
        ids = set(covered_neighborhoods(obj.command).values_list("pk", flat=True)) | {obj.neighborhood_id}
        services.set_coverage(command=obj.command, neighborhood_ids=ids, at=timezone.now())
        obj.pk = Coverage.objects.get(command=obj.command, neighborhood=obj.neighborhood, ended_at=None).pk

    @admin.action(description="End now", permissions=["change"])
    def end_now(self, request: HttpRequest, coverages: Any) -> None:
        at = timezone.now()
        ended: dict[PoliceCommand, set[int]] = {}
        for coverage in coverages.filter(ended_at=None).select_related("command"):
            ended.setdefault(coverage.command, set()).add(coverage.neighborhood_id)
        for command, ids in ended.items():
            left = set(covered_neighborhoods(command).values_list("pk", flat=True)) - ids
            services.set_coverage(command=command, neighborhood_ids=left, at=at)
        self.message_user(request, f"Ended: {sum(map(len, ended.values()))}.")

    def has_delete_permission(self, request: HttpRequest, obj: Coverage | None = None) -> bool:
        return False


@admin.register(Assignment)
class AssignmentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To look at. Who works for a command is its managers' to say, and the first of them is appointed on the server."""

    list_display = ("person", "command", "role", "started_at", "ended_at")
    list_display_links = None
    list_filter = ("command", "role", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("person", "command")
    search_fields = ("person__full_name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        return False
