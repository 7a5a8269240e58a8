"""The settings file: all errors at once with their paths, or typed settings."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.domain.macros import MacroHint
from plugin.domain.rule_actions import ACTIONS
from plugin.domain.rule_fields import EVENTS, FIELDS
from plugin.domain.settings import TenantSettings
from plugin.domain.tiers import Tier
from plugin.settings_file import SettingsErrors, check, dump, read
from plugin.settings_schema import SettingsSection

CONTRACT = Path(__file__).parent / "fixtures" / "settings" / "contract.yaml"

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


def test_the_contracts_example_is_read_whole() -> None:
    settings = check(read(CONTRACT.read_text(encoding="utf-8")))
    assert settings.tiers == (
        Tier("VIP", spent_at_least=Decimal("5000.00")),
        Tier("Concierge", spent_at_least=Decimal("10000.00"), tags=("VIP",), no_bots=True),
    )
    assert [(rule.name, sorted(rule.on)) for rule in settings.rules] == [
        ("Concierge first", ["customer_message", "ticket_created"])
    ]
    assert settings.macros == (MacroHint("360001", ("shipping.wismo",)),)


def test_the_contracts_example_names_every_setting_but_those_that_came_since() -> None:
    named = set(read(CONTRACT.read_text(encoding="utf-8")))
    assert set(SettingsSection().fields) - named == {
        "teams",
        "routing_wait_seconds",
        "digits",
        "video_recorder",
    }


@pytest.mark.parametrize("as_json", [False, True])
def test_the_contracts_example_is_exported_and_read_back_the_same(as_json: bool) -> None:
    document = read(CONTRACT.read_text(encoding="utf-8"))
    assert read(dump(document, as_json)) == document


def test_rules_are_exported_with_their_key_on() -> None:
    assert "\n  on:\n" in dump(read(CONTRACT.read_text(encoding="utf-8")), as_json=False)


def test_no_name_of_the_contract_is_ever_renamed() -> None:
    fields = {
        "ticket": "subject text channel language status priority tags reason_code group assignee is_first_message",
        "customer": "tier spent orders tags days_since_order",
        "order": "total status fulfilment days_old skus tags",
        "parcel": "status problem",
        "now": "hours",
    }
    actions = "group assignee priority status tags note team_by_hours call_back suggest_macro offer no_bots"
    events = "ticket_created customer_message agent_message ticket_changed ticket_solved"
    assert {f"{of}.{name}" for of, names in fields.items() for name in names.split()} <= set(FIELDS)
    assert set(actions.split()) <= set(ACTIONS)
    assert set(events.split()) <= set(EVENTS)


TEAM: dict[str, Any] = {
    "name": "Manila",
    "group": "213",
    "timezone": "Asia/Manila",
    "hours": {"mon-fri": "09:00-17:00"},
}


def test_teams_are_read_with_their_hours_and_holidays() -> None:
    (team,) = check({"teams": [TEAM | {"group": 213, "holidays": ["2026-12-25"]}]}).teams
    assert (team.group, team.week[4], sorted(team.holidays)) == ("213", ((540, 1020),), [date(2026, 12, 25)])


def test_routing_waits_ten_seconds_for_a_silent_shop_where_nothing_else_is_said() -> None:
    assert check({}).routing_wait == timedelta(seconds=10)


def test_how_long_routing_waits_is_a_setting() -> None:
    assert check({"routing_wait_seconds": 0}).routing_wait == timedelta(0)


def test_a_section_left_empty_is_as_good_as_left_out() -> None:
    assert check(read("mode:\nrules:\ntiers:\nreason_codes:\ncosts:\n")) == TenantSettings()


def test_a_rule_may_name_a_reason_code_of_the_tenants_own() -> None:
    document = read(GOOD) | {
        "rules": [
            {
                "name": "Zippers",
                "on": ["customer_message"],
                "conditions": {
                    "all": [
                        {"field": "ticket.reason_code", "operator": "is", "value": "product.defect.zipper"}
                    ]
                },
                "actions": [{"field": "group", "value": "9"}],
            }
        ]
    }
    assert len(check(document).rules) == 1


def test_names_can_be_used_though_their_section_has_an_error_elsewhere() -> None:
    rule = {
        "name": "VIPs",
        "on": ["customer_message"],
        "conditions": {"all": [{"field": "customer.tier", "operator": "is", "value": "VIP"}]},
        "actions": [{"field": "group", "value": "9"}],
    }
    assert list(wrong({"tiers": [{"name": "VIP", "spent_at_least": 5}], "rules": [rule]})) == [
        "tiers[0].spent_at_least"
    ]


def wrong(document: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(SettingsErrors) as refused:
        check(document)
    return {error.path: error.message for error in refused.value.errors}


OFFER = {"name": "Belt", "sku": "BELT-1", "price": "50.00"}


@pytest.mark.parametrize(
    ("document", "path", "said"),
    [
        ({"tiers": {}}, "tiers", "must be a list"),
        ({"tiers": ["VIP"]}, "tiers[0]", "must be a mapping"),
        ({"tiers": [{"tags": ["VIP"]}]}, "tiers[0].name", "is missing"),
        ({"tiers": [{"name": "VIP"}]}, "tiers[0]", "nobody can be in it"),
        ({"tiers": [{"name": "VIP", "tag": "x"}]}, "tiers[0].tag", "no such setting; there is: name"),
        ({"tiers": [{"name": "VIP", "spent_at_least": 5000}]}, "tiers[0].spent_at_least", 'as "5000"'),
        ({"tiers": [{"name": "VIP", "spent_at_least": 0.1}]}, "tiers[0].spent_at_least", "in quotes"),
        ({"tiers": [{"name": "VIP", "spent_at_least": "$5"}]}, "tiers[0].spent_at_least", "without currency"),
        (
            {"currency": "JPY", "tiers": [{"name": "VIP", "spent_at_least": "5000.00"}]},
            "tiers[0].spent_at_least",
            "more than the 0 decimal places of JPY",
        ),
        ({"tiers": [{"name": "VIP", "orders_at_least": "5"}]}, "tiers[0].orders_at_least", "whole number"),
        ({"tiers": [{"name": "VIP", "top_percent": 0}]}, "tiers[0].top_percent", "more than 0"),
        ({"tiers": [{"name": "VIP", "emails": ["ann"]}]}, "tiers[0].emails[0]", "no e-mail address"),
        ({"tiers": [{"name": "VIP", "tags": [1.5]}]}, "tiers[0].tags[0]", "in quotes"),
        ({"tiers": [{"name": "VIP", "tags": ["x"], "no_bots": "yes"}]}, "tiers[0].no_bots", "true or false"),
        (
            {"tiers": [{"name": n, "tags": ["x"]} for n in ("VIP", "vip")]},
            "tiers[1].name",
            "tiers[0] already",
        ),
        (
            {"tiers": [{"name": n, "tags": ["x"]} for n in ("VIP", "VIP+")]},
            "tiers[1].name",
            "tiers[0] already",
        ),
        ({"teams": [TEAM | {"timezone": "Manila"}]}, "teams[0].timezone", "no time zone"),
        ({"teams": [TEAM | {"hours": {"mon": "9-5"}}]}, "teams[0].hours.mon", "no range of hours"),
        ({"teams": [TEAM | {"hours": {}}]}, "teams[0].hours", "hours by days"),
        ({"teams": [TEAM | {"holidays": ["25.12.2026"]}]}, "teams[0].holidays[0]", "no day"),
        ({"teams": [{k: v for k, v in TEAM.items() if k != "group"}]}, "teams[0].group", "is missing"),
        ({"teams": [TEAM, TEAM]}, "teams[1].name", "teams[0] already"),
        ({"macros": [{"macro": "1", "reason_codes": "shipping.wismo"}]}, "macros[0].reason_codes", "a list"),
        ({"macros": [{"macro": "1", "reason_codes": []}]}, "macros[0].reason_codes", "at least one"),
        (
            {"macros": [{"macro": "1", "reason_codes": ["x.y"]}]},
            "macros[0].reason_codes[0]",
            "no reason code",
        ),
        ({"offers": [OFFER | {"price": 50}]}, "offers[0].price", "in quotes"),
        ({"offers": [OFFER | {"when": {"all": [{}]}}]}, "offers[0].when.all[0].field", "is missing"),
        ({"offers": [OFFER, OFFER]}, "offers[1].name", "offers[0] already"),
        ({"wismo": {"auto_answer": 1}}, "wismo.auto_answer", "false or shadow or true"),
        ({"wismo": {"auto_answer": "yes"}}, "wismo.auto_answer", "false or shadow or true"),
        ({"wismo": {"close_after": "no"}}, "wismo.close_after", "true or false"),
        ({"wismo": []}, "wismo", "must be a mapping"),
        ({"amounts_visible_to": ["everybody"]}, "amounts_visible_to[0]", "agent or manager or admin"),
        ({"agents": [{"coupon": "ANA10"}]}, "agents[0].email", "is missing"),
        ({"agents": [{"email": "ana@shop.example", "coupon": "A B"}]}, "agents[0].coupon", "no coupon code"),
        ({"agents": [{"email": "ana@shop.example", "commission": 0.07}]}, "agents[0].commission", "no share"),
        ({"agents": [{"email": "ana@shop.example", "commission": "7"}]}, "agents[0].commission", '"0.10"'),
        ({"agents": [{"email": e} for e in ("a@b.ex", "A@B.ex")]}, "agents[1].email", "agents[0] already"),
        (
            {"agents": [{"email": "a@b.ex", "coupon": "ANA"}, {"email": "c@b.ex", "coupon": "ana"}]},
            "agents[1].coupon",
            "agents[0] already",
        ),
        ({"costs": {"refund_share": [{"share": "0.10"}]}}, "costs.refund_share[0].from", "is missing"),
        (
            {"costs": {"refund_share": [{"from": "2022", "share": "0.10"}]}},
            "costs.refund_share[0].from",
            "as 2026-11",
        ),
        (
            {"costs": {"platform_monthly": [{"from": "2022-13", "amount": "1.00"}]}},
            "costs.platform_monthly[0].from",
            "no month",
        ),
        (
            {"costs": {"platform_monthly": [{"from": "0202-01", "amount": "1.00"}]}},
            "costs.platform_monthly[0].from",
            "before 2000",
        ),
        ({"agents": [{"email": "a\x00@b.ex"}]}, "agents[0].email", "no e-mail address"),
        ({"agents": [{"email": f"{'a' * 320}@b.ex"}]}, "agents[0].email", "longer than 320 characters"),
        (
            {"costs": {"staff_monthly": [{"agent": "ana", "from": "2022-01", "amount": "1.00"}]}},
            "costs.staff_monthly[0].agent",
            "no e-mail address",
        ),
        (
            {"costs": {"playbook": [{"up_to": "20.00"}, {"reason_code": "product.defct", "up_to": "80.00"}]}},
            "costs.playbook[1].reason_code",
            "'product.defct' is no reason code",
        ),
        (
            {"costs": {"playbook": [{"reason_code": 3, "up_to": "1"}]}},
            "costs.playbook[0].reason_code",
            "text",
        ),
        ({"attribution": {"direct_window_days": -1}}, "attribution.direct_window_days", "from 0 to 365"),
        ({"commission_base": "turnover"}, "commission_base", "revenue or margin"),
        ({"fx": [{"EUR": "1.0823"}]}, "fx[0].from", "is missing"),
        ({"fx": [{"from": "2026-11-01", "EUR": 1.08}]}, "fx[0].EUR", "in quotes"),
        ({"fx": [{"from": "2026-11-01", "EURO": "1.08"}]}, "fx[0].EURO", "no currency"),
        ({"fx": [{"from": "2026-11-01", "EUR": "0"}]}, "fx[0].EUR", "no rate"),
        ({"fx": ["1.08"]}, "fx[0]", "must be rates from a day on"),
        ({"routing_wait_seconds": 121}, "routing_wait_seconds", "from 0 to 120"),
        ({"version": True}, "version", "reads version 1"),
        ({"rules": {"name": "x"}}, "rules", "must be a list"),
        ({"rules": ""}, "rules", "must be a list"),
    ],
)
def test_what_is_wrong_is_told_with_its_path_and_what_to_write(
    document: dict[str, Any], path: str, said: str
) -> None:
    found = wrong(document)
    assert list(found) == [path]
    assert said in found[path]


def test_an_amount_has_the_digits_of_the_currency_of_its_own_document_only() -> None:
    tiers = [{"name": "VIP", "spent_at_least": "5000.00"}]
    wrong({"currency": "JPY", "tiers": tiers})
    assert check({"currency": "USD", "tiers": tiers}).tiers[0].spent_at_least == Decimal("5000.00")


def test_a_key_that_stands_twice_is_told_with_both_lines() -> None:
    assert errors("mode: live\ncurrency: USD\nmode: shadow\n") == {
        "mode": "stands twice, in line 1 and line 3: keep one"
    }


BROKEN = """
version: 3
mode: on
currency: Taler
timezone: Mars/Olympus
locale: xx
colour: red
reason_codes: [{code: "No Code"}]
tiers: [{name: VIP, spent_at_least: 5000}, {name: vip, tags: [a], no_bots: yes}]
teams: [{name: Manila, group: 1.5, timezone: Manila, hours: {mon: 9-5}}]
rules:
  - {name: A, on: [dawn], conditions: {all: [{field: ticket.colour, operator: is, value: red}]}, actions: []}
  - {name: a, on: [ticket_solved], conditions: {any: [{field: ticket.status, operator: resembles}]},
     actions: [{field: priority, value: critical}, {field: paint}]}
macros: [{macro: "1", reason_codes: [x.y]}]
offers: [{name: Belt, sku: B, price: 50.0, when: {all: [{field: customer.tier, operator: is, value: Gold}]}}]
wismo: {auto_answer: yes}
amounts_visible_to: [all]
agents: [{email: ana, commission: 0.07}]
costs: {platform_monthly: [{from: 2022, amount: 900}]}
attribution: {direct_window_days: many}
commission_base: profit
fx: [{EUR: 1.08}]
routing_wait_seconds: 500
"""


def test_everything_that_is_wrong_in_a_file_is_told_at_once() -> None:
    assert set(errors(BROKEN)) == {
        "version",
        "mode",
        "currency",
        "timezone",
        "locale",
        "colour",
        "reason_codes[0].code",
        "tiers[0].spent_at_least",
        "tiers[1].name",
        "tiers[1].no_bots",
        "teams[0].group",
        "teams[0].timezone",
        "teams[0].hours.mon",
        "rules[0].on[0]",
        "rules[0].conditions.all[0].field",
        "rules[0].actions",
        "rules[1].name",
        "rules[1].conditions.any[0].operator",
        "rules[1].actions[0].value",
        "rules[1].actions[1].field",
        "macros[0].reason_codes[0]",
        "offers[0].price",
        "offers[0].when.all[0].value",
        "wismo.auto_answer",
        "amounts_visible_to[0]",
        "agents[0].email",
        "agents[0].commission",
        "costs.platform_monthly[0].from",
        "costs.platform_monthly[0].amount",
        "attribution.direct_window_days",
        "commission_base",
        "fx[0].from",
        "fx[0].EUR",
        "routing_wait_seconds",
    }


@given(st.text(max_size=200))
def test_any_text_is_settings_or_named_errors(text: str) -> None:
    try:
        check(read(text))
    except SettingsErrors as refused:
        assert refused.errors


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["2026-11", "0.5"]),
)
KEYS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["name", "email", "from", "hours", "code", "all", "field", "macro", "EUR", "tags", "when"]
    ),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=10,
)


@given(st.sampled_from(list(SettingsSection().fields)), st.one_of(VALUES, st.lists(VALUES, max_size=3)))
def test_any_value_in_any_place_is_an_error_with_a_path_never_a_crash(name: str, value: object) -> None:
    try:
        check({name: value})
    except SettingsErrors as refused:
        assert all(error.path.startswith(name) or not error.path for error in refused.errors)


def test_a_document_that_holds_itself_is_told() -> None:
    assert "" in errors("reason_codes: &codes [{code: gift, children: *codes}]")
