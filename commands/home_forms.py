"""What does a resident fill in about their home: which house it is, how a letter finds it, or only the neighborhood?"""

from collections.abc import Sequence
from typing import Any

from django import forms

from commands.forms import PlaceForm
from neighborhoods.models import Neighborhood
from neighborhoods.rules import normalize_address
from neighborhoods.sealing import ExactHome
from neighborhoods.selectors import House, find_house


class HomeForm(PlaceForm):
    """The place of a home: as for any place, or a house that was chosen from several."""

    address_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, finds_addresses: bool, **kwargs: Any) -> None:
        super().__init__(*args, finds_addresses=finds_addresses, **kwargs)
        if finds_addresses:
            self.fields["address"].help_text = "Street and number, for example 1901 10th St."

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        address_id = cleaned.get("address_id")
        if address_id is None:
            return super().clean()
        house = find_house(address_id)
        if house is None:
            self.add_error(None, "The city’s list of addresses has changed. Look your home up again.")
        else:
            self.choices = [house]
        return cleaned

    @property
    def house(self) -> House | None:
        """The one house that was found by its address; None for a point."""
        return self.choices[0] if len(self.choices) == 1 else None

    def unit_among(self, units: Sequence[str]) -> str:
        """The door that was typed together with the address; empty where none was."""
        typed = normalize_address(self.data.get("address", "").partition(",")[0])
        street = self.house.number_and_street if self.house else ""
        return next((unit for unit in units if normalize_address(f"{street} {unit}") == typed), "")


class MailingForm(forms.Form):
    """How a letter finds a home, as far as its place does not say it already."""

    street = forms.CharField(
        label="Street and number",
        max_length=140,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
        error_messages={"required": "Enter street and number, so that a letter finds you."},
    )
    unit = forms.CharField(
        label="Apartment or unit",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
        error_messages={"required": "Choose or enter your apartment or unit."},
    )
    city = forms.CharField(
        label="City",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
        error_messages={"required": "Enter the city, so that a letter finds you."},
    )
    postcode = forms.CharField(
        label="ZIP code",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
        error_messages={"required": "Enter the ZIP code, so that a letter finds you."},
    )

    def __init__(
        self,
        *args: Any,
        house: House | None = None,
        units: Sequence[str] = (),
        may_be_empty: bool = False,
        **kwargs: Any,
    ) -> None:
        """
        Args:
            house: What is known of the address; only the rest is asked for.
            units: Its doors, to choose from.
            may_be_empty: Nothing has to be said, because there are ways without a letter; but all or nothing.
        """
        super().__init__(*args, **kwargs)
        self.house, self.units = house, units
        self._may_be_empty = may_be_empty
        if house is not None:
            for name, known in (
                ("street", house.number_and_street),
                ("city", house.city),
                ("postcode", house.postcode),
            ):
                if known:
                    del self.fields[name]
        if units:
            self.fields["unit"].required = True
            self.fields["unit"].widget.attrs["list"] = "units"

    def full_clean(self) -> None:
        if self._may_be_empty and not any(self.data.get(name, "").strip() for name in self.fields):
            for field in self.fields.values():
                field.required = False
        super().full_clean()

    def home(self, latitude: float | None = None, longitude: float | None = None) -> ExactHome | None:
        """What was given, with what was known; None where nothing was."""
        given: dict[str, str] = self.cleaned_data
        if self.house is None:
            street, city, postcode = given["street"], given["city"], given["postcode"]
        else:
            street = self.house.number_and_street
            city = self.house.city or given["city"]
            postcode = self.house.postcode or given["postcode"]
        if not street:
            return None
        return ExactHome(street, given["unit"], city, postcode, latitude, longitude)


class SecretHomeForm(forms.Form):
    """Only the neighborhood, for whom must not be found."""

    def __init__(self, *args: Any, neighborhoods: Sequence[Neighborhood], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by_id = {str(neighborhood.pk): neighborhood for neighborhood in neighborhoods}
        choices = [("", "Choose"), *((pk, neighborhood.name) for pk, neighborhood in self._by_id.items())]
        self.fields["neighborhood"] = forms.ChoiceField(
            label="Your neighborhood",
            choices=choices,
            error_messages={
                "required": "Choose your neighborhood.",
                "invalid_choice": "Choose a neighborhood from the list.",
            },
        )

    def clean_neighborhood(self) -> Neighborhood:
        return self._by_id[self.cleaned_data["neighborhood"]]
