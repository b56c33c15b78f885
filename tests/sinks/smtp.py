"""What is a mail server, for tests? A process that takes mails, and keeps by which name and for whom each came.

What becomes of a mail is told by the name before the @: `gone…` is no mailbox (550), `full…` is one that takes nothing
(452), `later…` is asked for another try the first time (451), `spam…` is refused once it was read (554), and `drop…` is
kept the first time, and then the connection is cut without an answer. Everybody else gets theirs. A mood, changed while
it runs, holds for all: `pause_seconds` before each answer to a mail, and `mail`, an answer to every MAIL FROM.
"""

import argparse
import asyncio
import email
import json
import os
import ssl
from collections import Counter
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers import Process, free_port

USER, PASSWORD = "porchlight", "a key to the post office"


class SmtpSink:
    """One such process, as a test sees it: where it listens, and what came.

    Args:
        certificate: With its key. Then it wants STARTTLS, and a name and password (`USER`, `PASSWORD`).
    """

    def __init__(self, directory: Path, *, pipelines: bool = True, certificate: Path | None = None) -> None:
        self._kept, self._mood = directory / "mails.jsonl", directory / "mood.json"
        self._kept.touch()
        self._mood.write_text("{}")
        self.port = free_port()
        command = ["tests.sinks.smtp", str(self.port), str(self._kept), str(self._mood)]
        if not pipelines:
            command.append("--without-pipelining")
        if certificate is not None:
            command += ["--certificate", str(certificate)]
        self._process = Process(f"smtp-sink-{self.port}", command, environment={}, directory=directory)

    @property
    def url(self) -> str:
        """As `EMAIL_URL` takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._process.start()
        self._process.wait_for_port(self.port)

    def stop(self) -> None:
        self._process.stop()

    def set_mood(self, **mood: Any) -> None:
        fresh = self._mood.with_suffix(".new")
        fresh.write_text(json.dumps(mood))
        fresh.replace(self._mood)

    def log(self) -> str:
        return self._process.log()

    def received(self) -> list[dict[str, str]]:
        """Every mail it has, in order: `message_id`, `recipient`, `sender`, `content`."""
        lines = self._lines()
        return [line for line in lines if "message_id" in line]

    def counts(self) -> Counter[tuple[str, str]]:
        """How often each mail came to each recipient."""
        return Counter((one["message_id"], one["recipient"]) for one in self.received())

    def greeting_count(self) -> int:
        return sum("greeted_as" in line for line in self._lines())

    def _lines(self) -> list[dict[str, str]]:
        # The last line may be half written.
        return [json.loads(line) for line in self._kept.read_text().splitlines() if line.endswith("}")]


class _Handler:
    def __init__(self, kept: int, mood: Path, *, pipelines: bool) -> None:
        self._file, self._mood_path, self._pipelines = kept, mood, pipelines
        self._seen: Counter[str] = Counter()

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self._keep({"greeted_as": hostname})
        return [responses[0], "250-PIPELINING", *responses[1:]] if self._pipelines else responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = str(self._mood().get("mail", "250 OK"))
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._seen[address] += 1
        if address.startswith("gone"):
            return f"550 5.1.1 <{address}>: no such mailbox"
        if address.startswith("full"):
            return f"452 4.2.2 <{address}>: mailbox full"
        if address.startswith("later") and self._seen[address] == 1:
            return "451 4.7.1 Greylisted, come back"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (recipient,) = envelope.rcpt_tos
        if recipient.startswith("spam"):
            return f"554 5.7.1 Mail for {recipient} looks like spam"
        assert isinstance(envelope.content, bytes)
        content = envelope.content.decode("ascii")
        message_id = str(email.message_from_string(content)["Message-ID"])
        sender = envelope.mail_from or ""
        await asyncio.sleep(float(self._mood().get("pause_seconds", 0)))
        self._keep({"message_id": message_id, "recipient": recipient, "sender": sender, "content": content})
        if recipient.startswith("drop") and self._seen[recipient] == 1:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 2.0.0 Taken"

    def _mood(self) -> dict[str, Any]:
        mood: dict[str, Any] = json.loads(self._mood_path.read_text())
        return mood

    def _keep(self, what: dict[str, str]) -> None:
        os.write(self._file, (json.dumps(what) + "\n").encode())


def _is_known(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    is_known = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_known, handled=False)


async def _serve(port: int, handler: _Handler, certificate: str | None) -> None:
    loop = asyncio.get_running_loop()
    demands: dict[str, Any] = {}
    if certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
        demands = {"tls_context": tls, "require_starttls": True, "auth_required": True, "authenticator": _is_known}
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="sink.test", enable_SMTPUTF8=True, loop=loop, **demands), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("kept")
    parser.add_argument("mood", type=Path)
    parser.add_argument("--without-pipelining", action="store_true")
    parser.add_argument("--certificate")
    options = parser.parse_args()
    kept = os.open(options.kept, os.O_WRONLY | os.O_APPEND)
    handler = _Handler(kept, options.mood, pipelines=not options.without_pipelining)
    asyncio.run(_serve(options.port, handler, options.certificate))


if __name__ == "__main__":
    main()
