"""What does the demo keep that no other installation has? The mails it did not send."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Lower


class CaughtMail(models.Model):
    """A mail of the demo, for anybody to read at /demo/mail/; elsewhere the table stays empty."""

    at = models.DateTimeField(auto_now_add=True)
    address = models.EmailField(max_length=254)
    subject = models.TextField()
    body = models.TextField()
    html = models.TextField(blank=True, default="", db_default="")

    class Meta:
        default_permissions = ()
        indexes = [models.Index(Lower("address"), F("id").desc(), name="pages_caughtmail_of_address")]
