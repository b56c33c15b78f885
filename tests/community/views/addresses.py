"""Where does each page of the neighbors' room lead in the little city of the tests?"""

from datetime import datetime

from accounts.models import User
from community import services
from community.selectors.care import reports_waiting
from community.selectors.people import own_lead
from neighborhoods.models import Neighborhood
from tests.accounts.factories import make_resident_account
from tests.community.factories import answer, home_of, make_upload, report_post, say
from tests.neighborhoods.factories import settle


def addresses_in_the_room(resident: User, lead: User, oak: Neighborhood, now: datetime) -> dict[str, str]:
    """Addresses by route: of Rosa's post in Oak, under which `resident` commented, and of all that `lead` cares for.

    Two posts of `resident` were removed by `lead`, who is asked about one of them; something of the lead's own was
    reported, which is for the moderator. Rosa offers to lead, too.
    """
    rosa = settle(make_resident_account("Rosa Medina"), oak, is_verified=True)
    post = say(rosa, now, picture=make_upload(), description="A ladder")
    comment = answer(resident, post, now)
    report = report_post(resident, post, now)
    removed, appealed = (
        services.remove(report_id=report_post(rosa, say(resident, now), now), by=lead, rule="threat", at=now)
        for _ in range(2)
    )
    services.appeal(person_id=resident.pk, removal_id=appealed, text="It is about a ladder.", at=now)
    about_lead = report_post(resident, say(lead, now), now)
    offer = services.offer_to_lead(residency=home_of(rosa), at=now)
    term = own_lead(lead.pk)
    assert term is not None
    assert [waiting.id for waiting in reports_waiting(lead.pk)] == [report]
    room = {
        "new": "new/",
        "unmute": f"people/{rosa.pk}/unmute/",
        "unblock": f"people/{rosa.pk}/unblock/",
        "appeal": f"removed/{removed}/appeal/",
        "offer": "lead/offer/",
        "step_down": "lead/step-down/",
        "name_lead": f"lead/{offer}/name/",
        "end_lead": f"lead/{term.id}/end/",
        "decide_report": f"lead/reports/{report}/",
        "report_picture": f"lead/reports/{report}/picture/",
        "decide_appeal": f"lead/appeals/{appealed}/",
        "appeal_picture": f"lead/appeals/{appealed}/picture/",
        "post": f"{post}/",
        "picture": f"{post}/picture/",
        "comment": f"{post}/comment/",
        "thank": f"{post}/thank/",
        "delete": f"{post}/delete/",
        "report": f"{post}/report/",
        "delete_comment": f"{post}/comments/{comment}/delete/",
        "report_comment": f"{post}/comments/{comment}/report/",
        "mute": f"{post}/people/{rosa.pk}/mute/",
        "block": f"{post}/people/{rosa.pk}/block/",
        "room": "",
        "people": "people/",
        "reports": "reports/",
        "removed": "removed/",
        "lead": "lead/",
    }
    moderation = {
        "moderator_names_lead": f"leads/{offer}/name/",
        "moderator_ends_lead": f"leads/{term.id}/end/",
        "moderate_report": f"reports/{about_lead}/",
        "moderate_report_picture": f"reports/{about_lead}/picture/",
        "moderate_appeal": f"appeals/{appealed}/",
        "moderate_appeal_picture": f"appeals/{appealed}/picture/",
    }
    return {f"community:{route}": f"/neighbors/{path}" for route, path in room.items()} | {
        f"community:{route}": f"/moderation/{path}" for route, path in moderation.items()
    }
