"""How do digests leave the house, each once?

`posts` says for whom one is due and what is in it, because only it knows posts. `claims` takes waiting digests out of
the queue and writes down what became of them, `sending` hands them over.
"""

from notifications.services.digests.claims import ClaimedDigest
from notifications.services.digests.sending import MARKS, DigestWriter, Letters, WrittenDigest, send_digests

__all__ = ["MARKS", "ClaimedDigest", "DigestWriter", "Letters", "WrittenDigest", "send_digests"]
