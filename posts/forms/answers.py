"""What does a resident send to the police?"""

import uuid
from typing import Any

from django import forms

from core.pace import Pace

# Replies and private messages of one person, together.
WRITING = Pace("writing", "replies and messages", 20, 3600, "an hour")

PUBLIC = "public"
PRIVATE = "private"


class TextForm(forms.Form):
    """A text and nothing else; how long it may be is the service's rule."""

    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5}), error_messages={"required": "Write something before you send it."}
    )
    submission_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class AnswerForm(TextForm):
    """An answer to a post: in public for those who may, or only to the command."""

    to = forms.ChoiceField(
        label="Who should read it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who should read your answer."},
    )
    field_order = ("to", "text")

    def __init__(self, *args: Any, command_name: str, may_reply: bool, replies_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, label="Your answer", **kwargs)
        choices = [(PRIVATE, f"Only to {command_name}")]
        if may_reply and replies_open:
            choices.insert(0, (PUBLIC, "In public"))
        else:
            self.initial["to"] = PRIVATE
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = choices
        to.error_messages["invalid_choice"] = (
            f"You cannot answer in public here yet. Write to {command_name} in private."
            if replies_open
            else f"Replies are closed. Write to {command_name} in private."
        )
