"""Where do sessions live? In a table that knows whose each is, so that all sessions of one person can end at once."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from accounts.models import Session


class SessionStore(DatabaseStore):
    """Django's sessions in the database, with the number of the person who is signed in beside each."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session: Session = super().create_model_instance(data)  # type: ignore[assignment]
        person_id = data.get(SESSION_KEY)
        session.person_id = int(person_id) if person_id else None
        return session
