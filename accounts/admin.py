"""How does a site admin keep the accounts of staff? Residents' accounts are not shown here.

A site admin cannot become anybody, and cannot make anybody more than they are: the address is fixed once the account
stands, passwords and second factors are their owners', groups are given on the server and roles by the managers of a
command. Closing an account is theirs.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import User
from accounts.rules import Kind
from accounts.selectors import find_owner_of
from accounts.staff import open_staff_account

# What packages register: groups are given on the server; addresses, second factors and tokens are their owners' alone.
admin.site.unregister((Group, EmailAddress, Authenticator, AuthToken))


class StaffForm(forms.ModelForm):  # type: ignore[type-arg]
    """A colleague's account; the password is chosen by themselves, through a link that goes to the address."""

    class Meta:
        model = User
        fields = ("email", "full_name", "rank", "is_active")
        help_texts = {"email": "They get a link there to choose their password. It cannot be changed later."}

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if find_owner_of(email, at=timezone.now()) is not None:
            raise forms.ValidationError("This address cannot be used. Ask for another work address.")
        return email

    def _get_validation_exclusions(self) -> set[str]:
        # `clean_email` decides whether the address is free: an account that somebody only began does not count.
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions | {"email"}


@admin.register(User)
class StaffAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Accounts are closed, never deleted: what somebody wrote stays theirs."""

    form = StaffForm
    list_display = ("full_name", "rank", "email", "is_active")
    list_filter = ("is_active", "groups")
    search_fields = ("full_name", "email")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).filter(kind=Kind.STAFF)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return ("email", "full_name", "rank", "group_names", "is_active") if obj else ("email", "full_name", "rank")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        own = ("is_active",) if obj.pk == request.user.pk else ()
        return ("email", "group_names", *own)

    @admin.display(description="Groups")
    def group_names(self, obj: User) -> str:
        return ", ".join(obj.groups.order_by("name").values_list("name", flat=True)) or "None"

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            made = open_staff_account(email=obj.email, full_name=obj.full_name, rank=obj.rank, at=timezone.now())
            obj.pk = made.pk
            return
        if "is_active" in form.changed_data:
            obj.access_changed_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Else an address could ask for a password's digest letter by letter.
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
