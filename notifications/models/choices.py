"""What is kept about how a person wants to hear, and over what they can be reached?"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from notifications import rules
from notifications.rules import DEFAULT_CHOICES, Choice, Pace, Topic


def _email(topic: Topic) -> "models.CharField[str, str]":
    pace = DEFAULT_CHOICES[topic].email
    return models.CharField(max_length=7, choices=Pace.choices, default=pace, db_default=pace)


def _push(topic: Topic) -> "models.BooleanField[bool, bool]":
    push = DEFAULT_CHOICES[topic].push
    return models.BooleanField(default=push, db_default=push)


class Preferences(models.Model):
    """A person's choices, a row once they changed one; without it `rules.DEFAULT_CHOICES` hold."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="preferences"
    )
    urgent_email = _email(Topic.URGENT)
    urgent_push = _push(Topic.URGENT)
    crime_email = _email(Topic.CRIME)
    crime_push = _push(Topic.CRIME)
    tips_email = _email(Topic.TIPS)
    tips_push = _push(Topic.TIPS)
    events_email = _email(Topic.EVENTS)
    events_push = _push(Topic.EVENTS)
    replies_email = _email(Topic.REPLIES)
    replies_push = _push(Topic.REPLIES)
    neighbors_email = _email(Topic.NEIGHBORS)
    neighbors_push = _push(Topic.NEIGHBORS)
    digest_hour = models.PositiveSmallIntegerField(default=rules.DIGEST_HOUR, db_default=rules.DIGEST_HOUR)
    digest_weekday = models.PositiveSmallIntegerField(
        default=rules.DIGEST_WEEKDAY, db_default=rules.DIGEST_WEEKDAY, help_text="Of the weekly digest; Monday is 0."
    )
    quiet_from = models.TimeField(null=True, blank=True, help_text="In the city's time zone; empty for none.")
    quiet_until = models.TimeField(null=True, blank=True)
    urgent_breaks_quiet = models.BooleanField(default=True, db_default=True)
    paused_until = models.DateField(
        null=True, blank=True, help_text="Nothing but what concerns the account before this day, in the city's time."
    )
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "preferences"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notifications_preferences_whole_quiet_hours",
            ),
            models.CheckConstraint(
                condition=Q(digest_hour__lte=23, digest_weekday__lte=6), name="notifications_preferences_real_moment"
            ),
            models.CheckConstraint(
                condition=Q(replies_email__in=rules.PACES_OF_REPLIES), name="notifications_preferences_replies"
            ),
        ]

    def __str__(self) -> str:
        return f"Preferences of person {self.person_id}"

    def choice(self, topic: Topic) -> Choice:
        """What the person hears of one topic."""
        return Choice(Pace(getattr(self, f"{topic}_email")), push=getattr(self, f"{topic}_push"))


class PushSubscription(models.Model):
    """A browser that agreed to show push messages to one person, until it says otherwise."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.TextField(max_length=1000, help_text="The address at the browser's push service.")
    endpoint_digest = models.CharField(max_length=64, unique=True, editable=False, help_text="SHA-256 of it, as hex.")
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    device = models.CharField(max_length=60, help_text="As its owner knows it: “Chrome on Android”.")
    made_at = models.DateTimeField()
    last_sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Push subscription {self.pk}"


class Suppression(models.Model):
    """An address that no more e-mail goes to: mail to it came back, or its owner called it spam.

    It holds while the account still has that address; the person sees it and can ask for another try.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="suppression"
    )
    email = models.EmailField(max_length=254)
    is_complaint = models.BooleanField(default=False, db_default=False)
    words = models.CharField(max_length=rules.REASON_MAX_LENGTH, blank=True, help_text="What the other side said.")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Suppression of person {self.person_id}"
