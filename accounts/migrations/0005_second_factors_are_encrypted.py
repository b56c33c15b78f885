from collections.abc import Callable
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import migrations

from accounts.encryption import decrypt, encrypt


def encrypt_secrets(apps: Any, schema_editor: Any) -> None:
    """What earlier versions kept in clear. Running it again changes nothing."""
    _rewrite(apps, _encrypt_once)


def decrypt_secrets(apps: Any, schema_editor: Any) -> None:
    _rewrite(apps, decrypt)


def _rewrite(apps: Any, change: Callable[[str], str]) -> None:
    for factor in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn").iterator():
        for name in ("secret", "seed"):
            if name in factor.data:
                factor.data[name] = change(factor.data[name])
        factor.save(update_fields=["data"])


def _encrypt_once(text: str) -> str:
    try:
        decrypt(text)
    except InvalidToken:
        return encrypt(text)
    return text


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_sessions_know_whose_they_are'),
        ('mfa', '0003_authenticator_type_uniq'),
    ]

    operations = [
        migrations.RunPython(encrypt_secrets, decrypt_secrets),
    ]
