"""The file for payroll: sums by agent, month and state, and nothing in it that a spreadsheet would calculate."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.currencies import digits
from plugin.payroll import Earned, PayrollLine, payroll, payroll_csv, safe_cell

ANA, BEN = "ana@shop.example", "ben@shop.example"


def test_credits_are_added_up_by_agent_month_and_state() -> None:
    earned = [
        Earned(BEN, "2026-11", "approved", 500, "USD"),
        Earned(ANA, "2026-11", "paid", 100, "USD"),
        Earned(ANA, "2026-11", "approved", 792, "USD"),
        Earned(ANA, "2026-11", "approved", 8, "USD"),
        Earned(ANA, "2026-11", "clawed_back", -50, "USD"),
    ]
    assert payroll(earned) == [
        PayrollLine(ANA, "2026-11", "approved", 2, 800, "USD"),
        PayrollLine(ANA, "2026-11", "clawed_back", 1, -50, "USD"),
        PayrollLine(ANA, "2026-11", "paid", 1, 100, "USD"),
        PayrollLine(BEN, "2026-11", "approved", 1, 500, "USD"),
    ]


def test_currencies_are_never_added_up() -> None:
    lines = payroll([Earned(ANA, "2026-11", "paid", 1, one) for one in ("USD", "EUR")])
    assert [(one.currency, one.amount) for one in lines] == [("EUR", 1), ("USD", 1)]


def test_the_file_has_a_heading_and_amounts_with_the_digits_of_their_currency() -> None:
    lines = [
        PayrollLine(ANA, "2026-11", "approved", 2, 800, "USD"),
        PayrollLine(BEN, "2026-11", "clawed_back", 1, -50, "JPY"),
        PayrollLine(BEN, "2026-11", "paid", 1, 1_234, "KWD"),
    ]
    assert payroll_csv(lines, digits) == (
        "agent,period,state,credits,amount,currency\r\n"
        "ana@shop.example,2026-11,approved,2,8.00,USD\r\n"
        "ben@shop.example,2026-11,clawed_back,1,-50,JPY\r\n"
        "ben@shop.example,2026-11,paid,1,1.234,KWD\r\n"
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_a_text_that_a_spreadsheet_would_calculate_stays_a_text(start: str) -> None:
    lines = [PayrollLine(f"{start}cmd|' /C calc'!A0@x.yz", "2026-11", "paid", 1, 1, "USD")]
    [_, row] = csv.reader(StringIO(payroll_csv(lines, digits), newline=""))
    assert row[0].startswith(f"'{start}")


@given(st.text())
def test_no_other_text_is_changed(text: str) -> None:
    assert safe_cell(text) in (text, f"'{text}")
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
