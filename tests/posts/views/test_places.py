"""Can anybody read what a neighborhood or a command was told, and nothing else?"""

from datetime import datetime

from django.test import Client

from accounts.models import User
from commands.models import PoliceCommand
from neighborhoods.models import Neighborhood
from tests.posts.factories import publish
from tests.posts.services.test_replies import reply


def test_a_neighborhoods_page_shows_its_posts_and_no_replies(
    client: Client, officer: User, resident: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    reply(publish(officer, central, now, [oak]), resident, now, text="Heard glass.")
    page = client.get("/neighborhoods/oak/").content
    assert b"Bicycles taken" in page
    assert b"Heard glass" not in page
    assert b"Bicycles taken" not in client.get("/neighborhoods/elm/").content


def test_a_commands_page_shows_whom_it_serves_and_what_it_posted(
    client: Client, officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    publish(officer, central, now, [oak])
    page = client.get("/commands/central/").content
    assert b"Elm" in page
    assert b"Bicycles taken" in page


def test_all_posts_and_all_neighborhoods_are_listed(
    client: Client, officer: User, central: PoliceCommand, pine: Neighborhood, now: datetime
) -> None:
    publish(officer, central, now)
    assert b"Bicycles taken" in client.get("/posts/").content
    page = client.get("/neighborhoods/").content
    assert b"Bicycles taken" in page
    assert b"nothing yet" in page


def test_older_public_posts_are_a_keyset_page(
    client: Client, officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    for number in range(23):
        publish(officer, central, now, [oak], title=f"Post number {number:02}.")
    first = client.get("/posts/").content.decode()
    older_url = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    older = client.get(f"/posts/{older_url}").content.decode()
    seen = {number for number in range(23) if f"Post number {number:02}." in first}
    rest = {number for number in range(23) if f"Post number {number:02}." in older}
    assert (len(seen), rest) == (20, {0, 1, 2})


def test_what_is_not_there_is_404_and_nonsense_is_the_first_page(client: Client, db: None) -> None:
    assert client.get("/neighborhoods/nowhere/").status_code == 404
    assert client.get("/commands/nowhere/").status_code == 404
    for nonsense in ("x", "2026-13-45T00:00~1", "2026-11-20~3", "2026-11-20T12:00:00+00:00~" + "9" * 30):
        assert client.get("/posts/", {"before": nonsense}).status_code == 200


def test_an_empty_installation_has_friendly_pages(client: Client, db: None) -> None:
    assert b"Quiet so far" in client.get("/posts/").content
    assert b"No neighborhoods yet" in client.get("/neighborhoods/").content
    assert client.get("/commands/headquarters/").status_code == 200
