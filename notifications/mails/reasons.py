"""Why did this come, and how does it stop? One sentence and one link's words, for mails and the pages they lead to."""

from notifications.rules import Pace, Topic

_WHAT: dict[Topic, str] = {
    Topic.URGENT: "urgent posts",
    Topic.CRIME: "crime updates",
    Topic.TIPS: "safety tips and news",
    Topic.EVENTS: "posts about events",
    Topic.REPLIES: "answers to what you wrote",
    Topic.NEIGHBORS: "word of neighbors’ posts",
}
STOP_WORDS: dict[Topic, str] = {
    Topic.URGENT: "Stop urgent e-mail",
    Topic.CRIME: "Stop e-mail about crime",
    Topic.TIPS: "Stop e-mail with tips and news",
    Topic.EVENTS: "Stop e-mail about events",
    Topic.REPLIES: "Stop e-mail about answers",
    Topic.NEIGHBORS: "Stop e-mail about neighbors’ posts",
}


def why(topic: Topic, place: str) -> str:
    """Why a mail about `topic` came at once.

    Args:
        place: The reader's neighborhood; empty for what concerns one person.
    """
    sentence = f"You get {_WHAT[topic]} at once"
    return f"{sentence} as a neighbor of {place}." if place and topic != Topic.REPLIES else f"{sentence}."


def why_digest(pace: Pace, when: str) -> str:
    """Why a digest came.

    Args:
        when: Its hour, with its day where it comes once a week: "6 p.m.", "Saturday at 6 p.m.".
    """
    often = f"once a day at {when}" if pace == Pace.DAILY else f"every {when}"
    # "6 p.m." ends the sentence by itself.
    return f"You get this {often.removesuffix('.')}. Nothing new, no e-mail."
