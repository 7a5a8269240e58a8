"""Phrase files: what they hold is read, and the first mistake is named by language and line."""

import pytest

from plugin.domain.phrasebook import Phrasebook, parse
from plugin.domain.phrases import NARROW, WIDE

FILE = """
# a comment
@parcel = order|parcels|small box     # and another
@thing = @parcel|item

[shipping.wismo]
9! where is @parcel
6  @thing status  ~ somewhere

[!not]
9 not want @thing
"""


def test_a_phrase_has_its_code_weight_mark_and_origin() -> None:
    first, second, _ = parse(FILE, "en").phrases
    assert (first.code, first.pattern, first.weight) == ("shipping.wismo", "where is @parcel", 0.9)
    assert (first.proven, first.own, first.language, first.origin) == (True, False, "en", "")
    assert (second.proven, second.weight, second.origin) == (False, 0.6, "somewhere")


def test_a_class_may_be_made_of_another_and_of_members_of_several_words() -> None:
    classes = parse(FILE, "en").classes
    assert classes["@thing_en"].words == {"order", "parcels", "item"}
    assert classes["@thing_en"].longer == ("small box",)


def test_what_voids_others_may_not_skip_words() -> None:
    wide, _, narrow = parse(FILE, "en").phrases
    assert (wide.slack, narrow.slack) == (WIDE, NARROW)


def test_languages_keep_classes_of_one_name_apart() -> None:
    books = [parse(f"@parcel = {word}\n[a.b]\n9 @parcel lost", word) for word in ("paket", "colis")]
    joined = Phrasebook.joined(books)
    assert len(joined.phrases) == 2
    assert {name for name in joined.classes if name.startswith("@parcel")} == {
        "@parcel_paket",
        "@parcel_colis",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9 where is it going", "line 1: a phrase before the first section"),
        ("[a.b]\n\n9 lost @parcel", "line 3: there is no class of words named @parcel"),
        ("@a = @b", "line 1: there is no class of words named @b"),
        ("[a.b]\nten where", "line 2: neither a class"),
        ("[a.b]\n9 (zip", "line 2: a '\\(' is never closed"),
    ],
)
def test_a_mistake_is_named_by_language_and_line(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"phrases xx, {says}"):
        parse(text, "xx")
