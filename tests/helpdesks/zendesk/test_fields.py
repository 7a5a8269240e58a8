"""The vendor's many words for nothing are one, and its texts can be kept."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.helpdesks.zendesk.fields import Part, read_instant
from plugin.ports import Unreadable


@pytest.mark.parametrize("value", ["0", "", None, 0, "000"])
def test_no_id_is_none(value: Any) -> None:
    assert Part(value).id() is None


@pytest.mark.parametrize(("value", "text"), [(5158, "5158"), ("5158", "5158"), ("05158", "5158"), (-1, "-1")])
def test_an_id_is_text_however_it_came(value: Any, text: str) -> None:
    assert Part(value).id() == text


@pytest.mark.parametrize(("value", "word"), [("OPEN", "open"), ("open", "open"), ("", None), (None, None)])
def test_the_vendors_words_are_lower_case(value: Any, word: str | None) -> None:
    assert Part(value).word() == word


@given(st.text(st.characters(codec=None)))
def test_every_text_that_is_read_can_be_kept(text: str) -> None:
    kept = Part(text).text()
    assert len(kept) == len(text)
    assert "\x00" not in kept.encode("utf-8").decode()


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2026-01-02T03:04:05.254571515Z", 254571),
        ("2026-01-02T03:04:05.2545Z", 254500),
        ("2026-01-02T03:04:05Z", 0),
        ("2026-01-02T05:04:05+02:00", 0),
        ("2026-01-02T03:04:05", 0),
    ],
)
def test_an_instant_is_utc_to_the_microsecond(text: str, microsecond: int) -> None:
    assert read_instant(text) == datetime(2026, 1, 2, 3, 4, 5, microsecond, tzinfo=UTC)


@given(st.text())
def test_a_text_is_an_instant_or_none(text: str) -> None:
    found = read_instant(text)
    assert found is None or found.tzinfo is UTC


def test_a_part_knows_where_it_stands() -> None:
    document = Part({"comments": [{"id": 1}, {"id": "x"}]})
    with pytest.raises(Unreadable, match=r"comments\[1\]\.id: must be a whole number"):
        [comment.at("id").id() for comment in document.at("comments").items()]


@pytest.mark.parametrize(
    "read", [Part.at, Part.items, Part.text, Part.key, Part.id, Part.own_id, Part.instant]
)
@given(
    value=st.integers(-3, 3)
    | st.booleans()
    | st.text()
    | st.lists(st.none())
    | st.dictionaries(st.text(), st.none())
)
def test_a_reader_answers_or_names_the_path(read: Any, value: Any) -> None:
    arguments = ("x",) if read is Part.at else ()
    try:
        found = read(Part(value, "detail"), *arguments)
        list(found) if read is Part.items else None
    except Unreadable as reason:
        assert reason.path == "detail"
