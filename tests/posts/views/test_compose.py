"""Does the compose form send what was typed to whom was chosen, and keep it when it cannot?"""

import uuid
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from commands.models import PoliceCommand
from commands.rules import SecondPerson
from commands.services import set_coverage
from neighborhoods.models import Neighborhood
from posts.models import Delivery, Post, PostVersion
from posts.rules import PostStatus
from posts.services import return_post
from tests.neighborhoods.factories import make_neighborhood
from tests.posts.factories import publish
from tests.posts.views.desk_pages import SignIn, count_queries, offered, ticked, typed, words

URL = "/commands/central/desk/compose/"


def test_post_goes_to_the_chosen_neighborhoods_and_the_officer_watches_it_arrive(
    sign_in: SignIn, officer: User, oak: Neighborhood, elm: Neighborhood, resident: User
) -> None:
    response = sign_in(officer).post(URL, typed(oak), follow=True)
    post = Post.objects.get()
    assert post.status == PostStatus.PUBLISHED
    assert post.author == officer
    assert list(Delivery.objects.values_list("neighborhood", flat=True)) == [oak.pk]
    assert response.redirect_chain == [(f"/commands/central/desk/posts/{post.pk}/", 302)]
    assert "Sent to under 5 people in 1 neighborhood." in words(response)


@pytest.mark.parametrize("who", ["stranger_officer", "pio", "resident", "newcomer", "homeless_account"])
def test_desk_of_another_command_is_closed(
    who: str, request: pytest.FixtureRequest, sign_in: SignIn, central: PoliceCommand, oak: Neighborhood
) -> None:
    client = sign_in(request.getfixturevalue(who))
    assert client.get(URL).status_code == 403
    assert client.post(URL, typed(oak)).status_code == 403
    assert not Post.objects.exists()


def test_visitor_is_asked_to_sign_in(client: Client, central: PoliceCommand) -> None:
    assert client.get(URL)["Location"].startswith("/accounts/login/")


def test_unknown_command_is_not_there(sign_in: SignIn, officer: User) -> None:
    assert sign_in(officer).get("/commands/nowhere/desk/compose/").status_code == 404


def test_form_offers_what_the_command_covers_with_people_and_nothing_else(
    sign_in: SignIn, officer: User, oak: Neighborhood, elm: Neighborhood, pine: Neighborhood, resident: User
) -> None:
    response = sign_in(officer).get(URL)
    assert offered(response) == {oak.pk, elm.pk}
    page = words(response)
    assert "Oak under 5" in page
    assert "Elm nobody yet" in page
    assert "Pine" not in page


def test_neighborhood_named_in_the_address_is_ticked(
    sign_in: SignIn, officer: User, oak: Neighborhood, pine: Neighborhood
) -> None:
    client = sign_in(officer)
    assert ticked(client.get(f"{URL}?to=oak")) == {oak.pk}
    assert ticked(client.get(f"{URL}?to=pine")) == set()
    assert ticked(client.get(f"{URL}?to=nowhere")) == set()


def test_whole_command_needs_no_ticks(
    sign_in: SignIn, officer: User, oak: Neighborhood, elm: Neighborhood, resident: User
) -> None:
    sign_in(officer).post(URL, typed(scope="command"))
    assert set(Delivery.objects.values_list("neighborhood", flat=True)) == {oak.pk, elm.pk}


def test_whole_city_is_offered_at_headquarters_alone(
    sign_in: SignIn, officer: User, pio: User, oak: Neighborhood, elm: Neighborhood, pine: Neighborhood, resident: User
) -> None:
    assert 'value="city"' not in sign_in(officer).get(URL).content.decode()
    response = sign_in(officer).post(URL, typed(scope="city"))
    assert response.status_code == 422
    assert not Post.objects.exists()

    client = sign_in(pio)
    assert "The whole city" in words(client.get("/commands/headquarters/desk/compose/"))
    client.post("/commands/headquarters/desk/compose/", typed(scope="city"))
    assert set(Delivery.objects.values_list("neighborhood", flat=True)) == {oak.pk, elm.pk, pine.pk}


def test_nobody_chosen_is_refused_at_the_audience(sign_in: SignIn, officer: User, oak: Neighborhood) -> None:
    response = sign_in(officer).post(URL, typed())
    assert response.status_code == 422
    assert "Nobody would get this. Choose at least one neighborhood." in words(response)
    assert 'id="id_neighborhoods_error"' in response.content.decode()
    assert 'value="Bicycles taken from five garages"' in response.content.decode()
    assert not Post.objects.exists()


@pytest.mark.parametrize("missing", ["kind", "title", "text", "scope"])
def test_missing_field_is_named_and_the_rest_kept(
    missing: str, sign_in: SignIn, officer: User, oak: Neighborhood
) -> None:
    response = sign_in(officer).post(URL, typed(oak, **{missing: "  "}))
    assert response.status_code == 422
    assert f'id="id_{missing}_error"' in response.content.decode()
    assert ticked(response) == {oak.pk}
    assert not Post.objects.exists()


def test_text_that_is_too_long_is_refused_with_both_numbers_and_kept_whole(
    sign_in: SignIn, officer: User, oak: Neighborhood, resident: User
) -> None:
    response = sign_in(officer).post(URL, typed(oak, text="x" * 50_000))
    assert response.status_code == 422
    assert "A post can have 10,000 characters; this one has 50,000." in words(response)
    assert "x" * 50_000 in response.content.decode()
    assert not Post.objects.exists()


def test_line_ends_count_once_and_the_longest_text_is_sent_whole(
    sign_in: SignIn, officer: User, oak: Neighborhood, resident: User
) -> None:
    longest = "é" * 9_998 + "\r\n" + "ü"
    sign_in(officer).post(URL, typed(oak, text=longest))
    assert Post.objects.get().text == longest.replace("\r\n", "\n")


def test_title_that_is_too_long_is_refused(sign_in: SignIn, officer: User, oak: Neighborhood) -> None:
    response = sign_in(officer).post(URL, typed(oak, title="t" * 121))
    assert "A title can have 120 characters; this one has 121." in words(response)
    assert not Post.objects.exists()


def test_html_stays_text_in_preview_and_form(sign_in: SignIn, officer: User, oak: Neighborhood) -> None:
    response = sign_in(officer).post(URL, typed(oak, title="<b>Bold</b>", text="<script>alert(1)</script>", update="1"))
    page = response.content.decode()
    assert "<script>alert" not in page
    assert "<b>Bold" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2


@pytest.mark.parametrize("nonsense", ["0", "-1", "abc", "9" * 30, "٣", "1.5"])
def test_ids_that_name_nothing_are_refused(nonsense: str, sign_in: SignIn, officer: User, oak: Neighborhood) -> None:
    response = sign_in(officer).post(URL, typed(oak, neighborhoods=[str(oak.pk), nonsense]))
    assert response.status_code == 422
    assert not Post.objects.exists()


def test_neighborhood_outside_the_coverage_is_refused_whatever_the_form_says(
    sign_in: SignIn, officer: User, oak: Neighborhood, pine: Neighborhood, resident: User, faraway: User
) -> None:
    response = sign_in(officer).post(URL, typed(oak, pine))
    assert response.status_code == 422
    assert "is not served by Central Command any more" in words(response)
    assert not Post.objects.exists()


def test_stale_form_keeps_everything_but_the_lost_row(
    sign_in: SignIn,
    officer: User,
    central: PoliceCommand,
    oak: Neighborhood,
    elm: Neighborhood,
    resident: User,
    now: datetime,
) -> None:
    client, form = sign_in(officer), typed(oak, elm)
    set_coverage(command=central, neighborhood_ids=[oak.pk], at=now)
    response = client.post(URL, form)
    assert response.status_code == 422
    assert "One neighborhood you chose is not served by Central Command any more." in words(response)
    assert (offered(response), ticked(response)) == ({oak.pk}, {oak.pk})
    assert "Somebody tries side doors at night." in words(response)
    assert not Post.objects.exists()
    client.post(URL, form | {"neighborhoods": [str(oak.pk)]})
    assert Post.objects.get().status == PostStatus.PUBLISHED


def test_double_click_makes_one_post(sign_in: SignIn, officer: User, oak: Neighborhood, resident: User) -> None:
    client, form = sign_in(officer), typed(oak)
    first, second = client.post(URL, form), client.post(URL, form)
    assert first["Location"] == second["Location"]
    assert Post.objects.count() == 1


def test_form_that_a_colleague_sent_already_is_refused(
    sign_in: SignIn, officer: User, sergeant: User, oak: Neighborhood, resident: User
) -> None:
    form = typed(oak)
    sign_in(officer).post(URL, form)
    assert sign_in(sergeant).post(URL, form).status_code == 403
    assert Post.objects.count() == 1


def test_unreadable_submission_key_sends_nothing(sign_in: SignIn, officer: User, oak: Neighborhood) -> None:
    assert sign_in(officer).post(URL, typed(oak, submission_key="again")).status_code == 422
    assert not Post.objects.exists()


def test_update_counts_and_shows_and_sends_nothing(
    sign_in: SignIn, officer: User, oak: Neighborhood, elm: Neighborhood, resident: User
) -> None:
    form = typed(oak, title="", update="1")
    response = sign_in(officer).post(URL, form)
    assert response.status_code == 200
    page = words(response)
    assert "This post will reach under 5 people in 1 neighborhood" in page
    assert "Central Command to Oak" in page
    assert "One thing needs another look" not in page
    assert form["submission_key"] in response.content.decode()
    assert not Post.objects.exists()


def test_count_is_exact_and_counts_the_whole_command_once(
    sign_in: SignIn, officer: User, oak: Neighborhood, elm: Neighborhood
) -> None:
    Neighborhood.objects.filter(pk=oak.pk).update(claimed_count=40, verified_count=2)
    Neighborhood.objects.filter(pk=elm.pk).update(verified_count=1_000)
    client = sign_in(officer)
    one = words(client.post(URL, typed(oak, update="1")))
    assert "will reach 42 people in 1 neighborhood" in one
    assert "Send to 42 people" in one
    whole = words(client.post(URL, typed(oak, scope="command", update="1")))
    assert "will reach 1,042 people in 2 neighborhoods" in whole


def test_place_without_residents_is_asked_about_once_and_then_sent(
    sign_in: SignIn, officer: User, oak: Neighborhood
) -> None:
    client, form = sign_in(officer), typed(oak)
    asked = client.post(URL, form)
    assert asked.status_code == 200
    assert "Nobody lives there yet on Porchlight. Send it anyway?" in words(asked)
    assert not Post.objects.exists()
    client.post(URL, form | {"nobody_yet": "1"})
    assert Post.objects.get().resident_count == 0


def test_post_that_needs_a_second_person_says_so_on_the_button_and_waits(
    sign_in: SignIn, officer: User, central: PoliceCommand, oak: Neighborhood, resident: User
) -> None:
    PoliceCommand.objects.filter(pk=central.pk).update(second_person=SecondPerson.ALWAYS)
    client = sign_in(officer)
    assert "Send for approval" in words(client.get(f"{URL}?to=oak"))
    response = client.post(URL, typed(oak), follow=True)
    assert "Sent for approval." in words(response)
    assert Post.objects.get().status == PostStatus.PENDING
    assert not Delivery.objects.exists()


def test_returned_draft_goes_on_as_its_next_version(
    sign_in: SignIn,
    officer: User,
    sergeant: User,
    central: PoliceCommand,
    oak: Neighborhood,
    resident: User,
    now: datetime,
) -> None:
    PoliceCommand.objects.filter(pk=central.pk).update(second_person=SecondPerson.ALWAYS)
    central.refresh_from_db()
    post = publish(officer, central, now, [oak])
    return_post(post_id=post.pk, version=1, reason="Name the block.", by=sergeant, at=now)
    client, url = sign_in(officer), f"{URL}?draft={post.pk}"
    page = client.get(url)
    assert "Returned by Sgt. N. Abara. “Name the block.”" in words(page)
    assert ticked(page) == {oak.pk}
    client.post(url, typed(oak, text="On the 1100 block of V Street."))
    assert PostVersion.objects.filter(post=post).count() == 2
    assert Post.objects.get().version == 2

    # It waits again, so nobody can write on it; its own page has the word.
    assert client.get(url)["Location"] == reverse("posts:review", args=["central", post.pk])
    again = client.post(url, typed(oak))
    assert "This draft was already sent." in words(again)


def test_draft_of_another_command_is_not_there(
    sign_in: SignIn, officer: User, pio: User, headquarters: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    post = publish(pio, headquarters, now, [oak])
    client = sign_in(officer)
    assert client.get(f"{URL}?draft={post.pk}").status_code == 404
    assert client.post(f"{URL}?draft={post.pk}", typed(oak)).status_code == 404


def test_queries_do_not_grow_with_the_neighborhoods(
    sign_in: SignIn, officer: User, central: PoliceCommand, oak: Neighborhood, now: datetime
) -> None:
    client = sign_in(officer)
    few = count_queries(client, URL)
    more = [make_neighborhood(f"Place {number}", west=20 + number) for number in range(8)]
    set_coverage(command=central, neighborhood_ids=[oak.pk, *(place.pk for place in more)], at=now)
    assert count_queries(client, URL) == few <= 12


def test_sending_is_a_post_with_the_forms_token(officer: User, oak: Neighborhood) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(URL, typed(oak, submission_key=str(uuid.uuid4()))).status_code == 403
    assert not Post.objects.exists()
