"""How do tests read the table of the page and the file?"""

import csv
import io
import re
from html import unescape

from django.test import Client


def cells(html: str) -> dict[str, list[str]]:
    """The rows of the first table by neighborhood, as somebody reads them."""
    rows = {}
    for row in re.findall(r"<tr>(.*?)</tr>", html.partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL):
        name, *figures = [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        rows[name] = figures
    return rows


def lines(client: Client) -> list[dict[str, str]]:
    response = client.get("/metrics/reach.csv")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    content = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(content)))
