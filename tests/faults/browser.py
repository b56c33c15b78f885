"""How do the fault tests use the pages? With forms and cookies, as a browser without JavaScript does."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin

from tests.servers import PATIENCE_SECONDS, wait_until


class Browser:
    """One person's browser."""

    def __init__(self, site_url: str) -> None:
        self._site_url = site_url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.status, self.url, self.page = 0, site_url, ""

    def get(self, path: str) -> str:
        return self._open(path, None)

    def send(self, action: str = "", **fields: str | list[str]) -> str:
        """Fill in the form of the page that has these fields, as it was served, and send it."""
        forms = re.findall(r"<form\b.*?</form>", self.page, re.DOTALL)
        form = next(form for form in forms if all(f'name="{name}"' in form for name in fields))
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        return self._open(action or self.url, urlencode(hidden | fields, doseq=True).encode())

    def sign_in(self, email: str, password: str, code: Callable[[], str] = str) -> None:
        """Password, then for staff the code of the moment; a code that ran out on the way is typed again."""
        self.get("/accounts/login/")
        self.send(login=email, password=password)

        def is_in() -> bool:
            if "/2fa/authenticate/" in self.url:
                self.send(code=code())
            return "/2fa/authenticate/" not in self.url

        wait_until(is_in, "the code is taken")
        assert "/accounts/" not in self.url, self.page

    def _open(self, path: str, body: bytes | None) -> str:
        try:
            response = self._opener.open(urljoin(self._site_url, path), body, timeout=PATIENCE_SECONDS)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            self.status, self.url, self.page = response.status, response.url, response.read().decode()
        return self.page
