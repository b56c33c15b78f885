"""What is kept while somebody shows that they live where they say: letters, vouches, and who looked?"""

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.trail import recorded
from neighborhoods import rules


@recorded("residency", "state", "printed_by", model_name="LetterEvent")
class Letter(models.Model):
    """A letter with a code to the home of a residency. The code is made when it is printed; only its hash is kept."""

    residency = models.ForeignKey("neighborhoods.Residency", on_delete=models.CASCADE, related_name="letters")
    state = models.CharField(max_length=7, choices=rules.LetterState.choices, default=rules.LetterState.ASKED)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    earlier_hashes = ArrayField(
        models.CharField(max_length=64),
        default=list,
        db_default=[],
        editable=False,
        help_text="Of codes that a lost file was printed with: whoever gets that paper too has made no mistake.",
    )
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True, blank=True)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["residency"],
                condition=Q(state__in=[rules.LetterState.ASKED, rules.LetterState.PRINTED]),
                name="neighborhoods_letter_one_under_way",
            ),
            models.CheckConstraint(
                condition=~Q(state=rules.LetterState.PRINTED)
                | (~Q(code_hash="") & Q(printed_at__isnull=False, expires_at__isnull=False)),
                name="neighborhoods_letter_printed_has_code",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at", "id"],
                condition=Q(state=rules.LetterState.ASKED),
                name="neighborhoods_letter_to_print",
            )
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk} for residency {self.residency_id}"

    def is_over_at(self, at: datetime) -> bool:
        """Whether its code came too late, was locked or replaced, so that nothing is on its way."""
        if self.state == rules.LetterState.PRINTED:
            return self.expires_at is not None and self.expires_at <= at
        return self.state != rules.LetterState.ASKED

    @property
    def may_be_followed_at(self) -> datetime | None:
        """From when on another one may be asked for although this one is on its way; None before it is printed."""
        return self.printed_at and self.printed_at + timedelta(days=rules.LETTER_WAIT_DAYS)


class VouchLink(models.Model):
    """A link that leads to a vouch: one vouch where a neighbor invites, several where a newcomer asks."""

    kind = models.CharField(max_length=10, choices=rules.VouchLinkKind.choices)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vouch_links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Vouch(models.Model):
    """One neighbor's word that somebody lives where they say."""

    residency = models.ForeignKey("neighborhoods.Residency", on_delete=models.CASCADE, related_name="vouches")
    voucher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="vouches_given")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "vouches"
        constraints = [models.UniqueConstraint(fields=["residency", "voucher"], name="neighborhoods_vouch_once")]
        indexes = [models.Index(fields=["voucher", "given_at"], name="neighborhoods_vouch_this_year")]

    def __str__(self) -> str:
        return f"Vouch {self.pk} for residency {self.residency_id}"


class LookUp(models.Model):
    """A verifier saw a resident's name beside a home. Written once, never changed: ids and a reason, no words."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    residency_id = models.BigIntegerField(help_text="Not a key, so that the trail outlives what it tells of.")
    reason = models.CharField(max_length=9, choices=rules.LookUpReason.choices)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="neighborhoods_lookup_newest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Look-up {self.pk}"
