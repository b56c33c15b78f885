"""Do people get on with their work while Redis is away?"""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from accounts.encryption import decrypt
from accounts.models import User
from core.lanes import POSTS, UPKEEP
from neighborhoods.models import Neighborhood
from posts.models import Delivery, Post
from tests.accounts.factories import PASSWORD, make_resident_account
from tests.faults.browser import Browser
from tests.faults.city import City
from tests.faults.installation import Installation
from tests.neighborhoods.factories import settle
from tests.servers import free_port, wait_until

pytestmark = pytest.mark.faults


@pytest.fixture
def site_url(installation: Installation) -> str:
    port = free_port()
    url = f"http://localhost:{port}"
    web = installation.start(
        "web", "gunicorn", "config.wsgi:application", "-b", f"127.0.0.1:{port}", "-w", "2", SITE_URL=url, DEBUG="1"
    )
    web.wait_for_port(port)
    return url


def give_password(person: User) -> User:
    person.set_password(PASSWORD)
    person.save()
    return person


def code_of(person: User) -> str:
    """What the person's app shows now."""
    secret = decrypt(Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP).data["secret"])
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


@pytest.mark.parametrize(("take_away", "bring_back"), [("stop", "start"), ("freeze", "thaw")])
def test_without_redis_people_sign_in_read_and_send_and_it_goes_out_afterwards(
    installation: Installation, town: City, site_url: str, take_away: str, bring_back: str
) -> None:
    home = Neighborhood.objects.get(pk=min(town.neighborhood_ids))
    resident = give_password(settle(make_resident_account(f"Maria Lopez{home.pk}"), home, is_verified=True))
    officer = give_password(town.officer)
    earlier = town.publish(title="Street closed on Sunday")
    getattr(installation.redis, take_away)()
    try:
        at_home, at_work = Browser(site_url), Browser(site_url)
        at_home.sign_in(resident.email, PASSWORD)
        assert "Street closed on Sunday" in at_home.get("/feed/")

        at_work.sign_in(officer.email, PASSWORD, lambda: code_of(officer))
        at_work.get(f"/commands/{town.command.slug}/desk/compose/")
        at_work.send(
            kind="crime_series",
            title="Bicycles taken",
            text="Somebody tries side doors at night.",
            scope="neighborhoods",
            neighborhoods=[str(home.pk)],
        )
        assert at_work.status == 200
        post = Post.objects.get(title="Bicycles taken", command=town.command)
        assert at_work.url.endswith(f"/desk/posts/{post.pk}/")
        assert "Bicycles taken" in at_home.get("/feed/")

        at_home.get(f"/posts/{earlier.pk}/")
        at_home.send(f"/posts/{earlier.pk}/reply/", to="public", text="Thank you.")
        assert "Thank you." in at_home.get(f"/posts/{earlier.pk}/")
        assert Delivery.objects.filter(post=post, done_at__isnull=False).count() == 0
    finally:
        getattr(installation.redis, bring_back)()
    installation.start_worker(POSTS, UPKEEP)
    installation.start_beat()
    installation.wait_until_delivered(earlier, post)
    town.check_delivered_once(earlier)
    wait_until(lambda: Delivery.objects.filter(post=post, done_at__isnull=False).count() == 1, "the new post is out")
