"""Is a mail built once right for every recipient, whatever stands in it?"""

import re

import pytest
from django.conf import LazySettings

from notifications.mails.building import MARKS_OF_MESSAGES, build_message_mail
from notifications.mails.identity import message_id
from notifications.mails.reasons import why
from notifications.rules import Topic
from tests.notifications.mails.factories import MARKS, a_message, for_maria, html_of, text_of


@pytest.fixture(autouse=True)
def _site(settings: LazySettings) -> None:
    settings.SITE_URL = "https://city.test"


def test_the_same_words_stand_in_text_and_html() -> None:
    mail = for_maria(build_message_mail(a_message()))
    assert mail["Subject"] == "Urgent: Have you seen Leo?"
    for body, amp in ((text_of(mail), "&"), (html_of(mail), "&amp;")):
        for words in (
            "Have you seen Leo?",
            "He wears a green hoodie.",
            "Last seen at 6th and T.",
            f"Sent to Oak {amp} Elm and 3 more by",
            "Police Headquarters",
            "approved by Chief A. Okafor, Saturday, November 21, 10:24 a.m.",
            "https://city.test/posts/7/",
            f"You get urgent posts at once as a neighbor of Oak {amp} Elm.",
            MARKS["unsubscribe_url"],
            MARKS["manage_url"],
            "Stop urgent e-mail",
            "915 I Street, Sacramento CA 95814",
        ):
            assert words in body, words


def test_the_head_says_whose_it_is_how_to_stop_it_and_that_a_machine_wrote_it() -> None:
    mail = for_maria(build_message_mail(a_message()))
    assert mail["To"] == "maria@example.test"
    assert mail["Message-ID"].strip() == "<notice.9@city.test>"
    assert mail["List-Unsubscribe"].strip() == f"<{MARKS['unsubscribe_url']}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "Porchlight <urgent.city.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime.tzinfo is not None


def test_every_recipient_gets_their_own_values_and_nothing_is_left_open() -> None:
    built = build_message_mail(a_message())
    for place in ("Oak", "Elm <b>", "Łódź — 東", "x" * 300, "", "two\nlines"):
        mail = for_maria(built, place=place, why=why(Topic.URGENT, place))
        shown = " ".join(place.split())
        assert f"Sent to {shown} and 3 more" in text_of(mail)
        assert "<b>" not in html_of(mail)
    with pytest.raises(KeyError):
        built.for_recipient(message_id="<x@y>", address="maria@example.test", marks={})


def test_the_bytes_are_what_every_relay_lets_through() -> None:
    built = build_message_mail(a_message(title="é" * 200, text="ü" * 5000 + "\n.\n" + "x" * 2000, to_whom="{place}"))
    content = built.for_recipient(
        message_id="<notice.9@city.test>", address="maria@example.test", marks={**MARKS, "place": "ß" * 400}
    )
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 78
    assert not re.search(rb"^\.\r?$", content, re.MULTILINE)


@pytest.mark.parametrize(
    "title",
    [
        "\U0001f9d2 Leo \U0001f6a8",
        "ילד נעדר בפארק",
        "x" * 200,
        "Leo\r\nBcc: all@example.test",
        "Leo\n\nHello",
        "a\u2028b\x00c",
    ],
)
def test_a_title_is_one_line_of_the_head_whatever_was_typed(title: str) -> None:
    mail = for_maria(build_message_mail(a_message(title=title)))
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Urgent: ")
    assert "\n" not in mail["Subject"]
    assert " ".join(re.sub(r"[\u2028\x00]", " ", title).split()) in mail["Subject"]
    assert MARKS["manage_url"] in text_of(mail)


@pytest.mark.parametrize("address", ["eve@example.test\r\nBcc: all@example.test", "eve@example.test\n"])
def test_an_address_cannot_bring_a_header(address: str) -> None:
    built = build_message_mail(a_message())
    with pytest.raises(ValueError, match="head of a mail"):
        built.for_recipient(message_id="<x@y>", address=address, marks=MARKS)
    with pytest.raises(ValueError, match="head of a mail"):
        built.for_recipient(
            message_id="<x@y>", address="a@b.test", marks={**MARKS, "unsubscribe_url": "https://x/\r\nBcc: a@b"}
        )


def test_an_address_with_other_letters_is_written_as_mail_servers_know_it() -> None:
    content = build_message_mail(a_message()).for_recipient(message_id="<x@y>", address="jo@bücher.test", marks=MARKS)
    assert b"\r\nTo: jo@xn--bcher-kva.test\r\n" in content


def test_an_officer_s_text_is_text_and_its_addresses_are_links() -> None:
    text = "See https://city.test/a?b=1&c=2. <script>alert(1)</script> javascript:alert(1)\n<b>bold</b>"
    html = html_of(for_maria(build_message_mail(a_message(text=text))))
    assert 'href="https://city.test/a?b=1&amp;c=2"' in html
    assert "<script" not in html
    assert "<b>" not in html
    assert 'href="javascript' not in html


def test_nobody_who_writes_a_post_can_name_what_recipients_differ_in() -> None:
    text = "{place} {{ unsubscribe_url }} " + " ".join(MARKS_OF_MESSAGES)
    first = text_of(for_maria(build_message_mail(a_message(text=text))))
    assert "{place} {{ unsubscribe_url }} place unsubscribe_url manage_url why" in first


@pytest.mark.parametrize(
    ("act", "subject", "sentence"),
    [
        ("correction", "Corrected: Have you seen Leo?", "corrected this"),
        ("withdrawal", "Withdrawn: Have you seen Leo?", "took this back"),
    ],
)
def test_a_correction_and_a_withdrawal_say_so_first(act: str, subject: str, sentence: str) -> None:
    mail = for_maria(build_message_mail(a_message(act=act)))
    assert mail["Subject"] == subject
    for body in (text_of(mail), html_of(mail)):
        assert body.index(sentence) < body.rindex("He wears a green hoodie." if act == "correction" else "Sent to")


def test_only_urgent_news_has_the_red_bar() -> None:
    assert "Urgent: missing person" in html_of(for_maria(build_message_mail(a_message())))
    calm = for_maria(build_message_mail(a_message(topic="tips", label="Safety tip")))
    assert "rgent" not in str(calm["Subject"])
    assert "Stop e-mail with tips and news" in html_of(calm)


def test_a_mail_needs_no_picture_no_script_and_nobody_else_s_server() -> None:
    html = html_of(for_maria(build_message_mail(a_message())))
    assert not re.search(r"<(img|script|link|iframe|form)\b", html)
    assert set(re.findall(r"https?://[^/\"]+", html)) == {"https://city.test"}
    assert "@media (prefers-color-scheme: dark)" in html
    assert html.count("<table") == html.count('role="presentation"')
    assert '<html lang="en"' in html
    assert "<title>" in html


def test_a_notice_keeps_its_name_at_every_try() -> None:
    assert message_id("notice", 5) == message_id("notice", 5) == "<notice.5@city.test>"
    assert len({message_id("notice", 5), message_id("digest", 5), message_id("mail", 5), message_id("notice", 6)}) == 4
