"""What does an officer fill in to correct a post, to take it back, or to stop it?"""

from django import forms

from core.fields import PlainTextField
from posts import rules
from posts.models import Post


class CorrectForm(forms.Form):
    """The text as it should stand, and what was wrong with it."""

    title = PlainTextField(
        limit=rules.TITLE_MAX_LENGTH,
        what="A title",
        label="Title",
        error_messages={"required": "Give the post a title."},
    )
    text = PlainTextField(
        limit=rules.TEXT_MAX_LENGTH,
        what="A post",
        label="Text",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write what neighbors should know."},
    )
    what_was_wrong = PlainTextField(
        limit=rules.WHAT_WAS_WRONG_MAX_LENGTH,
        what="This line",
        label="What was wrong?",
        help_text="One line. It stands above the text, and whoever got the post reads it first.",
        error_messages={"required": "Say what was wrong. Everybody who got the post reads it."},
    )
    version = forms.IntegerField(min_value=1, max_value=32_000, widget=forms.HiddenInput)

    @classmethod
    def of_post(cls, post: Post) -> "CorrectForm":
        """The text as it stands, ready to be mended."""
        return cls(initial={"title": post.title, "text": post.text})


class WithdrawForm(forms.Form):
    """Why a post is taken back, and whether its words go too."""

    reason = PlainTextField(
        limit=rules.WHAT_WAS_WRONG_MAX_LENGTH,
        what="A reason",
        label="Why do you take it back?",
        help_text="One line. It stands in the place of the post, and whoever got the post reads it.",
        error_messages={"required": "Say why. Everybody who got the post reads it."},
    )
    takes_text_off = forms.BooleanField(
        required=False,
        label="Take the title and text off the public page too",
        help_text="For a minor, or a wrong suspect: nobody outside the record reads the words any more.",
    )
    version = forms.IntegerField(min_value=1, max_value=32_000, widget=forms.HiddenInput)


class StopForm(forms.Form):
    """Which version was going out; nothing else is asked."""

    version = forms.IntegerField(min_value=1, max_value=32_000, widget=forms.HiddenInput)


class RetryForm(forms.Form):
    """Whether to try even what the other side refused for good."""

    with_permanent = forms.BooleanField(
        required=False,
        label="Try those too that were refused for good",
        help_text="Such as an address that is gone. They will most likely fail again.",
    )
