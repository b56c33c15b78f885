"""What does a resident fill in to choose how they hear?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms

from notifications.choices import EXAMPLES, HOURS, WEEKDAYS
from notifications.models import Preferences
from notifications.rules import PACES_OF_REPLIES, Pace, Topic

PAUSED_AT_MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class TopicRow:
    """The fields of one topic."""

    topic: Topic
    examples: str
    email: forms.BoundField
    push: forms.BoundField


class HearingForm(forms.Form):
    """Everything a resident chooses, under the names of the fields of `Preferences`."""

    digest_hour = forms.TypedChoiceField(label="Hour of your digests", choices=HOURS, coerce=int)
    digest_weekday = forms.TypedChoiceField(label="Day of the weekly digest", choices=WEEKDAYS, coerce=int)
    quiet_from = forms.TimeField(
        label="From",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "Write a time of day, such as 22:00."},
    )
    quiet_until = forms.TimeField(
        label="Until",
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": "Write a time of day, such as 07:00."},
    )
    urgent_breaks_quiet = forms.BooleanField(label="Urgent alerts may come in quiet hours", required=False)
    paused_until = forms.DateField(
        label="Send nothing before",
        required=False,
        help_text="Urgent alerts pause, too. Leave it empty to hear as chosen above.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Write a day, such as 2026-12-31."},
    )

    def __init__(self, *args: Any, chosen: Preferences, with_neighbors: bool, today: date, **kwargs: Any) -> None:
        """Start with what is chosen.

        Args:
            with_neighbors: Whether the neighbors' room is open to the person.
        """
        self.today = today
        self._topics = [topic for topic in Topic if with_neighbors or topic != Topic.NEIGHBORS]
        super().__init__(*args, **kwargs)
        for topic in self._topics:
            paces = PACES_OF_REPLIES if topic == Topic.REPLIES else tuple(Pace)
            self.fields[f"{topic}_email"] = forms.ChoiceField(
                label="E-mail",
                choices=[(pace.value, pace.label) for pace in paces],
                error_messages={"invalid_choice": "Choose one of the ways in the list."},
            )
            self.fields[f"{topic}_push"] = forms.BooleanField(label="Push at once", required=False)
        self.initial = {name: getattr(chosen, name) for name in self.fields}
        if chosen.paused_until is not None and chosen.paused_until <= today:
            self.initial["paused_until"] = None
        self.fields["paused_until"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()

    def topics(self) -> Iterator[TopicRow]:
        """The fields of each topic, in the order of the page."""
        for topic in self._topics:
            yield TopicRow(topic, EXAMPLES[topic], self[f"{topic}_email"], self[f"{topic}_push"])

    def clean_paused_until(self) -> date | None:
        day: date | None = self.cleaned_data["paused_until"]
        if day is not None and day <= self.today:
            raise forms.ValidationError("That day has come already. Choose a later one, or leave it empty.")
        if day is not None and (day - self.today).days > PAUSED_AT_MOST_DAYS:
            raise forms.ValidationError("A pause lasts a year at most. Choose an earlier day.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"quiet_from", "quiet_until"} <= cleaned.keys():
            begin, end = cleaned["quiet_from"], cleaned["quiet_until"]
            if (begin is None) != (end is None):
                missing = "quiet_from" if begin is None else "quiet_until"
                self.add_error(missing, "Quiet hours have a beginning and an end. Fill in both, or neither.")
            elif begin is not None and begin == end:
                self.add_error("quiet_until", "Choose an end that differs from the beginning, or leave both empty.")
        return cleaned
