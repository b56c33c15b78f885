"""What does somebody fill in to open an account, to sign in, to change their name, and to leave?"""

from typing import Any

from allauth.account.forms import AddEmailForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, SignupWebAuthnForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts import rules
from accounts.models import User

MINIMUM_AGE = 13
# Typed to leave, so that nobody leaves by a slip of the finger.
LEAVE_WORD = "leave"


class NameField(forms.CharField):
    """The name somebody is known by: any script, one letter or eighty, but letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Your name",
            max_length=User._meta.get_field("full_name").max_length,
            help_text="The name you are known by. Neighbors see your first name and one letter: “Maria L.”",
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
            error_messages={"required": "Enter your name."},
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        name = rules.tidy_name(super().clean(value))
        if not rules.is_name(name):
            raise forms.ValidationError("Write your name with letters, as people call you.")
        if rules.begins_with_police_rank(name):
            raise forms.ValidationError("Leave out ranks and titles of the police. Write your first and last name.")
        return name


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """Opens a resident's account, with a password or for a passkey. Staff are invited, they never sign up here."""

    field_order = ("full_name", "email", "password1", "is_old_enough", "accepts_terms")

    full_name = NameField()
    is_old_enough = forms.BooleanField(
        label=f"I am {MINIMUM_AGE} or older",
        error_messages={"required": f"You can have an account once you are {MINIMUM_AGE}."},
    )
    accepts_terms = forms.BooleanField(
        label=f"I accept the terms of {rules.spoken_terms_version()}",
        help_text='Read the <a href="/terms/">terms</a> and <a href="/privacy/">what is kept about you</a>.',
        error_messages={"required": "Read the terms and tick the box; without it we cannot make the account."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        email = self.fields["email"]
        email.label = "E-mail"
        email.help_text = "You sign in with it; nobody else sees it. We send a code there to see that it is yours."
        email.error_messages["required"] = "Enter your e-mail address."
        if password := self.fields.get("password1"):
            password.label = "Password"
            password.help_text = "At least 10 characters. Three or four words in a row work well."
            password.error_messages["required"] = "Choose a password."

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists and "password1" in self.cleaned_data:
            # The answer says nothing about who has an account; neither may the time it takes.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class SignInForm(AllauthLoginForm):  # type: ignore[misc]
    """Signs in by e-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].label = "E-mail"
        self.fields["remember"].label = "Keep me signed in on this device"


class NewEmailForm(AddEmailForm):  # type: ignore[misc]
    """A second address, to sign in with once it is shown to be one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New e-mail"
        self.fields["email"].widget.attrs.pop("placeholder", None)


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Adds a passkey; it has to check the person itself (finger, face or PIN), so that it opens the account alone."""

    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_the_passkey(self)


class FirstPasskeyForm(SignupWebAuthnForm):  # type: ignore[misc]
    """The same while signing up."""

    passwordless = forms.BooleanField(initial=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_the_passkey(self)


def _name_the_passkey(form: forms.Form) -> None:
    name = form.fields["name"]
    name.label, name.help_text = "Name of this passkey", "So that you know it again: “My phone”."
    name.widget.attrs["maxlength"] = "60"


class NameForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a resident is called, and how much of it neighbors see."""

    full_name = NameField()
    shows_last_name = forms.BooleanField(
        required=False,
        label="Show my full last name to neighbors",
        help_text="Without it they see the first letter. Police see the same as neighbors.",
    )

    class Meta:
        model = User
        fields = ("full_name", "shows_last_name")


class LeaveForm(forms.Form):
    """The last step before an account is gone."""

    word = forms.CharField(
        label=f"Type the word “{LEAVE_WORD}”",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": f"Type the word “{LEAVE_WORD}” if you want to leave."},
    )

    def clean_word(self) -> str:
        word = str(self.cleaned_data["word"]).strip(" “”\"'.").lower()
        if word != LEAVE_WORD:
            raise forms.ValidationError(f"That is another word. Type “{LEAVE_WORD}” if you want to leave.")
        return word
