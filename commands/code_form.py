"""What does somebody copy from their letter?"""

from django import forms

from neighborhoods.codes import read_letter_code


class CodeForm(forms.Form):
    """The code of a letter, however it was typed. What cannot be a code is sent back without counting as a try."""

    code = forms.CharField(
        label="Code from the letter",
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "class": "usa-input pl-code",
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
        error_messages={
            "required": "Enter the code from your letter.",
            "max_length": "A code has 8 letters and digits, like 7KQ4 M2X9.",
        },
    )

    def clean_code(self) -> str:
        code = read_letter_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                "A code has 8 letters and digits, like 7KQ4 M2X9, and never O, 0, I, 1, L or U. "
                "Look at the letter again; this did not count as a try."
            )
        return code
