"""Can anybody read the plain pages, and does every link on them lead somewhere?"""

import re

import pytest
from django.conf import LazySettings
from django.test import Client

pytestmark = pytest.mark.django_db

PLAIN_PAGES = ["/about/", "/privacy/", "/rules/", "/accessibility/", "/open-data/"]
OWN_LINK = re.compile(r'href="(/[^"#?]*)')


@pytest.mark.parametrize("page", PLAIN_PAGES)
def test_anybody_reads_it(client: Client, page: str) -> None:
    response = client.get(page)
    assert response.status_code == 200
    assert response.content.decode().count("<h1>") == 1


@pytest.mark.parametrize("page", ["/", *PLAIN_PAGES])
def test_every_link_leads_somewhere(client: Client, page: str) -> None:
    links = set(OWN_LINK.findall(client.get(page).content.decode()))
    pages = {link for link in links if not link.startswith("/static/")}
    assert len(pages) > 5
    # A page for people with an account asks for it; everything else is there.
    assert {link: client.get(link).status_code for link in pages} == {
        link: 302 if link == "/accounts/tokens/" else 200 for link in pages
    }


@pytest.mark.parametrize("page", ["/about/", "/rules/", "/accessibility/"])
def test_the_non_emergency_number_is_the_citys(client: Client, settings: LazySettings, page: str) -> None:
    settings.NON_EMERGENCY_PHONE = "916-555-0199"
    assert 'href="tel:916-555-0199"' in client.get(page).content.decode()
