"""What do the numbers in a page's address, and the key in its form, mean?"""

import uuid

from django.http import HttpRequest

from core.parameters import keyset, positive_number

__all__ = ["keyset", "positive_number", "submission_key"]


def submission_key(request: HttpRequest) -> uuid.UUID:
    """The key that came with a form, so that sending it twice does one thing; a new one when it is unreadable."""
    try:
        return uuid.UUID(request.POST.get("submission_key", ""))
    except ValueError:
        return uuid.uuid4()
