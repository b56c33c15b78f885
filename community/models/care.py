"""What is kept when something is reported, removed and appealed?"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from community import rules


class Report(models.Model):
    """A copy of what somebody reported, handed over knowingly: whoever handles it sees the copy and nothing else.

    Who handles it is not kept: the policy finds out with each look, so that a lead who leaves needs no replacing. It is
    the leads of the neighborhood who are not involved, else those of adjoining ones, else the community moderator.
    """

    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    subject_kind = models.CharField(max_length=7, choices=rules.SubjectKind.choices)
    subject_id = models.BigIntegerField(help_text="Not a key: the copy outlives what its author deletes.")
    neighborhood = models.ForeignKey("neighborhoods.Neighborhood", on_delete=models.DO_NOTHING, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    author_name = models.CharField(max_length=100, help_text="As it stood beside the text.")
    title = models.CharField(max_length=rules.TITLE_MAX_LENGTH, blank=True)
    text = models.TextField(blank=True)
    picture = models.BinaryField(null=True)
    rule = models.CharField(max_length=14, choices=rules.RoomRule.choices)
    note = models.CharField(max_length=rules.NOTE_MAX_LENGTH, blank=True)
    state = models.CharField(max_length=7, choices=rules.ReportState.choices, default=rules.ReportState.OPEN)
    reported_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(state=rules.ReportState.OPEN),
                name="community_report_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | (~Q(decided_by=F("author")) & ~Q(decided_by=F("reporter"))),
                name="community_report_decided_by_another",
            ),
        ]
        indexes = [models.Index(fields=["neighborhood", "state", "id"], name="community_report_waiting")]

    def __str__(self) -> str:
        return f"Report {self.pk}"


class Removal(models.Model):
    """Something is no longer shown, under a published rule. Ids only: the words are in `RemovalCopy`.

    The reporter stands here for one purpose: the appeal goes to somebody who is neither them nor who removed it.
    """

    subject_kind = models.CharField(max_length=7, choices=rules.SubjectKind.choices)
    subject_id = models.BigIntegerField()
    neighborhood = models.ForeignKey("neighborhoods.Neighborhood", on_delete=models.DO_NOTHING, related_name="+")
    rule = models.CharField(max_length=14, choices=rules.RoomRule.choices)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    removed_at = models.DateTimeField()
    overturned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(overturned_at=None),
                name="community_removal_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"Removal {self.pk}"


class RemovalCopy(models.Model):
    """The snapshot of what was removed: for its author, whoever removed it, and whoever decides the appeal."""

    removal = models.OneToOneField(Removal, on_delete=models.DO_NOTHING, primary_key=True, related_name="copy")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    title = models.CharField(max_length=rules.TITLE_MAX_LENGTH, blank=True)
    text = models.TextField(blank=True)
    picture = models.BinaryField(null=True)

    class Meta:
        verbose_name_plural = "removal copies"

    def __str__(self) -> str:
        return f"Copy of removal {self.pk}"


class Appeal(models.Model):
    """The author asks somebody else to look again: never the person who removed it."""

    removal = models.OneToOneField(Removal, on_delete=models.DO_NOTHING, primary_key=True, related_name="appeal")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+")
    neighborhood = models.ForeignKey("neighborhoods.Neighborhood", on_delete=models.DO_NOTHING, related_name="+")
    text = models.TextField(max_length=rules.APPEAL_MAX_LENGTH)
    appealed_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=rules.AppealOutcome.choices, default=rules.AppealOutcome.WAITING)
    reason = models.CharField(max_length=rules.NOTE_MAX_LENGTH, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        permissions = [("moderate", "May handle neighbors' reports where no lead can, and name first leads")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | (~Q(decided_by=F("author")) & ~Q(decided_by=F("removed_by"))),
                name="community_appeal_decided_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"Appeal of removal {self.pk}"
