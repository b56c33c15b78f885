"""What is filled in to hide a reply, to ask for another look, and to decide?"""

from django import forms

from core.fields import PlainTextField
from posts import rules
from posts.rules import HidingReason

SHOW = "show"
KEEP = "keep"


class HideForm(forms.Form):
    """Why a reply is hidden."""

    reason = forms.ChoiceField(
        label="Why?",
        choices=HidingReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the reasons. For any other reason the reply stays."},
    )
    note = PlainTextField(
        limit=rules.NOTE_MAX_LENGTH,
        what="A note",
        label="A note to the writer",
        help_text="Only the writer reads it, beside the reason.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AppealForm(forms.Form):
    """Why a hidden reply should be shown again."""

    text = PlainTextField(
        limit=rules.APPEAL_MAX_LENGTH,
        what="This text",
        label="Why should it be shown again?",
        help_text="Only the person who decides reads this, together with your reply.",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say in a few words why your reply should be shown again."},
    )


class DecisionForm(forms.Form):
    """What becomes of an appeal."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[(SHOW, "Show it again"), (KEEP, "Keep it hidden")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    note = PlainTextField(
        limit=rules.NOTE_MAX_LENGTH,
        what="A reason",
        label="Your reason",
        help_text="Only the writer reads it.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a few words why. The writer reads it."},
    )
