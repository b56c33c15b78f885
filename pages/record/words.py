"""What does somebody read first who opens a copy of the public record?"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from pages.record.tables import TABLES, Days


def readme(days: Days, totals: Mapping[str, int], *, at: datetime) -> str:
    """The text of README.txt."""
    parts = "\n".join(f"  {table.name}.jsonl: {table.about} ({totals[table.name]:,} lines)" for table in TABLES)
    return f"""The public record of Porchlight, {settings.CITY_NAME}
{days.first} to {days.last}, both days included, in the time zone {settings.CITY_TIME_ZONE}.
Made {timezone.localtime(at):%Y-%m-%d %H:%M}.

What is in here
{parts}

How to read it
  Each file has one line for each row, in JSON, in UTF-8. Any program that reads "JSON Lines" opens it.
  Texts stand as they were written, also those that were corrected, withdrawn, hidden or taken off the public pages.
  A post's lines say how it stands now; versions.jsonl has each text it ever had and when.
  People stand as they are shown in public, with the number of their account. Whoever left is a "Former resident".
  Counts of one to four people stand as "under 5".
  How many were told (told.jsonl) is counted for {settings.NOTICES_KEPT_DAYS} days; of older posts nothing may be left.
  SHA256SUMS lets you check that nothing was changed: "sha256sum --check SHA256SUMS".

What is not in here
  What neighbors say among themselves. Police and city cannot read that, and neither can this file.
  E-mail addresses, homes, who was told what, and who signed in when.

Read it with care: replies and private messages may hold what must be blacked out before somebody else gets them.
"""
