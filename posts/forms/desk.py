"""What do officers send at their desk: an answer to a neighbor, a decision about a colleague's post?"""

import uuid

from django import forms

from core.fields import PlainTextField
from posts import rules
from posts.rules import CLOSED, OPEN


class AnswerForm(forms.Form):
    """An answer under a post or in a conversation; how long it may be is the service's rule."""

    text = forms.CharField(
        label="Your answer",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write something before you send it."},
    )
    seen_id = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    submission_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """Why a pending post goes back to its author."""

    reason = PlainTextField(
        limit=rules.REASON_MAX_LENGTH,
        what="A reason",
        label="What should change?",
        help_text="The author reads this.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a few words what should change, so that the author can mend it."},
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class SwitchRepliesForm(forms.Form):
    """Whether everyone may reply under a post from now on; sent twice it does one thing."""

    to = forms.ChoiceField(choices=[(OPEN, "Open"), (CLOSED, "Closed")], widget=forms.HiddenInput)


class ReleaseForm(forms.Form):
    """Which version the approver read."""

    version = forms.IntegerField(min_value=1)
