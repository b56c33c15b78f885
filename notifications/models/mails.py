"""What is kept about mails that concern an account: codes, links, and what others decided about it?"""

from django.db import models
from django.db.models import Q

from notifications import rules


class Mail(models.Model):
    """One finished mail to one address, written in the transaction that gave rise to it.

    Its words and its address are sealed, because codes and links that open accounts stand in it, and erased as soon as
    it has ended.
    """

    kind = models.CharField(max_length=60, help_text="The name of its template: how it is called in logs and counts.")
    sealed = models.BinaryField(null=True, help_text="Address and finished mail; erased once it has ended.")
    state = models.CharField(
        max_length=10,
        choices=rules.NoticeState.choices,
        default=rules.NoticeState.WAITING,
        db_default=rules.NoticeState.WAITING,
    )
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Worthless afterwards: a code that came too late.")
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=rules.REASON_MAX_LENGTH, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=rules.NoticeState.WAITING, ended_at=None, sealed__isnull=False)
                | (~Q(state=rules.NoticeState.WAITING) & Q(ended_at__isnull=False, sealed=None)),
                name="notifications_mail_ended_is_erased",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state=rules.NoticeState.WAITING), name="notifications_mail_waiting"
            ),
            models.Index(
                fields=["ended_at"],
                include=["state"],
                condition=Q(ended_at__isnull=False),
                name="notifications_mail_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"Mail {self.pk} of the kind {self.kind}"
