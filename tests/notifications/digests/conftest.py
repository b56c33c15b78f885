"""Which mail server do digests reach in these tests? The same real one as notices."""

from tests.notifications.sending.conftest import sink

__all__ = ["sink"]
