"""How does a person get keys and give them back, and how do they leave?"""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date
from knox.models import AuthToken

from accounts import encryption, mails, retention, signals
from accounts.models import Session, SignIn, User
from accounts.rules import RENAMED_EVERY, SignedInBy
from accounts.selectors import never_confirmed
from core.errors import DomainError, NotAllowed
from core.locks import hold_holds_still

TOKENS_PER_PERSON = 10
FORMER_RESIDENT = "Former resident"
NEVER_CONFIRMED_KEPT = timedelta(days=7)


class AccountClosed(DomainError):
    """A closed account signs in nowhere, and neither do its programs."""

    def __init__(self, user: User) -> None:
        super().__init__(f"The account {user.email} is closed.")


class TooManyTokens(DomainError):
    """So many that nobody knows any more what each is for."""

    def __init__(self) -> None:
        super().__init__(f"You have {TOKENS_PER_PERSON} tokens. Take one back before you make another.")


class RenamedLately(DomainError):
    """Who changes names often is nobody whom neighbors know."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(
            f"You changed your name less than {RENAMED_EVERY.days} days ago. You can change it again from "
            f"{format_date(timezone.localtime(again_at), 'F j')} on."
        )


class StaffCannotLeave(NotAllowed):
    """A colleague's access ends with their assignment; what they wrote for the police stays signed."""

    def __init__(self) -> None:
        super().__init__(
            "A work account does not end here. Ask your manager to end your assignment; the city closes the account."
        )


@transaction.atomic
def issue_token(*, person: User) -> str:
    """Make an API token that may do whatever the person may do.

    Returns:
        The token. Only its digest is kept, so this is the one time to read it.

    Raises:
        AccountClosed, TooManyTokens: See `check_may_have_token`.
    """
    # Under the person's row lock, so that two requests at once cannot pass the limit together.
    person = User.objects.select_for_update().get(pk=person.pk)
    check_may_have_token(person)
    _, token = AuthToken.objects.create(user=person)
    return str(token)


def check_may_have_token(person: User) -> None:
    """Whether the person may get one more token. One query.

    Raises:
        AccountClosed: The account is closed.
        TooManyTokens: The person holds `TOKENS_PER_PERSON` already.
    """
    if not person.is_active:
        raise AccountClosed(person)
    if AuthToken.objects.filter(user=person).count() >= TOKENS_PER_PERSON:
        raise TooManyTokens


def revoke_token(*, person: User, token_key: str) -> bool:
    """Take back one of the person's own tokens; its next request is refused.

    Args:
        token_key: How the token begins.

    Returns:
        Whether the person had such a token.
    """
    deleted, _ = AuthToken.objects.filter(user=person, token_key=token_key).delete()
    return bool(deleted)


@transaction.atomic
def revoke_all_tokens(*, person: User) -> None:
    """Take back every token of the person."""
    AuthToken.objects.filter(user=person).delete()


@transaction.atomic
def record_sign_in(*, person: User, how: SignedInBy, at: datetime) -> None:
    """Note for the audit trail that somebody came in."""
    SignIn.objects.create(person_id=person.pk, how=how, at=at)


@transaction.atomic
def confirm_email(*, person: User) -> None:
    """Count the person's address as theirs, because they followed a link that we sent there.

    Where another account had it as a second one, that account lets go of it: an address opens one account.
    """
    EmailAddress.objects.filter(email__iexact=person.email, verified=True).exclude(user=person).delete()
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})


@transaction.atomic
def change_name(*, person: User, full_name: str, shows_last_name: bool, at: datetime) -> None:
    """Call a resident otherwise, from now on and wherever their name stands.

    Raises:
        RenamedLately: The name was another within `RENAMED_EVERY`. How much of it is shown changes at any time.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if full_name != person.full_name:
        if person.renamed_at is not None and person.renamed_at + RENAMED_EVERY > at:
            raise RenamedLately(person.renamed_at + RENAMED_EVERY)
        person.renamed_at = at
    person.full_name, person.shows_last_name = full_name, shows_last_name
    person.save(update_fields=["full_name", "shows_last_name", "renamed_at"])


@transaction.atomic
def end_sessions(*, person_id: int, except_key: str | None = None) -> int:
    """Sign the person out everywhere, but for one browser.

    Args:
        except_key: Key of the session that goes on.

    Returns:
        How many sessions ended.
    """
    ended, _ = Session.objects.filter(person_id=person_id).exclude(session_key=except_key or "").delete()
    signals.sessions_ended.send(sender=User, person_id=person_id)
    return ended


@transaction.atomic
def sign_out_elsewhere(*, person: User, here: str | None) -> None:
    """Leave the person signed in at one browser alone, and take back what their programs come in with.

    Args:
        here: Key of the session that goes on.
    """
    end_sessions(person_id=person.pk, except_key=here)
    revoke_all_tokens(person=person)


@transaction.atomic
def reencrypt_second_factors() -> tuple[int, int]:
    """Bring every secret of a second factor under the first of `SECOND_FACTOR_KEYS`.

    Returns:
        (how many factors there are with a secret, how many of them had to change)

    Raises:
        cryptography.fernet.InvalidToken: A secret is under a key that is not there; then nothing has changed.
    """
    seen = changed = 0
    factors = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).select_for_update()
    for factor in factors.order_by("pk").iterator(chunk_size=500):
        name = "secret" if factor.type == Authenticator.Type.TOTP else "seed"
        current = encryption.under_first_key(factor.data[name])
        seen += 1
        if current != factor.data[name]:
            factor.data[name] = current
            factor.save(update_fields=["data"])
            changed += 1
    return seen, changed


@transaction.atomic
def leave(*, person: User, at: datetime) -> None:
    """End a resident's account for good: every app lets go of what is theirs, and the row loses the person.

    What they wrote under police posts and to police stays, as written by a former resident (docs/privacy.md). While a
    legal hold keeps their data the account is only closed, and `finish_leaving` does the rest once no hold does.

    Args:
        at: Moment of leaving, aware.

    Raises:
        StaffCannotLeave: It is a work account.
    """
    hold_holds_still()
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_police_or_civic_staff:
        raise StaffCannotLeave
    if not person.is_active:
        # A second click: the first has let go of everything.
        return
    if retention.may_purge(person):
        _let_go(person, at)
    else:
        mails.send_mail_to(person, template="account_held")
        end_sessions(person_id=person.pk)
        revoke_all_tokens(person=person)
        person.is_active, person.leaving_since = False, at
        person.save(update_fields=["is_active", "leaving_since"])


def finish_leaving(*, at: datetime) -> int:
    """Let go of everybody who left while a hold kept their data, and whom none keeps any more; each by themselves.

    Returns:
        How many.
    """
    finished = 0
    waiting = User.objects.filter(leaving_since__isnull=False).order_by("pk").values_list("pk", flat=True)
    for person_id in list(waiting):
        with transaction.atomic():
            hold_holds_still()
            person = User.objects.select_for_update().get(pk=person_id)
            if person.leaving_since is not None and retention.may_purge(person):
                _let_go(person, at)
                finished += 1
    return finished


def _let_go(person: User, at: datetime) -> None:
    mails.send_mail_to(person.email, template="account_gone")
    signals.person_leaving.send(sender=User, person=person, at=at)
    for kept in (EmailAddress, Authenticator, AuthToken):
        kept.objects.filter(user=person).delete()
    Session.objects.filter(person_id=person.pk).delete()
    person.groups.clear()
    person.user_permissions.clear()
    person.email, person.full_name = f"left-{person.pk}@invalid", FORMER_RESIDENT
    # Shown whole: “Former R.” would read like somebody's name.
    person.shows_last_name, person.terms_version, person.terms_accepted_at = True, None, None
    person.last_login, person.renamed_at, person.is_active, person.leaving_since = None, None, False, None
    person.set_unusable_password()
    person.save()


def forget_what_is_over(*, at: datetime) -> dict[str, int]:
    """Delete sign-ins older than twelve months, sessions that ended, and accounts whose address nobody ever showed.

    Whoever left under a legal hold that has ended since is let go of.

    Returns:
        How many of each: `sign_ins`, `sessions`, `accounts`, `left`.
    """
    sessions, _ = Session.objects.filter(expire_date__lt=at).delete()
    return {
        "sign_ins": retention.purge_sign_ins(),
        "sessions": sessions,
        "accounts": retention.purge(never_confirmed(before=at - NEVER_CONFIRMED_KEPT)),
        "left": finish_leaving(at=at),
    }
