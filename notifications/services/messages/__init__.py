"""How does news become a message, whom is it told, and how does it end?

`making` keeps what is to be told, once. `telling` writes a notice for everybody who wants it at once, `correcting` for
everybody who was told before, and `ending` stops what has not left.
"""

from notifications.services.messages.correcting import write_notices_of_correction
from notifications.services.messages.ending import finish_ended
from notifications.services.messages.making import News, end_message, end_messages, make_message
from notifications.services.messages.telling import tell_people, write_notices

__all__ = [
    "News",
    "end_message",
    "end_messages",
    "finish_ended",
    "make_message",
    "tell_people",
    "write_notices",
    "write_notices_of_correction",
]
