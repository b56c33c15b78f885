"""How does a staff account come to be, and how does its owner get in for the first time?"""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.mails import send_mail_to
from accounts.models import User
from accounts.rules import Kind
from accounts.selectors import never_confirmed


@transaction.atomic
def open_staff_account(*, email: str, full_name: str, rank: str, at: datetime, password: str | None = None) -> User:
    """Make a staff account. An account that somebody only began with its address makes room for it.

    Args:
        password: Given only by somebody who came by a link in a mail to this very address, which proves it is theirs.
            Without one they get such a link now, and choose their password there.
    """
    # Nobody keeps a colleague out by signing up with an address that is not theirs.
    never_confirmed(before=at).filter(email__iexact=email).delete()
    person = User.objects.create_user(email, password, full_name=full_name, rank=rank, kind=Kind.STAFF, joined_at=at)
    EmailAddress.objects.create(user=person, email=person.email, verified=password is not None, primary=True)
    if password is None:
        key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
        link = settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key)
        send_mail_to(person, template="staff_account", context={"link": link})
    return person
