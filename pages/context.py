"""Which links stand in the header, for whom?"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from commands.selectors import assignments_of

# Where civic staff work: permission, label, route, icon.
CIVIC_PAGES = (
    ("neighborhoods.verify_residency", "Confirm homes", "commands:verification", "home"),
    ("community.moderate", "Neighbors’ reports", "community:moderation", "flag"),
    ("posts.decide_appeals", "Appeals", "posts:appeals", "loop"),
    ("notifications.see_operations", "Operations", "pages:operations", "settings"),
    ("accounts.export_record", "Public record", "pages:record", "file_download"),
    ("accounts.place_legal_hold", "Legal holds", "pages:holds", "lock"),
    ("accounts.read_audit", "Audit trail", "pages:audit", "history"),
)


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link of the header.

    Attributes:
        icon: Name of a drawing in the sprite, for the menu on a phone.
        count: What waits there; 0 shows nothing.
    """

    label: str
    url: str
    icon: str
    current: bool
    count: int = 0


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The header's links and the name on the account menu.

    Made when a template first asks: no query for visitors and residents besides the account itself, one for police,
    three for civic staff.
    """
    return {
        "nav": SimpleLazyObject(lambda: _links_for(request)),
        "account_label": SimpleLazyObject(lambda: _account_label(request)),
    }


def _links_for(request: HttpRequest) -> list[NavItem]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        links = [
            ("Police posts", reverse("posts:latest"), "campaign"),
            ("Neighborhoods", reverse("posts:neighborhoods"), "map"),
            ("Reach", reverse("metrics:reach"), "insights"),
            ("How it works", reverse("pages:about"), "help"),
        ]
    elif user.is_police_or_civic_staff:
        desks = assignments_of(user.pk)
        links = [
            *((own.command.name, reverse("posts:desk", args=[own.command.slug]), "shield") for own in desks),
            # Nobody is both police and civic staff, so police do not pay for the question.
            *([] if desks else _civic_links(user)),
            ("Reach", reverse("metrics:reach"), "insights"),
            ("Account", reverse("accounts:home"), "account_circle"),
        ]
    else:
        links = [
            ("Feed", reverse("posts:feed"), "home"),
            ("Neighbors", reverse("community:room"), "groups"),
            ("Neighborhoods", reverse("posts:neighborhoods"), "map"),
            ("Messages", reverse("posts:conversations"), "mail"),
            ("Account", reverse("accounts:home"), "account_circle"),
        ]
    return [NavItem(label, url, icon, current=request.path.startswith(url)) for label, url, icon in links]


def _civic_links(user: User) -> list[tuple[str, str, str]]:
    return [
        (label, reverse(route), icon) for permission, label, route, icon in CIVIC_PAGES if user.has_perm(permission)
    ]


def _account_label(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    return user.public_name if isinstance(user, User) else ""
