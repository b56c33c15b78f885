"""Do the parts of a form find each other: label, hint, error, and the summary at the top?"""

import re

from django import forms


class Answer(forms.Form):
    to = forms.ChoiceField(
        label="Who reads it?", choices=[("a", "In public"), ("b", "In private")], widget=forms.RadioSelect
    )
    text = forms.CharField(label="Your answer", help_text="In your own words.", widget=forms.Textarea)
    phone = forms.CharField(label="Phone", required=False)
    is_sure = forms.BooleanField(label="I am sure")
    key = forms.CharField(widget=forms.HiddenInput)


def ids(html: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', html)


def test_every_reference_leads_to_something_on_the_page() -> None:
    html = str(Answer({"text": "", "phone": "1", "key": "k"}))
    referred = {word for value in re.findall(r'aria-describedby="([^"]+)"', html) for word in value.split()}
    referred |= set(re.findall(r'<label[^>]* for="([^"]+)"', html)) | set(re.findall(r'href="#([^"]+)"', html))
    assert {"id_text_error", "id_text_helptext", "id_to_error", "id_to_0", "id_is_sure"} <= referred
    assert referred <= set(ids(html))
    assert len(ids(html)) == len(set(ids(html)))


def test_summary_stands_first_takes_the_focus_and_says_what_the_fields_say() -> None:
    html = str(Answer({"phone": "1", "key": "k"}))
    assert html.lstrip().startswith('<div class="usa-alert usa-alert--error')
    assert "3 things need another look" in html
    assert '<a href="#id_text">Your answer: This field is required.</a>' in html
    assert "data-error-summary" in html
    assert 'tabindex="-1"' in html
    assert html.count('aria-invalid="true"') >= 2


def test_fresh_form_has_no_summary_and_marks_what_may_stay_empty() -> None:
    html = str(Answer())
    assert "usa-alert" not in html
    assert "usa-error-message" not in html
    assert html.count("(optional)") == 1
    assert html.count("<fieldset") == 1
    assert html.count('type="hidden"') == 1


def test_what_was_typed_is_shown_as_text() -> None:
    html = str(Answer({"text": '</textarea><script src="x"></script>', "phone": '"><b>'}))
    assert "<script" not in html
    assert "<b>" not in html
