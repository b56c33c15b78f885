"""What does somebody fill in to say where a place is?"""

from typing import Any

from django import forms

from neighborhoods.models import Address
from neighborhoods.rules import is_on_earth
from neighborhoods.selectors import search_addresses

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
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    latitude = forms.FloatField(
        required=False, error_messages=_NO_NUMBER, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    longitude = forms.FloatField(
        required=False, error_messages=_NO_NUMBER, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )

    def __init__(self, *args: Any, finds_addresses: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices: list[Address] = []
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
            location = self.choices[0].location
            return location.y, location.x
        if self.choices:
            return None
        return self.cleaned_data["latitude"], self.cleaned_data["longitude"]

    def for_another_try(self) -> "PlaceForm":
        """The form with the address as it was typed, and without the point: that would win over a new address."""
        return PlaceForm(initial={"address": self.data.get("address", "")}, finds_addresses="address" in self.fields)

    def _find(self, address: str) -> None:
        if not address.strip():
            where = "address" if "address" in self.fields else None
            self.add_error(where, "Enter your street and number, or pick the place on the map.")
            return
        by_house: dict[tuple[str, ...], Address] = {}
        for found in search_addresses(address):
            # Everybody in one house lives in the same neighborhood, so its units are one choice.
            by_house.setdefault((found.number, found.street, found.city, found.postcode), found)
        self.choices = list(by_house.values())
        if not self.choices:
            self.add_error(
                "address", "We do not know this address. Try only street and number, or pick the place on the map."
            )
