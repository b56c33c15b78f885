"""Does a report hand over a copy knowingly, is it decided by a published rule, and can somebody else look again?"""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from community import services
from community.rules import RoomRule
from community.selectors.care import own_removals, reports_waiting
from community.selectors.people import leads_of
from neighborhoods.models import Neighborhood
from tests.accounts.factories import make_resident_account
from tests.community.factories import (
    answer,
    home_of,
    make_adjoining,
    make_lead,
    make_moderator,
    make_upload,
    report_post,
    say,
)
from tests.neighborhoods.factories import settle

SignIn = Callable[[User], Client]

NOTE = {"rule": "private_person", "note": "She names the boy next door."}


def report_id_of(keeper: User) -> int:
    (report,) = reports_waiting(keeper.pk)
    return report.id


def test_reporting_shows_the_copy_and_who_gets_it(
    sign_in: SignIn, resident: User, rosa: User, lead: User, post_id: int, now: datetime
) -> None:
    comment_id = answer(rosa, post_id, now, "He is called Ben.")
    client = sign_in(resident)
    page = client.get(f"/neighbors/{post_id}/report/").content.decode()
    assert "My ladder is yours until Sunday" in page
    assert "Ruth A., a neighbor who keeps the room" in page
    assert "Police get nothing." in page
    page = client.get(f"/neighbors/{post_id}/comments/{comment_id}/report/").content.decode()
    assert "He is called Ben." in page
    assert "My ladder" not in page


def test_without_a_lead_it_says_that_the_moderator_gets_it(
    sign_in: SignIn, resident: User, moderator: User, post_id: int
) -> None:
    page = sign_in(resident).get(f"/neighbors/{post_id}/report/").content.decode()
    assert "who works for the city and is not police" in page
    assert moderator.public_name in page


def test_a_report_names_a_rule_and_nobody_reports_themselves(
    sign_in: SignIn, resident: User, rosa: User, lead: User, post_id: int
) -> None:
    client = sign_in(resident)
    answer = client.post(f"/neighbors/{post_id}/report/", {"note": "Look at this."})
    assert answer.status_code == 422
    assert "Choose the rule that it breaks." in answer.content.decode()
    assert "Look at this." in answer.content.decode()
    assert reports_waiting(lead.pk) == []
    assert sign_in(rosa).get(f"/neighbors/{post_id}/report/").status_code == 404
    assert client.post(f"/neighbors/{post_id}/report/", NOTE).headers["Location"] == "/neighbors/reports/"
    answer = client.post(f"/neighbors/{post_id}/report/", NOTE)
    assert answer.status_code == 422
    assert "has been reported" in answer.content.decode()
    assert len(reports_waiting(lead.pk)) == 1


def test_reporting_too_much_is_told_with_429(sign_in: SignIn, resident: User, post_id: int) -> None:
    client = sign_in(resident)
    statuses = [client.post(f"/neighbors/{post_id}/report/", NOTE).status_code for _ in range(21)]
    assert statuses == [302] + [422] * 19 + [429]


def test_what_a_lead_keeps_stays_and_the_reporter_is_told(
    sign_in: SignIn, resident: User, lead: User, post_id: int
) -> None:
    reporter, keeper = sign_in(resident), sign_in(lead)
    reporter.post(f"/neighbors/{post_id}/report/", NOTE)
    assert "Waits for a lead" in reporter.get("/neighbors/reports/").content.decode()
    address = f"/neighbors/lead/reports/{report_id_of(lead)}/"
    assert address in keeper.get("/neighbors/lead/").content.decode()
    page = keeper.get(address).content.decode()
    assert "My ladder is yours until Sunday" in page
    assert "She names the boy next door." in page
    assert keeper.post(address, {"decision": "keep"}).headers["Location"] == "/neighbors/lead/"
    assert "Stays as it is" in reporter.get("/neighbors/reports/").content.decode()
    assert reporter.get(f"/neighbors/{post_id}/").status_code == 200
    assert "Reports that wait for you" in keeper.get("/neighbors/lead/").content.decode()
    assert reports_waiting(lead.pk) == []


def test_what_a_lead_removes_only_its_author_sees_with_the_rule(
    sign_in: SignIn, resident: User, rosa: User, lead: User, post_id: int
) -> None:
    sign_in(resident).post(f"/neighbors/{post_id}/report/", NOTE)
    keeper, address = sign_in(lead), f"/neighbors/lead/reports/{report_id_of(lead)}/"
    assert keeper.post(address, {"decision": "remove"}).status_code == 422
    assert sign_in(resident).get(f"/neighbors/{post_id}/").status_code == 200
    assert keeper.post(address, {"decision": "remove", "rule": RoomRule.THREAT}).status_code == 302
    assert sign_in(resident).get(f"/neighbors/{post_id}/").status_code == 404
    assert "A ladder to lend" not in sign_in(resident).get("/feed/").content.decode()
    author = sign_in(rosa)
    page = author.get(f"/neighbors/{post_id}/").content.decode()
    assert "Only you see this." in page
    assert "threatens or insults somebody" in page
    assert "A ladder to lend" not in author.get("/feed/").content.decode()
    page = author.get("/neighbors/removed/").content.decode()
    assert "My ladder is yours until Sunday" in page
    assert "Ask for another look" in page
    # Whoever comes second is told so.
    page = keeper.post(address, {"decision": "keep"}, follow=True).content.decode()
    assert "Somebody has decided this in the meantime." in page


def test_an_appeal_goes_to_somebody_else_who_can_bring_it_back(
    sign_in: SignIn, resident: User, rosa: User, lead: User, moderator: User, post_id: int
) -> None:
    sign_in(resident).post(f"/neighbors/{post_id}/report/", NOTE)
    sign_in(lead).post(f"/neighbors/lead/reports/{report_id_of(lead)}/", {"decision": "remove", "rule": "threat"})
    (removal,) = own_removals(rosa.pk)
    author, address = sign_in(rosa), f"/neighbors/removed/{removal.id}/appeal/"
    assert author.post(address, {"text": " "}).status_code == 422
    assert author.post(address, {"text": "It is about a ladder."}).headers["Location"] == "/neighbors/removed/"
    assert author.post(address, {"text": "Again."}).headers["Location"] == "/neighbors/removed/"
    assert [own.reason for own in own_removals(rosa.pk)] == [""]
    assert sign_in(lead).get(f"/neighbors/lead/appeals/{removal.id}/").status_code == 404

    decider, path = sign_in(moderator), f"/moderation/appeals/{removal.id}/"
    assert path in decider.get("/moderation/").content.decode()
    page = decider.get(path).content.decode()
    assert "It is about a ladder." in page
    assert "My ladder is yours until Sunday" in page
    assert decider.post(path, {"decision": "overturn", "reason": ""}).status_code == 422
    assert decider.post(path, {"decision": "overturn", "reason": "No threat in it."}).status_code == 302
    page = author.get("/neighbors/removed/").content.decode()
    assert "Is back" in page
    assert "No threat in it." in page
    assert sign_in(resident).get(f"/neighbors/{post_id}/").status_code == 200


def test_another_lead_decides_an_appeal_and_can_leave_it_removed(
    sign_in: SignIn,
    resident: User,
    rosa: User,
    lead: User,
    moderator: User,
    oak: Neighborhood,
    post_id: int,
    now: datetime,
) -> None:
    other = settle(make_resident_account("Joe Tanaka"), oak, is_verified=True)
    make_lead(other, moderator, now)
    sign_in(resident).post(f"/neighbors/{post_id}/report/", NOTE)
    sign_in(lead).post(f"/neighbors/lead/reports/{report_id_of(lead)}/", {"decision": "remove", "rule": "threat"})
    (removal,) = own_removals(rosa.pk)
    sign_in(rosa).post(f"/neighbors/removed/{removal.id}/appeal/", {"text": "It is about a ladder."})
    path = f"/neighbors/lead/appeals/{removal.id}/"
    answer = sign_in(other).post(path, {"decision": "uphold", "reason": "It names him."}, follow=True)
    assert "It stays removed." in answer.content.decode()
    assert "Stays removed" in sign_in(rosa).get("/neighbors/removed/").content.decode()
    assert sign_in(resident).get(f"/neighbors/{post_id}/").status_code == 404


def test_copies_are_for_whoever_decides_and_for_nobody_else(
    sign_in: SignIn,
    resident: User,
    rosa: User,
    lead: User,
    faraway: User,
    moderator: User,
    officer: User,
    manager: User,
    oak: Neighborhood,
    now: datetime,
) -> None:
    post_id = say(rosa, now, picture=make_upload(), description="A ladder")
    sign_in(resident).post(f"/neighbors/{post_id}/report/", NOTE)
    report_id = report_id_of(lead)
    keeper = sign_in(lead)
    picture = keeper.get(f"/neighbors/lead/reports/{report_id}/picture/")
    assert picture.status_code == 200
    assert picture.headers["Cache-Control"] == "private, no-store"
    assert (
        f"/neighbors/lead/reports/{report_id}/picture/"
        in keeper.get(f"/neighbors/lead/reports/{report_id}/").content.decode()
    )
    for path in (f"/neighbors/lead/reports/{report_id}/", f"/neighbors/lead/reports/{report_id}/picture/"):
        for person in (resident, rosa, faraway):
            assert sign_in(person).get(path).status_code == 404
        for person in (officer, manager, moderator):
            assert sign_in(person).get(path).status_code == 403
    # While a lead can decide, it is not the moderator's.
    for path in (f"/moderation/reports/{report_id}/", f"/moderation/reports/{report_id}/picture/"):
        assert sign_in(moderator).get(path).status_code == 404
        for person in (officer, manager, lead):
            assert sign_in(person).get(path).status_code == 403
    assert sign_in(rosa).post(f"/neighbors/lead/reports/{report_id}/", {"decision": "keep"}).status_code == 404


def test_what_is_about_a_lead_goes_next_door_or_to_the_moderator(
    sign_in: SignIn,
    resident: User,
    lead: User,
    neighbor: User,
    moderator: User,
    oak: Neighborhood,
    elm: Neighborhood,
    now: datetime,
) -> None:
    post_id = say(lead, now, title="A lead's own words")
    sign_in(resident).post(f"/neighbors/{post_id}/report/", NOTE)
    assert reports_waiting(lead.pk) == []
    assert report_id_of(moderator)
    make_adjoining(oak, elm)
    make_lead(neighbor, moderator, now)
    assert reports_waiting(moderator.pk) == []
    page = sign_in(neighbor).get(f"/neighbors/lead/reports/{report_id_of(neighbor)}/").content.decode()
    assert "A lead&#x27;s own words" in page


def test_the_moderator_names_first_leads_and_leads_name_others(
    sign_in: SignIn, resident: User, rosa: User, moderator: User, oak: Neighborhood
) -> None:
    client = sign_in(resident)
    assert "Offer to help" in client.get("/neighbors/lead/").content.decode()
    client.post("/neighbors/lead/offer/")
    assert "You offered to help." in client.get("/neighbors/lead/").content.decode()
    page = sign_in(moderator).get("/moderation/").content.decode()
    assert "Maria L." in page
    (address,) = [part.split('"')[0] for part in page.split('action="') if part.startswith("/moderation/leads/")]
    assert sign_in(rosa).post(address).status_code == 403
    sign_in(moderator).post(address)
    assert [lead.name for lead in leads_of(rosa.pk, oak.pk)] == ["Maria L."]
    assert "You are a lead of Oak." in client.get("/neighbors/lead/").content.decode()

    second = sign_in(rosa)
    second.post("/neighbors/lead/offer/")
    page = client.get("/neighbors/lead/").content.decode()
    (address,) = [
        part.split('"')[0]
        for part in page.split('action="')
        if part.endswith("/name/") or "/name/" in part.split('"')[0]
    ]
    client.post(address)
    assert len(leads_of(rosa.pk, oak.pk)) == 2
    # And they end each other's term, after being asked; not their own this way.
    own, other = leads_of(resident.pk, oak.pk)
    assert client.get(f"/neighbors/lead/{own.id}/end/").status_code == 404
    assert "End the term of Rosa M.?" in client.get(f"/neighbors/lead/{other.id}/end/").content.decode()
    client.post(f"/neighbors/lead/{other.id}/end/")
    assert [lead.name for lead in leads_of(rosa.pk, oak.pk)] == ["Maria L."]
    assert sign_in(rosa).post(f"/neighbors/lead/{own.id}/end/").status_code == 404


def test_the_moderator_can_end_a_term(sign_in: SignIn, lead: User, moderator: User, oak: Neighborhood) -> None:
    (term,) = leads_of(lead.pk, oak.pk)
    client, address = sign_in(moderator), f"/moderation/leads/{term.id}/end/"
    assert address in client.get("/moderation/").content.decode()
    assert "End the term of Ruth A.?" in client.get(address).content.decode()
    client.post(address)
    assert leads_of(lead.pk, oak.pk) == []


def test_offers_are_taken_back_at_once_and_leads_step_down_after_being_asked(
    sign_in: SignIn, resident: User, lead: User, oak: Neighborhood
) -> None:
    client = sign_in(resident)
    client.post("/neighbors/lead/offer/")
    assert "You have offered already" in client.post("/neighbors/lead/offer/", follow=True).content.decode()
    client.post("/neighbors/lead/step-down/")
    assert "Offer to help" in client.get("/neighbors/lead/").content.decode()
    client = sign_in(lead)
    assert "Step down as a lead?" in client.get("/neighbors/lead/step-down/").content.decode()
    assert len(leads_of(lead.pk, oak.pk)) == 1
    client.post("/neighbors/lead/step-down/")
    assert leads_of(lead.pk, oak.pk) == []


def test_leads_see_who_was_confirmed_and_how(sign_in: SignIn, resident: User, lead: User) -> None:
    page = sign_in(lead).get("/neighbors/lead/").content.decode()
    assert "Who was confirmed lately" in page
    assert "Maria L." in page
    assert "Who was confirmed lately" not in sign_in(resident).get("/neighbors/lead/").content.decode()


def test_empty_pages_say_so(sign_in: SignIn, resident: User, lead: User, moderator: User) -> None:
    client = sign_in(resident)
    assert "Nothing reported" in client.get("/neighbors/reports/").content.decode()
    assert "Nothing removed" in client.get("/neighbors/removed/").content.decode()
    assert "None. You get an e-mail when one comes." in sign_in(lead).get("/neighbors/lead/").content.decode()
    assert "Nobody has offered." in sign_in(moderator).get("/moderation/").content.decode()


@pytest.mark.parametrize("page", ["/neighbors/lead/", "/moderation/"])
def test_lists_cost_the_same_however_much_waits(
    page: str, sign_in: SignIn, resident: User, rosa: User, lead: User, moderator: User, now: datetime
) -> None:
    client = sign_in(lead if page == "/neighbors/lead/" else moderator)
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counts.append(len(queries))
        author = rosa if page == "/neighbors/lead/" else lead
        sign_in(resident).post(f"/neighbors/{say(author, now, title=f'Post {number}')}/report/", NOTE)
    assert len(set(counts)) == 1


def test_own_lists_cost_the_same_however_long_they_are(
    sign_in: SignIn, resident: User, rosa: User, lead: User, now: datetime
) -> None:
    client = sign_in(rosa)
    counts: dict[str, list[int]] = {"/neighbors/reports/": [], "/neighbors/removed/": [], "/neighbors/people/": []}
    for number in range(3):
        writer = settle_another(number, rosa)
        own, others = say(rosa, now, title=f"Own {number}"), say(writer, now, title=f"Of others {number}")
        report_id = report_post(resident, own, now)
        services.remove(report_id=report_id, by=lead, rule="threat", at=now)
        report_post(rosa, others, now)
        services.mute(person_id=rosa.pk, other_id=writer.pk, at=now)
        for page, found in counts.items():
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            found.append(len(queries))
    assert all(len(set(found)) == 1 for found in counts.values())


def settle_another(number: int, like: User) -> User:
    """One more verified neighbor where somebody lives."""
    home = home_of(like).neighborhood
    assert home is not None
    return settle(make_resident_account(f"Neighbor Number{number}"), home, is_verified=True)


def test_the_rules_are_published_for_everybody(client: Client, db: None) -> None:
    page = client.get("/rules/").content.decode()
    assert all(str(rule.label) in page for rule in RoomRule)


def test_others_removals_are_not_there(sign_in: SignIn, resident: User, rosa: User, lead: User, post_id: int) -> None:
    sign_in(resident).post(f"/neighbors/{post_id}/report/", NOTE)
    sign_in(lead).post(f"/neighbors/lead/reports/{report_id_of(lead)}/", {"decision": "remove", "rule": "threat"})
    (removal,) = own_removals(rosa.pk)
    for person in (resident, lead):
        client = sign_in(person)
        assert client.get(f"/neighbors/removed/{removal.id}/appeal/").status_code == 404
        assert client.post(f"/neighbors/removed/{removal.id}/appeal/", {"text": "x"}).status_code == 404
        assert "ladder" not in client.get("/neighbors/removed/").content.decode()


def test_the_author_reads_that_nobody_can_decide_yet(
    sign_in: SignIn, resident: User, rosa: User, moderator: User, post_id: int
) -> None:
    sign_in(resident).post(f"/neighbors/{post_id}/report/", NOTE)
    sign_in(moderator).post(f"/moderation/reports/{report_id_of(moderator)}/", {"decision": "remove", "rule": "threat"})
    (removal,) = own_removals(rosa.pk)
    author, missing = sign_in(rosa), "Nobody else can decide yet. It waits until another lead or moderator is named."
    assert missing not in author.get("/neighbors/removed/").content.decode()
    author.post(f"/neighbors/removed/{removal.id}/appeal/", {"text": "It is about a ladder."})
    assert missing in author.get("/neighbors/removed/").content.decode()
    make_moderator("Sec Ond")
    page = author.get("/neighbors/removed/").content.decode()
    assert missing not in page
    assert "Somebody else decides." in page
