"""What does an officer fill in to write a post?"""

import uuid
from typing import Any

from django import forms
from django.http import QueryDict

from commands.models import PoliceCommand
from core.fields import PlainTextField
from posts import rules
from posts.models import Post
from posts.rules import CLOSED, OPEN, AudienceScope, PostKind
from posts.services import Draft


class NeighborhoodsField(forms.TypedMultipleChoiceField):
    """Ids of neighborhoods; whether the command covers them is decided where the post is sent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, **kwargs)

    def valid_value(self, value: Any) -> bool:
        # Nine digits: more would be no id, and would not fit the column.
        return str(value).isascii() and str(value).isdecimal() and len(str(value)) <= 9


class ComposeForm(forms.Form):
    """A post as it is being written: what happened, and who should hear it."""

    kind = forms.ChoiceField(
        label="Kind of post",
        choices=PostKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of post this is."},
    )
    title = PlainTextField(
        limit=rules.TITLE_MAX_LENGTH,
        what="A title",
        label="Title",
        help_text="Say what happened, in plain words.",
        error_messages={"required": "Give the post a title."},
    )
    text = PlainTextField(
        limit=rules.TEXT_MAX_LENGTH,
        what="A post",
        label="Text",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write what neighbors should know."},
    )
    scope = forms.ChoiceField(
        label="Who should hear it?", widget=forms.RadioSelect, error_messages={"required": "Choose who should hear it."}
    )
    replies = forms.ChoiceField(
        label="Who may reply?",
        choices=[(OPEN, "Neighbors may reply in public"), (CLOSED, "Replies are closed")],
        initial=OPEN,
        # A form without it was opened before there was a choice.
        required=False,
        widget=forms.RadioSelect,
    )
    neighborhoods = NeighborhoodsField(required=False, label="Neighborhoods")
    submission_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, command: PoliceCommand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole = (
            (AudienceScope.CITY, "The whole city")
            if command.is_headquarters
            else (AudienceScope.COMMAND, f"All of {command.name}")
        )
        scope = self.fields["scope"]
        assert isinstance(scope, forms.ChoiceField)
        scope.choices = [(AudienceScope.NEIGHBORHOODS, "Neighborhoods"), whole]

    @classmethod
    def empty(cls, command: PoliceCommand, neighborhood_ids: list[int]) -> "ComposeForm":
        """A fresh form, with what was asked for already ticked."""
        return cls(
            command=command,
            initial={
                "scope": AudienceScope.NEIGHBORHOODS,
                "replies": OPEN,
                "neighborhoods": neighborhood_ids,
                "submission_key": uuid.uuid4(),
            },
        )

    @classmethod
    def of_returned(cls, post: Post, neighborhood_ids: list[int]) -> "ComposeForm":
        """The form for the next version of a post that came back with a reason."""
        return cls(
            command=post.command,
            initial={
                "kind": post.kind,
                "title": post.title,
                "text": post.text,
                "scope": post.audience_scope,
                "replies": OPEN if post.replies_open else CLOSED,
                "neighborhoods": neighborhood_ids,
                "submission_key": uuid.uuid4(),
            },
        )

    @classmethod
    def unsent(cls, typed: QueryDict, command: PoliceCommand) -> "ComposeForm":
        """What was typed so far, kept and not yet judged."""
        kept: dict[str, Any] = {name: typed.get(name, "") for name in cls.base_fields}
        return cls(command=command, initial=kept | {"neighborhoods": typed.getlist("neighborhoods")})

    @property
    def chosen_ids(self) -> list[int]:
        """The ticked neighborhoods, whether or not the rest of the form is right."""
        field = self.fields["neighborhoods"]
        assert isinstance(field, NeighborhoodsField)
        return [int(value) for value in self["neighborhoods"].value() or [] if field.valid_value(value)]

    @property
    def chosen_scope(self) -> str:
        """The chosen tab; anything unknown counts as the one that sends to nobody by itself."""
        value = str(self["scope"].value())
        return value if value in AudienceScope.values else AudienceScope.NEIGHBORHOODS

    @property
    def chosen_kind(self) -> str:
        """The chosen kind, or the first one as long as there is none, for the preview."""
        value = str(self["kind"].value())
        return value if value in PostKind.values else PostKind.LAST_NIGHT

    def draft(self) -> Draft:
        """What was written and chosen, as the service takes it."""
        return Draft(
            kind=self.cleaned_data["kind"],
            title=self.cleaned_data["title"],
            text=self.cleaned_data["text"],
            scope=self.cleaned_data["scope"],
            neighborhood_ids=self.cleaned_data["neighborhoods"],
            replies_open=self.cleaned_data["replies"] != CLOSED,
        )
