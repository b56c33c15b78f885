"""What does somebody read whose picture is too large for the front?"""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.installation import Installation


def test_a_file_that_is_too_large_gets_a_page_that_says_what_to_do(installation: Installation) -> None:
    eleven_megabytes = Request(f"{installation.url}/neighbors/new/", b"x" * 11_000_000)
    with pytest.raises(HTTPError) as refused:
        urlopen(eleven_megabytes, timeout=30)
    with refused.value as answer:
        assert answer.status == 413
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "choose a smaller one" in answer.read().decode()
