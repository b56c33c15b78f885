"""How are keys kept, what do they open, and who is out once one has changed?"""

import importlib
import json
from datetime import datetime

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import LazySettings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from knox.models import AuthToken
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import encryption
from accounts.models import Session, SignIn, User
from accounts.rules import SignedInBy
from accounts.selectors import has_second_factor
from accounts.services import issue_token
from accounts.staff import open_staff_account
from tests.accounts.factories import PASSWORD, make_resident_account
from tests.accounts.test_signing_in import SECRET, code_of, sign_in_as, with_password

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another porch light"

migration = importlib.import_module("accounts.migrations.0005_second_factors_are_encrypted")


@pytest.fixture
def maria() -> User:
    return with_password(make_resident_account("Maria Lopez", "maria@example.test"))


def signed_in(person: User) -> Client:
    """A browser whose owner has shown the password a moment ago."""
    client = Client()
    sign_in_as(client, person.email)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def kept() -> str:
    return json.dumps(list(Authenticator.objects.values_list("data", flat=True)))


def test_secrets_are_not_in_the_database_in_clear(maria: User) -> None:
    secret = generate_totp_secret()
    factor = TOTP.activate(maria, secret)
    codes = RecoveryCodes.activate(maria)
    assert secret not in kept()
    assert encryption.decrypt(codes.instance.data["seed"]) not in kept()
    assert factor.validate_code(code_of(secret))
    assert codes.validate_code(codes.get_unused_codes()[0])


def test_a_new_key_encrypts_and_the_old_one_still_opens(maria: User, settings: LazySettings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.SECOND_FACTOR_KEYS = [old]
    before = encryption.encrypt(SECRET)
    settings.SECOND_FACTOR_KEYS = [new, old]
    after = encryption.encrypt(SECRET)
    assert encryption.decrypt(before) == SECRET
    settings.SECOND_FACTOR_KEYS = [new]
    assert encryption.decrypt(after) == SECRET
    with pytest.raises(InvalidToken):
        encryption.decrypt(before)


def test_all_secrets_come_under_a_new_key(
    maria: User, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.SECOND_FACTOR_KEYS = [old]
    TOTP.activate(maria, SECRET)
    RecoveryCodes.activate(maria)
    before = kept()
    settings.SECOND_FACTOR_KEYS = [new, old]
    call_command("rotate_second_factor_keys", "--dry-run")
    assert kept() == before
    for words in ("2 second factors, 2 encrypted anew.", "2 second factors, 0 encrypted anew."):
        call_command("rotate_second_factor_keys")
        assert words in capsys.readouterr().err
    settings.SECOND_FACTOR_KEYS = [new]
    assert Authenticator.objects.get(type=Authenticator.Type.TOTP).wrap().validate_code(code_of(SECRET))


def test_a_lost_key_is_named_and_nothing_changes(maria: User, settings: LazySettings) -> None:
    TOTP.activate(maria, SECRET)
    before = kept()
    settings.SECOND_FACTOR_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="under a key that SECOND_FACTOR_KEYS does not hold"):
        call_command("rotate_second_factor_keys")
    assert kept() == before


def test_a_first_password_is_chosen_only_by_who_shows_the_passkey_again(maria: User) -> None:
    maria.set_unusable_password()
    maria.save()
    TOTP.activate(maria, SECRET)
    client = Client()
    client.force_login(maria, backend="django.contrib.auth.backends.ModelBackend")
    new = {"password1": "another porch light", "password2": "another porch light"}
    assert client.post("/accounts/password/set/", new)["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert not User.objects.get(pk=maria.pk).has_usable_password()
    client.post("/accounts/2fa/reauthenticate/", {"code": code_of(SECRET)})
    client.post("/accounts/password/set/", new)
    assert User.objects.get(pk=maria.pk).check_password("another porch light")


def test_secrets_of_an_earlier_version_are_encrypted_once(maria: User) -> None:
    Authenticator.objects.create(user=maria, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    Authenticator.objects.create(
        user=maria, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "ab" * 40, "used_mask": 1}
    )
    for _ in range(2):
        migration.encrypt_secrets(apps, None)
        assert SECRET not in kept()
    totp, codes = Authenticator.objects.order_by("pk")
    assert totp.wrap().validate_code(code_of(SECRET))
    assert len(codes.wrap().get_unused_codes()) == 9
    migration.decrypt_secrets(apps, None)
    assert SECRET in kept()


@pytest.mark.parametrize(
    ("type_", "counts"),
    [
        (Authenticator.Type.TOTP, True),
        (Authenticator.Type.WEBAUTHN, True),
        (Authenticator.Type.RECOVERY_CODES, False),
    ],
)
def test_a_passkey_or_an_app_is_a_second_factor(maria: User, type_: Authenticator.Type, counts: bool) -> None:
    Authenticator.objects.create(user=maria, type=type_, data={"name": "x"})
    assert has_second_factor(maria.pk) == counts


def test_a_new_password_signs_out_every_other_browser(maria: User) -> None:
    here, elsewhere = signed_in(maria), signed_in(maria)
    other_person = signed_in(with_password(make_resident_account("Dev Wolde", "dev@example.test")))
    new = "another porch light"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(here), is_in(elsewhere), is_in(other_person)) == (True, False, True)
    assert Session.objects.filter(person_id=maria.pk).count() == 1
    assert mail.outbox[-1].subject == "Your password was changed"


def test_a_password_chosen_through_a_mailed_link_signs_out_everywhere(maria: User) -> None:
    inside, visitor = signed_in(maria), Client()
    reset_password(maria, visitor)
    assert not is_in(inside)


def test_signing_out_everywhere_else_leaves_this_browser_alone_and_no_token(maria: User) -> None:
    here, elsewhere = signed_in(maria), signed_in(maria)
    dev = with_password(make_resident_account("Dev Wolde", "dev@example.test"))
    other_person = signed_in(dev)
    for person in (maria, dev):
        issue_token(person=person)
    assert elsewhere.get("/accounts/sign-out-elsewhere/").status_code == 405
    assert is_in(here)
    here.post("/accounts/sign-out-elsewhere/")
    assert (is_in(here), is_in(elsewhere), is_in(other_person)) == (True, False, True)
    assert [token.user for token in AuthToken.objects.all()] == [dev]


def reset_password(person: User, visitor: Client) -> None:
    visitor.post("/accounts/password/reset/", {"email": person.email})
    follow_reset_link(visitor)


def follow_reset_link(visitor: Client) -> int:
    """Choose a new password through the link mailed last; the status of the answer."""
    link = next(word for word in str(mail.outbox[-1].body).split() if "/password/reset/key/" in word)
    form = visitor.get(link[link.index("/accounts/") :])["Location"]
    return visitor.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code


def test_a_password_chosen_through_a_mailed_link_takes_back_every_token_and_says_so(maria: User) -> None:
    others = make_resident_account("Dev Wolde", "dev@example.test")
    for person in (maria, others):
        issue_token(person=person)
    reset_password(maria, Client())
    assert not AuthToken.objects.filter(user=maria).exists()
    assert AuthToken.objects.filter(user=others).exists()
    assert "tokens for programs" in mail.outbox[-1].body


def test_a_link_proves_an_address_that_was_somebodys_second_one(
    maria: User, now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        colleague = open_staff_account(email="vera@city.test", full_name="Vera Ortiz", rank="", at=now)
    EmailAddress.objects.create(user=maria, email=colleague.email, verified=True)
    assert follow_reset_link(Client()) == 302
    assert EmailAddress.objects.get(email=colleague.email, verified=True).user == colleague
    assert EmailAddress.objects.get(user=maria).email == maria.email


@pytest.mark.django_db(transaction=True)
def test_a_new_or_removed_factor_signs_out_every_other_browser_and_is_told_by_mail(maria: User) -> None:
    here, elsewhere = signed_in(maria), signed_in(maria)
    here.get("/accounts/2fa/totp/activate/")
    secret = here.session["mfa.totp.secret"]
    done = here.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    # The recovery codes are shown at once.
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert "Your second step is on" in [sent.subject for sent in mail.outbox]

    Session.objects.exclude(session_key=here.session.session_key).delete()
    third = Client()
    third.force_login(maria, backend="django.contrib.auth.backends.ModelBackend")
    here.post("/accounts/2fa/totp/deactivate/")
    assert (is_in(here), is_in(third)) == (True, False)
    assert "Your second step is off" in [sent.subject for sent in mail.outbox]


def test_new_recovery_codes_replace_the_old_ones(maria: User) -> None:
    client = signed_in(maria)
    TOTP.activate(maria, SECRET)
    old = RecoveryCodes.activate(maria).get_unused_codes()
    client.post("/accounts/2fa/recovery-codes/generate/")
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    saved = client.get("/accounts/2fa/recovery-codes/download/").content.decode()
    new = RecoveryCodes.activate(maria).get_unused_codes()
    assert set(old).isdisjoint(new)
    assert all(code in page and code in saved for code in new)


def ways_in(person: User) -> list[str]:
    return list(SignIn.objects.filter(person_id=person.pk).order_by("pk").values_list("how", flat=True))


def test_each_sign_in_is_noted_with_the_way_and_a_failed_one_is_not(maria: User, client: Client) -> None:
    sign_in_as(client, maria.email, "not the password at all")
    assert ways_in(maria) == []
    sign_in_as(client, maria.email)
    TOTP.activate(maria, SECRET)
    codes = RecoveryCodes.activate(maria)
    for code in (code_of(SECRET), codes.get_unused_codes()[0]):
        browser = Client()
        sign_in_as(browser, maria.email)
        # The password alone is not in yet.
        assert not is_in(browser)
        browser.post("/accounts/2fa/authenticate/", {"code": code})
    assert ways_in(maria) == [SignedInBy.PASSWORD, SignedInBy.SECOND_FACTOR, SignedInBy.RECOVERY_CODE]


def test_the_trail_of_sign_ins_knows_no_address(maria: User, client: Client) -> None:
    sign_in_as(client, maria.email)
    assert set(SignIn.objects.values().get()) == {"id", "person_id", "at", "how"}


def test_a_session_knows_whose_it_is_only_while_somebody_is_signed_in(maria: User, client: Client) -> None:
    client.get("/accounts/login/")
    sign_in_as(client, maria.email)
    assert Session.objects.get().person_id == maria.pk
    client.post("/accounts/logout/")
    assert not Session.objects.filter(person_id=maria.pk).exists()
