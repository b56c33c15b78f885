"""What does Porchlight keep about a person who can sign in?"""

from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts import rules
from core.trail import recorded

if TYPE_CHECKING:
    from accounts.session_store import SessionStore


class UserManager(BaseUserManager["User"]):
    """Makes accounts; the e-mail address is the sign-in name, compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


@recorded(
    "kind",
    "is_active",
    "access_changed_by",
    model_name="UserEvent",
    # Who signed up as a resident is nobody's business.
    events=[pghistory.InsertEvent(condition=pgtrigger.Q(new__kind=rules.Kind.STAFF)), pghistory.UpdateEvent()],
)
class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in.

    The kind never changes: a trigger refuses it (migration 0002), and tables for residents alone refer to
    (id, kind). Nobody is a Django superuser (a constraint holds it): staff who keep the installation running hold named
    permissions through groups, and none of those opens what neighbors say.
    """

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    full_name = models.CharField("name", max_length=80)
    kind = models.CharField(max_length=8, choices=rules.Kind.choices, default=rules.Kind.RESIDENT, editable=False)
    rank = models.CharField(max_length=40, blank=True, help_text="Staff only, as signed in public: “Officer”, “Sgt.”")
    is_active = models.BooleanField(default=True, help_text="Untick to close the account without deleting it.")
    access_changed_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        help_text="The site admin who closed the account or opened it again, last.",
    )
    shows_last_name = models.BooleanField(default=False, help_text="Residents only: neighbors see the whole name.")
    terms_version = models.DateField(null=True, editable=False)
    terms_accepted_at = models.DateTimeField(null=True, editable=False)
    renamed_at = models.DateTimeField(null=True, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    leaving_since = models.DateTimeField(
        null=True, editable=False, help_text="Left while a legal hold kept the data; empty once they are deleted."
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "kind"], name="accounts_user_kind_of_id"),
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_without_case"),
            models.CheckConstraint(condition=Q(is_superuser=False), name="accounts_user_nobody_is_superuser"),
            models.CheckConstraint(
                condition=Q(kind=rules.Kind.STAFF) | Q(rank=""), name="accounts_user_rank_is_for_staff"
            ),
        ]
        indexes = [
            # Few beside all others: whoever writes to a whole city leaves these out without reading everybody's row.
            models.Index(fields=["id"], condition=Q(is_active=False), name="accounts_user_closed"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_police_or_civic_staff(self) -> bool:
        return self.kind == rules.Kind.STAFF

    @property
    def is_staff(self) -> bool:
        """May open the admin at all (Django's word); what is in there is decided by permissions."""
        return self.is_active and self.kind == rules.Kind.STAFF and bool(self.get_all_permissions())

    @property
    def public_name(self) -> str:
        """How others see this person: "Maria L.", by own choice "Maria Lopez", or "Officer K. Delgado"."""
        if self.kind == rules.Kind.STAFF:
            return rules.officer_name(self.rank, self.full_name)
        if self.shows_last_name:
            return self.full_name
        return rules.short_name(self.full_name)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.public_name


class Session(AbstractBaseSession):
    """Somebody at one browser, signed in or not.

    `accounts.session_store` writes it; Django's own table does not say whose a session is.
    """

    person_id = models.BigIntegerField(null=True, db_index=True)

    @classmethod
    def get_session_store_class(cls) -> type["SessionStore"]:
        from accounts.session_store import SessionStore

        return SessionStore


class SignIn(models.Model):
    """Somebody came in: part of the audit trail, so it says who, when and how, and nothing about where from.

    The role `app` adds and reads rows and can neither change nor delete one; `accounts_forget_sign_ins()` in the
    database deletes those older than twelve months.
    """

    # A plain number: the trail neither keeps an account alive nor goes with it.
    person_id = models.BigIntegerField()
    at = models.DateTimeField()
    how = models.CharField(max_length=16, choices=rules.SignedInBy.choices)

    class Meta:
        default_permissions = ()
        permissions = [("read_audit", "Can read the audit trail")]
        indexes = [
            models.Index(fields=["person_id", "at"], name="accounts_signin_of_person"),
            models.Index(fields=["at"], name="accounts_signin_at"),
        ]


@recorded("person", "post_id", "placed_by", "lifted_by", model_name="LegalHoldEvent")
class LegalHold(models.Model):
    """What must not be deleted while a legal matter lasts: all of one person, of one post, or everything.

    `accounts.retention` and, in the database, `accounts_is_held(person)` are what every deletion of records asks.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    # A plain number: this app does not know what a post is.
    post_id = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=rules.HOLD_REASON_MAX_LENGTH)
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [("place_legal_hold", "May place and lift legal holds")]
        constraints = [
            models.CheckConstraint(condition=Q(person=None) | Q(post_id=None), name="accounts_legalhold_of_one_thing"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="accounts_legalhold_lifted_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="accounts_legalhold_has_reason"),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(lifted_at=None), name="accounts_legalhold_in_force"),
        ]

    def __str__(self) -> str:
        return f"Legal hold {self.pk}"


class RecordExport(models.Model):
    """Somebody took a copy of the public record along. Written once, never changed: who, when, and which days."""

    by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, help_text="Empty for a command of the server."
    )
    at = models.DateTimeField()
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        default_permissions = ()
        permissions = [("export_record", "May export the public record")]
        indexes = [models.Index(fields=["-at", "-id"], name="accounts_recordexport_newest")]

    def __str__(self) -> str:
        return f"Export {self.pk} of {self.first_day} to {self.last_day}"
