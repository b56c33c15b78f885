"""Who may change a post that is out?"""

from commands.models import PoliceCommand
from commands.rules import ROLES_THAT_RELEASE, SecondPerson
from posts.models import Post
from posts.rules import AudienceScope


def needs_second_person(command: PoliceCommand, scope: str) -> bool:
    """Whether a text of the command for such an audience waits for a colleague before it goes out."""
    return command.second_person == SecondPerson.ALWAYS or (
        command.second_person == SecondPerson.CITYWIDE and scope != AudienceScope.NEIGHBORHOODS
    )


def may_correct(post: Post, *, person_id: int, role: str) -> bool:
    """Whether this member of the post's command may put other words in its place.

    Where a second person has to read a text before it goes out, nobody alone changes it afterwards either: the author
    wrote it, so somebody who releases posts corrects it. Stopping and withdrawing add no words, and everybody may.
    """
    if post.approver_id is None and not needs_second_person(post.command, post.audience_scope):
        return True
    return role in ROLES_THAT_RELEASE and post.author_id != person_id
