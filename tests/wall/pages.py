"""How does somebody read pages and send forms without a browser, byte for byte?"""

import html
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

from tests.servers import wait_until

TIMEOUT_SECONDS = 60
CSRF_FIELD = "csrfmiddlewaretoken"
_LINK = re.compile(r'\b(?:href|src|action)="([^"]+)"')
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL | re.IGNORECASE)
File = tuple[str, str, bytes]  # name, content type, content


@dataclass(frozen=True)
class Answer:
    """What came back: after redirects, with all of its headers."""

    status: int
    url: str
    headers: str
    body: bytes

    @property
    def everything(self) -> bytes:
        return self.url.encode() + self.headers.encode() + self.body

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def words(self) -> str:
        """The text of the page without its tags, short enough for a failing test."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.text).split())[:1500]

    @property
    def forms(self) -> list["Form"]:
        return forms_in(self.text)

    @property
    def searches(self) -> list["Form"]:
        """The forms that only ask. Most pages have none, and a page is long to read."""
        asking = (form for form in _FORM.findall(self.text) if 'method="post"' not in form[: form.index(">")].lower())
        return [form for text in asking for form in forms_in(text)]

    @property
    def links(self) -> list[str]:
        return [html.unescape(found) for found in _LINK.findall(self.text)]

    def form(self, action: str) -> "Form":
        """The form that is sent to an address with these words in it."""
        found = [form for form in self.forms if action in (form.action or self.url)]
        assert found, f"no form for {action} on {self.url} ({self.status}): {self.words}"
        return found[0]


@dataclass
class Form:
    """A form as it was served: `fields` is what would be sent if nothing were changed."""

    action: str = ""
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    writable: list[str] = field(default_factory=list)


class Person:
    """Somebody with cookies of their own, or with a program's token."""

    def __init__(self, site_url: str, *, token: str = "") -> None:
        self._site_url = site_url
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self._headers = {"Authorization": f"Token {token}"} if token else {}

    def get(self, path: str) -> Answer:
        return self._open(path, None, {})

    def send(self, page: Answer, action: str, *, files: Mapping[str, File] | None = None, **typed: str) -> Answer:
        """Fill in the form of a page and send it as a browser would."""
        form = page.form(action)
        address, fields = urljoin(page.url, form.action), form.fields | typed
        if files:
            content_type, body = multipart(fields, files)
            return self._open(address, body, {"Content-Type": content_type})
        return self._open(address, urlencode(fields).encode(), {})

    def post(self, page: Answer, path: str, **fields: str) -> Answer:
        """Send what a script of the page would send, with the page's own token."""
        token = next(form.fields[CSRF_FIELD] for form in page.forms if CSRF_FIELD in form.fields)
        return self._open(path, urlencode({CSRF_FIELD: token, **fields}).encode(), {})

    def post_json(self, path: str, content: object) -> Answer:
        return self._open(path, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def sign_in(self, email: str, password: str, code: Callable[[], str] | None = None) -> None:
        answer = self.send(self.get("/accounts/login/"), "/accounts/login/", login=email, password=password)

        def is_in() -> bool:
            nonlocal answer
            if code is not None and "/2fa/authenticate/" in answer.url:
                answer = self.send(answer, "/2fa/authenticate/", code=code())
            return "/2fa/authenticate/" not in answer.url

        # A code that ran out on the way is typed again.
        wait_until(is_in, "the code is taken")
        assert "/accounts/" not in urlsplit(answer.url).path, answer.text

    def _open(self, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        address = urljoin(self._site_url, path)
        request = Request(address, body, {"Referer": address, **self._headers, **headers})
        try:
            response = self._opener.open(request, timeout=TIMEOUT_SECONDS)
        except HTTPError as error:
            response = error
        with response:
            return Answer(response.status, response.url, str(response.headers), response.read())


def multipart(fields: Mapping[str, str], files: Mapping[str, File]) -> tuple[str, bytes]:
    """(content type, body) of a form with files."""
    boundary = uuid.uuid4().hex

    def parts() -> Iterator[bytes]:
        for name, value in fields.items():
            yield f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, (file_name, content_type, content) in files.items():
            head = f'Content-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
            yield f"{head}Content-Type: {content_type}\r\n\r\n".encode() + content

    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts())
    return f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode()


def forms_in(page: str) -> list[Form]:
    parser = _FormParser()
    parser.feed(page)
    return parser.forms


class _FormParser(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._text_of = self._choice_of = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is None or (not (name := values.get("name", "")) and tag != "option"):
            return
        if tag == "input":
            self._add_input(name, values)
        elif tag == "textarea":
            self._text_of = name
            self._form.fields[name] = ""
            self._form.writable.append(name)
        elif tag == "select":
            self._choice_of = name
        elif tag == "option" and self._choice_of:
            is_first = self._choice_of not in self._form.fields
            if is_first or "selected" in values:
                self._form.fields[self._choice_of] = values.get("value", "")

    def _add_input(self, name: str, values: Mapping[str, str]) -> None:
        assert self._form is not None
        kind = values.get("type", "text")
        if (kind in {"checkbox", "radio"} and "checked" not in values) or kind in {"submit", "file"}:
            return
        self._form.fields[name] = values.get("value", "")
        if kind in {"text", "search"}:
            self._form.writable.append(name)

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._text_of:
            self._form.fields[self._text_of] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._text_of = ""
        elif tag == "select":
            self._choice_of = ""
