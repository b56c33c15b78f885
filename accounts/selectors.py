"""What is known about an account, and which keys does it hold?"""

from allauth.mfa.models import Authenticator


def has_second_factor(user_id: int) -> bool:
    """Whether the person has set up codes from an app. One query."""
    return Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists()
