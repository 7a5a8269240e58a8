"""The default reason codes and phrases, as data: read from the files beside this module, the only input here.

`tree.csv` holds the codes with their names; `en.txt` and its siblings the phrases, in more languages than the names;
docs/reason-codes.md describes the format.
"""

import csv
import io
from functools import cache
from importlib.resources import files
from typing import Final

from plugin.domain.classifier import Classifier
from plugin.domain.phrasebook import Phrasebook, parse
from plugin.domain.reason_codes import LOCALES, SEPARATOR, ReasonCode, ReasonTree

LANGUAGES: Final = (*LOCALES, "fr", "es", "de")
"""The languages that there are phrases in."""


@cache
def default_tree() -> ReasonTree:
    """The tree every tenant starts from."""
    rows = csv.DictReader(io.StringIO(_text("tree.csv")))
    return ReasonTree({row["code"]: _reason_code(row) for row in rows})


@cache
def default_phrases() -> Phrasebook:
    """The phrases of all languages, parsed and expanded; ValueError names file and line of a mistake."""
    return Phrasebook.joined(parse(_text(f"{language}.txt"), language) for language in LANGUAGES)


@cache
def default_classifier() -> Classifier:
    """The classifier of a tenant without settings; `for_tenant` gives that of one with."""
    return Classifier(default_tree(), default_phrases())


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _reason_code(row: dict[str, str]) -> ReasonCode:
    """One row of tree.csv; a name is its whole path, "Shipping – Delayed"."""
    names = {locale: tuple(row[locale].split(SEPARATOR)) for locale in LOCALES}
    category, detail = names["en"]
    return ReasonCode(
        row["code"],
        category,
        detail,
        names,
        row["description"],
        is_presale=row["is_presale"] == "y",
        is_wismo=row["is_wismo"] == "y",
        is_claimable=row["is_claimable"] == "y",
        upsell_friendly=row["upsell_friendly"] == "y",
        is_request=row["is_request"] == "y",
        yields=row["yields"] == "y",
        related=tuple(row["related"].split()),
    )
