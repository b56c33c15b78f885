"""Does every home come under the new key, in steps that may be interrupted and repeated?"""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from neighborhoods.management.commands import rotate_home_keys
from neighborhoods.models import Home, Neighborhood
from neighborhoods.sealing import ExactHome
from neighborhoods.selectors import open_home
from tests.accounts.factories import make_resident_account
from tests.neighborhoods.factories import settle

pytestmark = pytest.mark.django_db

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def rotate(*options: str) -> str:
    errors = StringIO()
    call_command("rotate_home_keys", *options, stderr=errors)
    return errors.getvalue()


@pytest.fixture
def homes(oak: Neighborhood, settings: LazySettings) -> list[Home]:
    settings.HOME_KEYS = [OLD]
    for number in range(1, 6):
        person = make_resident_account(f"Ann Porter{number}")
        settle(person, oak, is_verified=False, home=ExactHome(f"{number} Main St"))
    return list(Home.objects.order_by("pk"))


def test_every_home_comes_under_the_new_key_once(
    homes: list[Home], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotate_home_keys, "CHUNK", 2)
    settings.HOME_KEYS = [NEW, OLD]
    assert rotate("--dry-run") == ("Dry run, nothing was changed: 5 homes, 5 sealed anew, 0 under the first key.\n")
    assert rotate() == "Done: 5 homes, 5 sealed anew, 0 under the first key.\n"
    assert rotate() == "Done: 5 homes, 0 sealed anew, 5 under the first key.\n"
    settings.HOME_KEYS = [NEW]
    assert [getattr(open_home(home.pk), "street", "") for home in homes] == [f"{n} Main St" for n in range(1, 6)]


def test_a_lost_key_is_named_and_what_was_done_stays(
    homes: list[Home], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotate_home_keys, "CHUNK", 2)
    Home.objects.filter(pk=homes[3].pk).update(sealed=Fernet(Fernet.generate_key()).encrypt(b"{}"))
    settings.HOME_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match=rf"after residency {homes[1].pk} .*; 2 homes are done"):
        rotate()
    Home.objects.filter(pk=homes[3].pk).delete()
    assert rotate() == "Done: 4 homes, 2 sealed anew, 2 under the first key.\n"
