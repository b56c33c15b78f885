"""What does somebody fill in to say where a place is, to invite a colleague, and to accept?"""

from typing import Any, Self

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.urls import reverse_lazy

from accounts.forms import NameField
from accounts.models import User
from accounts.rules import Kind
from commands.rules import ROLES_IN_WORDS
from neighborhoods.rules import is_on_earth
from neighborhoods.selectors import House, search_addresses

_NO_NUMBER = {"invalid": "Enter degrees as a number, such as 38.5816."}


class PlaceForm(forms.Form):
    """A place by its address or by its coordinates; a point wins, because it was picked on a map or by the device.

    Attributes:
        choices: The addresses to choose from, when what was typed fits several.
    """

    address = forms.CharField(
        label="Your address",
        max_length=200,
        required=False,
        help_text="Street and number, for example 1901 10th St. We do not keep what you type.",
        widget=forms.TextInput(
            attrs={"autocomplete": "street-address", "data-suggest": reverse_lazy("commands:addresses")}
        ),
    )
    latitude = forms.FloatField(
        required=False, error_messages=_NO_NUMBER, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    longitude = forms.FloatField(
        required=False, error_messages=_NO_NUMBER, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )

    def __init__(self, *args: Any, finds_addresses: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices: list[House] = []
        if not finds_addresses:
            del self.fields["address"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        latitude, longitude = cleaned.get("latitude"), cleaned.get("longitude")
        if latitude is None and longitude is None:
            self._find(cleaned.get("address", ""))
        elif latitude is None or longitude is None:
            missing = "latitude" if latitude is None else "longitude"
            self.add_error(missing, f"Enter the {missing} too.")
        elif not is_on_earth(latitude, longitude):
            self.add_error("latitude", "There is no such place: latitude goes from -90 to 90, longitude to 180.")
        return cleaned

    @property
    def point(self) -> tuple[float, float] | None:
        """(latitude, longitude) of the one place that was found; None while there are several to choose from."""
        if len(self.choices) == 1:
            return self.choices[0].latitude, self.choices[0].longitude
        if self.choices:
            return None
        return self.cleaned_data["latitude"], self.cleaned_data["longitude"]

    def for_another_try(self) -> Self:
        """The form with the address as it was typed, and without the point: that would win over a new address."""
        return type(self)(initial={"address": self.data.get("address", "")}, finds_addresses="address" in self.fields)

    def _find(self, address: str) -> None:
        if not address.strip():
            where = "address" if "address" in self.fields else None
            self.add_error(where, "Enter your street and number, or pick the place on the map.")
            return
        self.choices = search_addresses(address)
        if not self.choices:
            self.add_error(
                "address", "We do not know this address. Try only street and number, or pick the place on the map."
            )


class RoleForm(forms.Form):
    """What somebody may do at a command."""

    role = forms.ChoiceField(
        label="What may they do?",
        choices=list(ROLES_IN_WORDS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role."},
    )


class InviteForm(RoleForm):
    """Whom a manager invites."""

    email = forms.EmailField(
        label="Work e-mail",
        max_length=254,
        help_text="The invitation goes there, and only this address can accept it.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Enter the colleague’s work e-mail.",
            "invalid": "Enter an address like name@city.gov.",
        },
    )
    field_order = ("email", "role")


class NewColleagueForm(forms.Form):
    """Name, rank and password of somebody whose account begins with an invitation."""

    full_name = NameField()
    rank = forms.CharField(
        label="Rank",
        max_length=User._meta.get_field("rank").max_length,
        help_text="As signed in public: “Officer”, “Sgt.”",
        error_messages={"required": "Enter your rank; neighbors see it beside your name."},
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text="At least 10 characters. Three or four words in a row work well.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Choose a password."},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].help_text = "Your first and last name. Neighbors see “Officer K. Delgado”."
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned:
            person = User(email=self.email, full_name=cleaned.get("full_name", ""), kind=Kind.STAFF)
            try:
                validate_password(cleaned["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
