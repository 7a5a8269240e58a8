"""The settings file: all errors at once with their paths, or typed settings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.settings import TenantSettings
from plugin.settings_file import SettingsErrors, check, dump, read

GOOD = """
version: 1
mode: live
currency: USD
timezone: America/New_York
locale: fa
reason_codes:
  - {code: product.defect, name: "Product – Defect", children: [{code: product.defect.zipper, name: "Zipper",
     phrases: ["zip(per)? (is )?(stuck|broken)"]}]}
"""


def errors(text: str) -> dict[str, str]:
    with pytest.raises(SettingsErrors) as refused:
        check(read(text))
    return {error.path: error.message for error in refused.value.errors}


def test_an_empty_file_is_a_working_tenant_that_writes_nothing() -> None:
    assert check(read("")) == TenantSettings()
    assert not check({}).live


def test_a_good_file_is_read_whole() -> None:
    settings = check(read(GOOD))
    assert (settings.mode, settings.currency, settings.locale) == ("live", "USD", "fa")
    assert settings.reason_codes[0]["children"][0]["code"] == "product.defect.zipper"


def test_json_is_yaml_too() -> None:
    assert check(read('{"version": 1, "mode": "live"}')).live


def test_every_error_is_told_with_its_path() -> None:
    found = errors(
        """
version: 2
mode: loud
currency: Taler
timezone: Mars/Olympus
locale: xx
colour: red
reason_codes: [{code: "No Code"}, {code: product.defect, children: [{code: shipping.odd, name: Odd}]}]
"""
    )
    assert {"version", "mode", "currency", "timezone", "locale", "colour"} <= set(found)
    assert any(path.startswith("reason_codes[0]") for path in found)
    assert any(path.startswith("reason_codes[1].children[0]") for path in found)


def test_what_is_no_yaml_is_told_with_its_line() -> None:
    assert any("line 2" in path for path in errors("a: 1\n  b: [\n"))
    assert errors("- 1\n- 2\n") == {"": "the document must be a mapping of settings"}


def test_an_export_reads_back_the_same() -> None:
    document = read(GOOD)
    assert read(dump(document, as_json=False)) == document
    assert read(dump(document, as_json=True)) == document


@given(st.text(max_size=200))
def test_any_text_is_settings_or_named_errors(text: str) -> None:
    try:
        check(read(text))
    except SettingsErrors as refused:
        assert refused.errors


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_any_value_in_any_place_is_an_error_with_a_path_never_a_crash(value: object) -> None:
    for name in ("version", "mode", "currency", "timezone", "locale", "reason_codes"):
        try:
            check({name: value})
        except SettingsErrors as refused:
            assert refused.errors
