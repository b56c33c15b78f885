"""Which mail servers do the tests of gateways talk to?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sinks.smtp import SmtpSink


@pytest.fixture(params=[True, False], ids=["pipelining", "plain"])
def sink(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmtpSink]:
    """A mail server that takes several commands at once, and one that does not."""
    sink = SmtpSink(tmp_path, pipelines=request.param)
    sink.start()
    yield sink
    sink.stop()
