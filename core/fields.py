"""Which fields do several forms need?"""

from typing import Any

from django import forms


class PlainTextField(forms.CharField):
    """Text of limited length that says both numbers when there is too much of it.

    The limit is no `maxlength`: a browser would cut a pasted text short without a word.
    """

    def __init__(self, *, limit: int, what: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit
        self.what = what

    def to_python(self, value: Any) -> str:
        # Browsers send line ends as two characters; they count, and are kept, as one.
        return str(super().to_python(value)).replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.limit:
            raise forms.ValidationError(
                f"{self.what} can have {self.limit:,} characters; this one has {len(value):,}. "
                "Nothing was sent and nothing was cut: shorten it and send again."
            )
