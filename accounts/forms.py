"""What does somebody fill in to open an account, and to sign in?"""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms

from accounts.models import User

MINIMUM_AGE = 13


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """Opens a resident's account. Staff accounts are made by the site admin, never here."""

    field_order = ("full_name", "email", "password1", "is_old_enough")

    full_name = forms.CharField(
        label="Your name",
        max_length=User._meta.get_field("full_name").max_length,
        help_text="Your real first and last name. Neighbors see your first name and one letter: “Maria L.”",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )
    is_old_enough = forms.BooleanField(
        label=f"I am {MINIMUM_AGE} or older",
        error_messages={"required": f"You can have an account once you are {MINIMUM_AGE}."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email, password = self.fields["email"], self.fields["password1"]
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        email.label = "E-mail"
        email.help_text = (
            "You sign in with it; nobody else sees it. Work for the police? Use a private address here: "
            "your work account is made by the city."
        )
        email.error_messages["required"] = "Enter your e-mail address."
        password.label = "Password"
        password.help_text = "At least 10 characters. Three or four words in a row work well."
        password.error_messages["required"] = "Choose a password."

    def clean_full_name(self) -> str:
        """One space between words, so that the short form has the right letter."""
        return " ".join(self.cleaned_data["full_name"].split())


class SignInForm(AllauthLoginForm):  # type: ignore[misc]
    """Signs in by e-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].label = "E-mail"
        self.fields["remember"].label = "Keep me signed in on this device"
