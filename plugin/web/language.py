"""The reader's language: chosen once per request; texts, digits and times in it.

Catalogues are kept as text (.po) and compiled in memory at first use, so that a plain clone, an editable install
and the wheel all speak the same languages with nothing binary in the repository.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from babel import Locale, UnknownLocaleError, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, g, request
from flask_babel import Babel, Domain, get_locale

from plugin.web.services import services

LANGUAGES = {"en": "English", "ar": "العربية", "fa": "فارسی"}
"""Every language, named in itself."""
COOKIE = "marginalia_lang"
YEAR = 365 * 24 * 3600
CATALOGUES = Path(__file__).parent / "translations"
FIRST_STRONG, POP = "\u2068", "\u2069"
"""Around a name in a text that can hold no markup: as <bdi> does, its direction moves nothing around it."""
_DIGITS = {
    "arab": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
    "arabext": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"),
}


def install(app: Flask) -> None:
    """Give this app its languages."""
    domain = _Words(domain="messages")
    domain.cache = _Catalogues()
    Babel(app, locale_selector=chosen).domain_instance = domain
    _speak_templates(app, domain.cache)
    app.context_processor(_words_for_templates)
    app.after_request(_remember)
    app.jinja_env.filters.update(
        ago=ago,
        exact=exact,
        clock=clock,
        number=number,
        percent=percent,
        money=money,
        language_name=language_name,
    )


def _speak_templates(app: Flask, catalogues: Mapping[tuple[str, str], Translations]) -> None:
    """Have templates find their texts without asking for the whole machinery at each one: a page has hundreds."""

    def catalogue() -> Translations:
        return catalogues[_locale().language, "messages"]

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension that Babel adds
        gettext=lambda text: catalogue().ugettext(text),
        ngettext=lambda one, many, number: catalogue().ungettext(one, many, number),
        newstyle=True,
    )


class _Catalogues(dict[tuple[str, str], Translations]):
    """Flask-Babel's cache of catalogues, filled from the .po files when a language is first asked for."""

    def __missing__(self, key: tuple[str, str]) -> Translations:
        language, domain = key
        self[key] = _compiled(CATALOGUES / language / "LC_MESSAGES" / f"{domain}.po", language)
        return self[key]


class _Words(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Texts in the reader's language, at once: Flask-Babel itself spells the locale out for every single text."""

    def get_translations(self) -> Translations:
        found: Translations = self.cache[_locale().language, "messages"]
        return found


def _compiled(path: Path, language: str) -> Translations:
    if not path.exists():
        return Translations()  # English is the language that the texts are written in
    compiled = BytesIO()
    with path.open("rb") as text:
        write_mo(compiled, read_po(text, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def chosen() -> str:
    """`?lang=`, else the cookie, else the tenant's locale, else the browser's wish, else English."""
    said = (request.args.get("lang"), request.cookies.get(COOKIE), g.get("tenant_locale"))
    for wish in (*said, *_wishes_of_the_browser()):
        if wish in LANGUAGES:
            return str(wish)
    return "en"


def _wishes_of_the_browser() -> list[str]:
    """Most wanted first; `fa-IR` is `fa`, also where a less wanted language is named more plainly."""
    return [tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality]


def ago(at: datetime) -> str:
    """How long ago (or in how long) that is, in words."""
    delta = at - services().now()
    return in_digits(dates.format_timedelta(delta, add_direction=True, locale=_locale()))


def exact(at: datetime) -> str:
    """The instant in full, in the tenant's zone."""
    zone = dates.get_timezone(g.get("tenant_zone") or "UTC")
    local = dates.format_datetime(at, "medium", tzinfo=zone, locale=_locale())
    name = dates.get_timezone_name(at.astimezone(zone), "short", locale=_locale())
    return f"{in_digits(local)} {FIRST_STRONG}{name}{POP}"


def clock(at: datetime) -> str:
    """The time of day in the tenant's zone, short; with its day where that is not today's."""
    zone = dates.get_timezone(g.get("tenant_zone") or "UTC")
    local, today = at.astimezone(zone), services().now().astimezone(zone)
    time = dates.format_time(local, "short", locale=_locale())
    if local.date() == today.date():
        return in_digits(time)
    day = dates.format_skeleton("MMMd" if local.year == today.year else "yMMMd", local, locale=_locale())
    return in_digits(f"{FIRST_STRONG}{day}{POP} {FIRST_STRONG}{time}{POP}")


def number(value: float) -> str:
    """A number in the locale's digits."""
    return in_digits(numbers.format_decimal(value, locale=_locale(), numbering_system=_signs()))


def percent(value: float) -> str:
    """A share of one as a percentage, in the locale's digits."""
    return in_digits(numbers.format_percent(value, locale=_locale(), numbering_system=_signs()))


def money(amount: Mapping[str, str]) -> str:
    """An amount as its readers write it, in the locale's digits."""
    shown = numbers.format_currency(
        Decimal(amount["amount"]), amount["currency"], locale=_locale(), numbering_system=_signs()
    )
    return in_digits(shown)


def language_name(tag: str) -> str:
    """A language in the reader's words; the helpdesk's own word for it where that is no language."""
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-").get_display_name(_locale()) or tag
    except (ValueError, UnknownLocaleError):
        return tag


def in_digits(text: str) -> str:
    """The text in the reader's digits: Babel formats with the locale's signs, but always with 0 to 9."""
    table = _DIGITS.get(_locale().default_numbering_system) if _native() else None
    return text.translate(table) if table else text


def _signs() -> str:
    """The numbering system whose signs stand between the digits."""
    return "default" if _native() else "latn"


def _native() -> bool:
    """Whether this tenant wants the digits of the reader's language, or 0 to 9 in every one."""
    return bool(g.get("native_digits", True))


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _words_for_templates() -> dict[str, Any]:
    locale = _locale()
    return {"lang": locale.language, "dir": locale.text_direction, "languages": _choices()}


def _choices() -> list[dict[str, str]]:
    """The languages with the address of this very page in each; none on a page that answers a form."""
    if request.method != "GET":
        return []
    return [
        {"code": code, "name": name, "dir": Locale(code).text_direction, "url": _here_in(code)}
        for code, name in LANGUAGES.items()
    ]


def _here_in(language: str) -> str:
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{quote(request.path)}?{urlencode([*rest, ('lang', language)])}"


def _remember(response: Response) -> Response:
    wish = request.args.get("lang")
    if wish in LANGUAGES and request.cookies.get(COOKIE) != wish:
        secure = services().config.public_url.startswith("https:")
        response.set_cookie(COOKIE, wish, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
    return response
