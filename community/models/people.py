"""Whom do neighbors mute, block, and trust to keep the room?"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from community import rules


class Mute(models.Model):
    """One person does not want to read another, who need not know."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+", db_index=False)
    muted = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "muted"], name="community_mute_once"),
            models.CheckConstraint(condition=~Q(person=F("muted")), name="community_mute_another"),
        ]

    def __str__(self) -> str:
        return f"Mute {self.pk}"


class Block(models.Model):
    """Two people, one of whom wants neither to read the other nor to be read; the wall itself keeps them apart."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+", db_index=False)
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "blocked"], name="community_block_once"),
            models.CheckConstraint(condition=~Q(person=F("blocked")), name="community_block_another"),
        ]

    def __str__(self) -> str:
        return f"Block {self.pk}"


class Lead(models.Model):
    """A resident who keeps the room of a neighborhood: offered, then named by the moderator or by another lead."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    neighborhood = models.ForeignKey("neighborhoods.Neighborhood", on_delete=models.DO_NOTHING, related_name="+")
    state = models.CharField(max_length=7, choices=rules.LeadState.choices, default=rules.LeadState.OFFERED)
    offered_at = models.DateTimeField()
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+", null=True, blank=True
    )
    named_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "neighborhood"],
                condition=~Q(state=rules.LeadState.ENDED),
                name="community_lead_one_current",
            ),
            models.CheckConstraint(
                condition=~Q(state=rules.LeadState.ACTIVE) | (Q(named_by__isnull=False) & ~Q(named_by=F("person"))),
                name="community_lead_named_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"Lead {self.pk}"
