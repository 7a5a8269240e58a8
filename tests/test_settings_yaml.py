"""What is written is what is read: no word is taken for a truth value, no id for a number, no key read twice."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from plugin.settings_yaml import Duplicate, dump, load


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("no", "no"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("211", 211),
        ("-3", -3),
        ("0211", "0211"),
        ("+15550100", "+15550100"),
        ("1_000", "1_000"),
        ("0x1f", "0x1f"),
        ("09:30", "09:30"),
        ("12:30", "12:30"),
        ("2.5", 2.5),
        ("1e3", 1000.0),
        ("2026-11-01", "2026-11-01"),
        ("2022-01", "2022-01"),
        (".inf", ".inf"),
        ("'211'", "211"),
        ("09:00-17:00", "09:00-17:00"),
    ],
)
def test_a_plain_word_is_read_as_it_looks(text: str, value: Any) -> None:
    read = load(f"a: {text}")["a"]
    assert (read, type(read)) == (value, type(value))


def test_the_key_on_of_a_rule_is_a_text() -> None:
    assert load("on: [ticket_created]") == {"on": ["ticket_created"]}


def test_the_key_on_is_written_as_people_write_it() -> None:
    assert dump({"on": ["ticket_created"]}) == "on:\n- ticket_created\n"


def test_json_is_read_too() -> None:
    assert load('{"a": [1, 2.5e1, true, null, "on"]}') == {"a": [1, 25.0, True, None, "on"]}


def test_nothing_at_all_is_no_document() -> None:
    assert load("# only a comment\n") is None


def test_every_key_that_stands_twice_is_told_with_its_path_and_lines() -> None:
    text = "mode: live\nrules:\n  - name: a\n    name: b\n    conditions: {all: [], all: []}\nmode: shadow\n"
    with pytest.raises(Duplicate) as refused:
        load(text)
    assert refused.value.found == [
        ("mode", 1, 6),
        ("rules[0].name", 3, 4),
        ("rules[0].conditions.all", 5, 5),
    ]


def test_an_anchor_used_twice_is_no_duplicate() -> None:
    assert load("a: &x {k: 1}\nb: *x\nc: {<<: *x, l: 2}") == {
        "a": {"k": 1},
        "b": {"k": 1},
        "c": {"k": 1, "l": 2},
    }


def test_nobodys_code_is_run() -> None:
    with pytest.raises(yaml.YAMLError):
        load("a: !!python/object/apply:os.getcwd []")


plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\ufffe\uffff")
    ),
    st.sampled_from(
        ["on", "off", "yes", "no", "true", "null", "~", "0211", "1e5", "12:30", "2026-11-01", "<<", "="]
    ),
)
documents = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["on", "no", "a", "0211", "1"]), inner, max_size=3),
    ),
    max_leaves=8,
)


@given(documents)
def test_what_is_written_is_read_back_the_same(document: Any) -> None:
    assert load(dump(document)) == document


@given(documents)
def test_other_readers_of_yaml_read_the_same_but_for_the_key_on(document: Any) -> None:
    def plainly(value: Any) -> Any:
        if isinstance(value, dict):
            return {("on" if key is True else key): plainly(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plainly(inner) for inner in value]
        return "on" if value is True else value

    assert plainly(yaml.safe_load(dump(document))) == plainly(document)
