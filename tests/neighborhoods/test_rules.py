"""Do the rules of place hold at their edges?"""

import pytest

from neighborhoods.rules import cell_at, is_on_earth, normalize_address, slug_for


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1127 North 5th Street, Apartment 2", "1127 N 5TH ST APT 2"),
        ("1127 n. 5th st. apt 2", "1127 N 5TH ST APT 2"),
        ("  12   O'Neil   Boulevard ", "12 ONEIL BLVD"),
        ("15 TH ST", "15TH ST"),
        ("3 Peñasco Court", "3 PENASCO CT"),
        ("10-12 Saint Mary's Square", "10-12 ST MARYS SQ"),
        ("1901 10th Street", "1901 10TH ST"),
        ("", ""),
        ("!?", ""),
    ],
)
def test_an_address_has_one_spelling(written: str, kept: str) -> None:
    assert normalize_address(written) == kept
    assert normalize_address(kept) == kept


@pytest.mark.parametrize("latitude", [-60.0, 0.0, 38.58, 64.1])
def test_a_cell_is_about_as_wide_as_high_and_holds_its_point(latitude: float) -> None:
    cell = cell_at(latitude, -121.4944)
    west, south, east, north = cell.bounds
    assert west <= -121.4944 < east
    assert south <= latitude < north
    assert cell.center == pytest.approx(((south + north) / 2, (west + east) / 2))


@pytest.mark.parametrize(
    ("latitude", "longitude", "is_place"),
    [(90, 180, True), (-90, -180, True), (90.01, 0, False), (0, 180.01, False), (float("nan"), 0, False)],
)
def test_a_place_lies_on_earth(latitude: float, longitude: float, is_place: bool) -> None:
    assert is_on_earth(latitude, longitude) is is_place


def test_a_slug_is_unlike_all_that_are_taken() -> None:
    assert slug_for("Oak Park", set(), otherwise="place") == "oak-park"
    assert slug_for("Oak Park", {"oak-park", "oak-park-2"}, otherwise="place") == "oak-park-3"
    assert slug_for("東京", {"place-1"}, otherwise="place") == "place-2"
    assert len(slug_for("X" * 200, set(), otherwise="place")) <= 80
