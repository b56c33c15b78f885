"""What is kept about police commands, the neighborhoods they serve and their staff?"""

from datetime import datetime

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models import User
from commands import rules
from core.trail import recorded


@recorded("kind", "second_person", "changed_by", model_name="PoliceCommandEvent")
class PoliceCommand(models.Model):
    """A unit that speaks for the police. Called so because Django owns the word "Command"."""

    name = models.CharField(max_length=120, help_text="As signed in public: “Central Command”.")
    slug = models.SlugField(max_length=80, unique=True)
    letter = models.CharField(max_length=3, help_text="On its shield mark: “C”, “HQ”.")
    kind = models.CharField(max_length=12, choices=rules.CommandKind.choices, default=rules.CommandKind.AREA)
    about = models.TextField(max_length=2000, blank=True, help_text="A few plain sentences for the public page.")
    phone = models.CharField(max_length=30, blank=True, help_text="Not for emergencies; shown in public.")
    second_person = models.CharField(
        "posts wait for a second person",
        max_length=8,
        choices=rules.SecondPerson.choices,
        default=rules.SecondPerson.NEVER,
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        help_text="The site admin who changed it last; empty for a command of the server.",
    )

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind=rules.CommandKind.HEADQUARTERS),
                name="commands_policecommand_one_headquarters",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_headquarters(self) -> bool:
        return self.kind == rules.CommandKind.HEADQUARTERS


class Coverage(models.Model):
    """A command serves a neighborhood from one moment to another. Headquarters has no rows: it covers everything."""

    command = models.ForeignKey(PoliceCommand, on_delete=models.PROTECT, related_name="coverages")
    neighborhood = models.ForeignKey("neighborhoods.Neighborhood", on_delete=models.PROTECT, related_name="coverages")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["neighborhood", "command"], condition=Q(ended_at=None), name="commands_coverage_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="commands_coverage_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.command} serves {self.neighborhood}"


# Two transactions that would each make the other's row wrong wait for each other at the account.
_LOCK_ACCOUNT = "PERFORM FROM accounts_user WHERE id = {id} FOR NO KEY UPDATE;"


@recorded("person", "command", "role", "started_by", "ended_at", "ended_by", model_name="AssignmentEvent")
class Assignment(models.Model):
    """One staff member's role on one command page, from one moment to another.

    Who spoke for the police and who watches over that are different people: whoever is in a group holds no
    assignment, and the other way round. Triggers here and at `GroupMembership` see to it.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    command = models.ForeignKey(PoliceCommand, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=8, choices=rules.Role.choices)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="The manager; empty when whoever operates the server appointed them.",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "command"], condition=Q(ended_at=None), name="commands_assignment_one_current"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="commands_assignment_ends_later"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="never_civic_staff",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__ended_at=None),
                func=_LOCK_ACCOUNT.format(id="NEW.person_id")
                + """
                IF EXISTS (SELECT FROM accounts_user_groups WHERE user_id = NEW.person_id) THEN
                    RAISE EXCEPTION 'Civic staff hold no assignment.' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display().lower()} at {self.command}"


@recorded("user", "group", model_name="GroupMembershipEvent", events=[pghistory.InsertEvent(), pghistory.DeleteEvent()])
class GroupMembership(User.groups.through):  # type: ignore[name-defined,misc]
    """One account in one group of civic staff: Django's own table, watched."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [
            pgtrigger.Trigger(
                name="never_police",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_LOCK_ACCOUNT.format(id="NEW.user_id")
                + """
                IF EXISTS (SELECT FROM commands_assignment WHERE person_id = NEW.user_id AND ended_at IS NULL) THEN
                    RAISE EXCEPTION 'Whoever works for a command is not civic staff.' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            )
        ]


@recorded(
    "command",
    "role",
    "invited_by",
    "sent_at",
    "accepted_by",
    "taken_back_at",
    "taken_back_by",
    model_name="InvitationEvent",
)
class Invitation(models.Model):
    """A manager asks somebody to work for the command. The e-mail address is kept only while the invitation is open."""

    command = models.ForeignKey(PoliceCommand, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=8, choices=rules.Role.choices)
    email = models.EmailField(max_length=254, blank=True)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", help_text="Who sent it last."
    )
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(help_text="When the link that works now was sent.")
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("command"),
                Lower("email"),
                condition=Q(accepted_at=None, taken_back_at=None),
                name="commands_invitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, taken_back_at=None) | Q(email=""),
                name="commands_invitation_forgets_email",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="commands_invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_by=None) | Q(taken_back_at__isnull=False),
                name="commands_invitation_taken_back_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk} to {self.command}"

    @property
    def is_closed(self) -> bool:
        return self.accepted_at is not None or self.taken_back_at is not None

    @property
    def expires_at(self) -> datetime:
        return self.sent_at + rules.INVITATION_LIFETIME

    def is_open(self, at: datetime) -> bool:
        return not self.is_closed and at < self.expires_at
