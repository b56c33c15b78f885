"""How does a site admin keep the accounts of staff? Residents' accounts are not shown here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from accounts.rules import Kind

admin.site.unregister(Group)


class StaffForm(forms.ModelForm):  # type: ignore[type-arg]
    """A colleague's account; the first password is chosen by themselves, through "Forgot your password?"."""

    class Meta:
        model = User
        fields = ("email", "full_name", "rank", "groups", "is_active")
        widgets = {"groups": forms.CheckboxSelectMultiple}
        help_texts = {
            "email": "They choose their password through “Forgot your password?” on the sign-in page.",
            "groups": "What they may do besides police work. Most need none.",
        }

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("There is an account with this e-mail already.")
        return email


@admin.register(User)
class StaffAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Accounts are closed, never deleted: what somebody wrote stays theirs."""

    form = StaffForm
    list_display = ("full_name", "rank", "email", "is_active")
    list_filter = ("is_active", "groups")
    search_fields = ("full_name", "email")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).filter(kind=Kind.STAFF)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.kind = Kind.STAFF
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
