"""The sample tickets are sixty, in three languages, and as varied as a shop's day."""

from collections import Counter

import pytest

from sandbox.samples import LANGUAGES, load, samples
from tests.sandbox.conftest import Desk

ABOUT = {
    *("wismo", "delay", "damaged", "refund", "return", "cancel", "coupon", "address change"),
    *("subscription", "product question", "complaint", "praise", "nothing"),
}


def test_there_are_twenty_in_each_language() -> None:
    assert Counter(one.language for one in samples()) == dict.fromkeys(LANGUAGES, 20)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_subject(language: str) -> None:
    assert {about for one in samples() if one.language == language for about in one.about} == ABOUT


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_one_with_two_reasons_and_one_with_a_quoted_mail(language: str) -> None:
    mine = [one for one in samples() if one.language == language]
    assert any(len(one.about) == 2 for one in mine)
    assert any("\n>" in one.text for one in mine)


def test_no_two_are_alike() -> None:
    assert len({one.text for one in samples()}) == len({one.email for one in samples()}) == 60


def test_loading_makes_a_ticket_of_each_with_its_replies(desk: Desk) -> None:
    assert load(desk.account) == len(desk.account.tickets) == 60
    replies = sum(len(one.then) for one in samples())
    assert sum(len(one.comments) for one in desk.account.tickets.values()) == 60 + replies


def test_no_sample_comes_from_the_future(desk: Desk) -> None:
    load(desk.account)
    assert max(one.created_at for one in desk.account.tickets.values()) < desk.clock()
