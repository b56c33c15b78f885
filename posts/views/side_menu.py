"""What stands beside every page of a desk?"""

from typing import Any

from django.urls import reverse

from commands.access import DeskRequest
from commands.rules import ROLES_THAT_RELEASE, Role
from posts.rules import PostStatus
from posts.selectors.desk import count_waiting, posts_in_status


def side_menu(request: DeskRequest, current: str) -> dict[str, Any]:
    """The context that every desk page shares: its command, and the menu with what waits. Two queries.

    Args:
        current: The URL name of the row to mark.
    """
    assignment = request.assignment
    command = assignment.command
    waiting = count_waiting(command.pk)
    pending = posts_in_status(command.pk, PostStatus.PENDING).count()
    rows = [
        ("posts:desk", "Desk", "home", 0),
        ("posts:compose", "Write a post", "edit", 0),
        ("posts:inbox", "Questions", "forum", waiting),
        ("posts:pending", "To approve", "check_circle_outline", pending),
        ("posts:sent_list", "Sent", "send", 0),
    ]
    if assignment.role == Role.MANAGER:
        rows.append(("commands:staff", "Who works here", "people", 0))
    return {
        "command": command,
        "waiting_count": waiting,
        "may_release": assignment.role in ROLES_THAT_RELEASE,
        "menu": [
            {
                "label": label,
                "url": reverse(name, args=[command.slug]),
                "icon": icon,
                "count": count,
                "current": name == f"posts:{current}",
            }
            for name, label, icon, count in rows
        ],
    }
