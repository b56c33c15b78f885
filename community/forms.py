"""What do neighbors write, and what do those who keep the room decide?"""

import uuid
from collections.abc import Sequence

from django import forms

from community import rules
from core.fields import PlainTextField


class _Once(forms.Form):
    """A form that does one thing, however often it is sent."""

    submission_key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)


class NeighborPostForm(_Once):
    """What a neighbor says; whether a picture can be read is the service's question."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=rules.NeighborPostKind.choices,
        initial=rules.NeighborPostKind.TALK,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is."},
    )
    title = PlainTextField(
        label="Title",
        limit=rules.TITLE_MAX_LENGTH,
        what="A title",
        error_messages={"required": "Write a title: what your neighbors see first."},
    )
    text = PlainTextField(
        label="Text",
        limit=rules.TEXT_MAX_LENGTH,
        what="A text",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    picture = forms.FileField(
        label="Picture",
        required=False,
        help_text="A photo or drawing of up to 10 MB. Show no face, no plate and nobody’s home.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    description = PlainTextField(
        label="What the picture shows",
        limit=rules.DESCRIPTION_MAX_LENGTH,
        what="A description",
        required=False,
        help_text="Needed with a picture: some neighbors cannot see it.",
    )
    is_open_to_adjoining = forms.BooleanField(label="Also for the neighborhoods next to ours", required=False)

    def __init__(self, *args: object, adjoining: Sequence[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if adjoining:
            self.fields["is_open_to_adjoining"].help_text = ", ".join(adjoining)
        else:
            del self.fields["is_open_to_adjoining"]

    def clean(self) -> None:
        picture, description = self.cleaned_data.get("picture"), self.cleaned_data.get("description")
        if picture and "description" in self.cleaned_data and not description:
            self.add_error("description", "Say in a few words what the picture shows.")
        # A browser forgets the chosen file with every answer.
        if picture and self.errors:
            self.add_error("picture", "Choose the picture again.")


class CommentForm(_Once):
    text = PlainTextField(
        label="Your comment",
        limit=rules.COMMENT_MAX_LENGTH,
        what="A comment",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write something before you send it."},
    )


class RuleForm(forms.Form):
    """One of the published rules of the room."""

    rule = forms.ChoiceField(
        label="Which rule?",
        choices=rules.RoomRule.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the rule that it breaks."},
    )


class ReportForm(RuleForm):
    note = PlainTextField(
        label="Anything they should know",
        limit=rules.NOTE_MAX_LENGTH,
        what="A note",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AppealForm(forms.Form):
    text = PlainTextField(
        label="Why it should come back",
        limit=rules.APPEAL_MAX_LENGTH,
        what="Your reason",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say why it should come back."},
    )


class AppealDecisionForm(forms.Form):
    """Whether what was removed comes back, and why, in words for its author."""

    reason = PlainTextField(
        label="Your reason",
        limit=rules.NOTE_MAX_LENGTH,
        what="A reason",
        help_text="Its author reads this.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why, in words for the person who wrote it."},
    )
