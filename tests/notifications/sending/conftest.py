"""Which mail server do the notices of these tests reach? A real one, in a process of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notifications.gateways.transport import SMTP
from tests.sinks.smtp import SmtpSink


@pytest.fixture
def sink(tmp_path: Path, settings: Any) -> Iterator[SmtpSink]:
    """Running, and where this installation's e-mail goes."""
    sink = SmtpSink(tmp_path)
    sink.start()
    settings.MAIL_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", sink.port
    settings.DEFAULT_FROM_EMAIL, settings.SITE_URL = "Porchlight <porchlight@city.test>", "https://city.test"
    yield sink
    sink.stop()
