"""Do two people who share a database connection, one after the other, ever see each other's rows?"""

import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.client import HTTPResponse
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.community.factories import say
from tests.servers import Process, free_port, url_of_test_database

REQUESTS = 50
OAKS = "A ladder in Oak"
PINES = "A bicycle in Pine"


@pytest.mark.django_db(transaction=True)
def test_fifty_requests_over_two_connections_never_show_the_others_rows(
    resident: User, faraway: User, sign_in: Callable[[User], Client], now: datetime, tmp_path: Path
) -> None:
    oaks, pines = say(resident, now, title=OAKS), say(faraway, now, title=PINES)
    port = free_port()
    command = ["gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "8", "-w", "1"]
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.community.pooled_settings",
        "DATABASE_URL": url_of_test_database(),
        "SITE_URL": f"http://127.0.0.1:{port}",
    }
    people = [(resident, OAKS, PINES, oaks, pines), (faraway, PINES, OAKS, pines, oaks)]
    cookies = {person.pk: sign_in(person).cookies["sessionid"].value for person, *_ in people}
    web = Process("web", command, environment=environment, directory=tmp_path)
    web.start()
    try:
        web.wait_for_port(port)

        def fetch(path: str, person: User) -> tuple[int, str]:
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"sessionid={cookies[person.pk]}"}
            )
            try:
                response: HTTPResponse
                with urllib.request.urlopen(request, timeout=60) as response:
                    return response.status, response.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode()

        def look(number: int) -> None:
            """One person asks for the feed, or for both posts by their addresses."""
            person, own_title, other_title, own_id, other_id = people[number % 2]
            if number % 4 < 2:
                answers = [fetch("/feed/?show=neighbors", person)]
            else:
                status, body = fetch(f"/neighbors/{other_id}/", person)
                assert (status, other_title in body) == (404, False)
                answers = [fetch(f"/neighbors/{own_id}/", person)]
            for status, body in answers:
                assert status == 200, body
                assert own_title in body
                assert other_title not in body

        with ThreadPoolExecutor(max_workers=8) as pool:
            list(pool.map(look, range(REQUESTS)))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'two connections'")
            assert cursor.fetchone() == (2,)
    finally:
        web.stop()
