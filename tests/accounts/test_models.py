"""What does the database itself hold about accounts, whoever writes?"""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import SignIn, User
from accounts.rules import Kind, SignedInBy

pytestmark = pytest.mark.django_db


def test_the_kind_of_an_account_is_fixed_when_it_is_made(resident: User, officer: User) -> None:
    for person, other in ((resident, Kind.STAFF), (officer, Kind.RESIDENT)):
        with pytest.raises(IntegrityError, match="fixed when it is made"), transaction.atomic():
            User.objects.filter(pk=person.pk).update(kind=other, rank="")
    resident.full_name = "Maria Gomez"
    resident.save()
    resident.refresh_from_db()
    assert (resident.full_name, resident.kind) == ("Maria Gomez", Kind.RESIDENT)


def test_a_resident_may_choose_to_show_the_whole_name(resident: User, officer: User) -> None:
    assert resident.public_name == "Maria L."
    resident.shows_last_name = officer.shows_last_name = True
    assert resident.public_name == "Maria Lopez"
    assert officer.public_name == "Officer K. Delgado"


@pytest.mark.parametrize("change", ["UPDATE accounts_signin SET how = 'passkey'", "DELETE FROM accounts_signin"])
def test_the_application_cannot_change_who_signed_in(resident: User, change: str) -> None:
    SignIn.objects.create(person_id=resident.pk, at=timezone.now(), how=SignedInBy.PASSWORD)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert SignIn.objects.get().how == SignedInBy.PASSWORD


def test_sign_ins_are_forgotten_after_twelve_months(resident: User) -> None:
    now = timezone.now()
    for days in (400, 370, 360, 1):
        SignIn.objects.create(person_id=resident.pk, at=now - timedelta(days=days), how=SignedInBy.PASSWORD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_forget_sign_ins()")
        assert cursor.fetchone() == (2,)
    assert SignIn.objects.count() == 2
