"""What is kept about one person? Everything, by table, in words they can read."""

from datetime import datetime
from typing import cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import SignIn, User
from accounts.rules import SignedInBy
from accounts.signals import OwnDataSection, own_data_asked

YES_OR_NO = {True: "yes", False: "no"}


def own_data(person: User, *, with_pictures: bool = False) -> list[OwnDataSection]:
    """The account itself first, then what each app keeps, in the order of the house. No query counts on length.

    Args:
        with_pictures: Each picture itself, as a data URI, in place of a link: for a file that outlives the account.
    """
    sections = [_account(person), _addresses(person), _ways_in(person), _tokens(person), _sign_ins(person)]
    for _, answer in own_data_asked.send(sender=User, person=person, with_pictures=with_pictures):
        sections += cast(list[OwnDataSection], answer)
    return sections


def moment(at: datetime | None) -> str:
    """In the city's time: "2026-11-21 08:10"."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _account(person: User) -> OwnDataSection:
    row = {
        "Name": person.full_name,
        "Others see": person.public_name,
        "E-mail": person.email,
        "Kind of account": person.get_kind_display(),
        "Made": moment(person.joined_at),
        "Terms accepted": f"those of {person.terms_version}" if person.terms_version else "",
        "Accepted on": moment(person.terms_accepted_at),
        "Name changed": moment(person.renamed_at),
        "Last name shown to neighbors": YES_OR_NO[person.shows_last_name],
    }
    if person.rank:
        row["Rank"] = person.rank
    return OwnDataSection("Your account", [row])


def _addresses(person: User) -> OwnDataSection:
    addresses = EmailAddress.objects.filter(user=person).order_by("pk")
    rows = [{"Address": one.email, "Confirmed": YES_OR_NO[one.verified]} for one in addresses]
    return OwnDataSection("E-mail addresses", rows)


def _ways_in(person: User) -> OwnDataSection:
    rows = [{"Way": "Password", "Added": "", "Last used": ""}] if person.has_usable_password() else []
    for factor in Authenticator.objects.filter(user=person).order_by("pk"):
        name = str(factor.get_type_display())
        if factor.type == Authenticator.Type.WEBAUTHN:
            name = f"Passkey “{factor.wrap().name}”"
        elif factor.type == Authenticator.Type.TOTP:
            name = "App on your phone"
        rows.append({"Way": name, "Added": moment(factor.created_at), "Last used": moment(factor.last_used_at)})
    return OwnDataSection("How you sign in", rows)


def _tokens(person: User) -> OwnDataSection:
    tokens = AuthToken.objects.filter(user=person).order_by("created")
    rows = [{"Begins with": token.token_key[:8], "Made": moment(token.created)} for token in tokens]
    return OwnDataSection("Tokens for programs", rows)


def _sign_ins(person: User) -> OwnDataSection:
    sign_ins = SignIn.objects.filter(person_id=person.pk).order_by("-at")
    rows = [{"When": moment(one.at), "How": SignedInBy(one.how).label} for one in sign_ins]
    return OwnDataSection("When you signed in, the last twelve months", rows)
