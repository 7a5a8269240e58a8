"""Every text of the web part that has to be translated, and the translations there are."""

from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from plugin.web.language import CATALOGUES

WEB = CATALOGUES.parent
PANEL = CATALOGUES.parents[2] / "sidebar_templates"
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "lazy_gettext": None}


@cache
def texts() -> dict[str, str]:
    """Every text with the place where it stands first."""
    found: dict[str, str] = {}
    for folder in (WEB, PANEL):
        for path, line, message, _comments, _context in extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS):
            assert isinstance(message, str), f"{path}:{line} has a plural; none is needed so far"
            found.setdefault(message, f"{folder.name}/{path}:{line}")
    return found


def catalogue(language: str) -> Catalog:
    """The translations into this language."""
    path: Path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as text:
        return read_po(text, locale=language)
