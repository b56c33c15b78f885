"""What may anybody know about the neighbors' rooms? Numbers kept by triggers, without anybody in them."""

from django.db import models


class Room(models.Model):
    """A number that rises whenever something changes for the readers of a neighborhood's room."""

    neighborhood = models.OneToOneField(
        "neighborhoods.Neighborhood", on_delete=models.DO_NOTHING, primary_key=True, related_name="+"
    )
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"Room {self.pk} at {self.number}"


class WeekCount(models.Model):
    """How much was written in a neighborhood within a week that began on a Monday (UTC)."""

    neighborhood = models.ForeignKey("neighborhoods.Neighborhood", on_delete=models.DO_NOTHING, related_name="+")
    week_on = models.DateField()
    post_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["neighborhood", "week_on"], name="community_weekcount_once"),
        ]

    def __str__(self) -> str:
        return f"Week of {self.week_on} in neighborhood {self.neighborhood_id}"
