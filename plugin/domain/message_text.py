"""What a customer says now: plain text out of HTML, without quoted history and without a signature.

Mail programs quote the whole conversation below an answer. Only what is new may decide about a ticket: an agent's
own "your refund was sent", quoted by the customer, is no request for a refund.
"""

import re
from html.parser import HTMLParser
from typing import Final

MOST_CHARACTERS: Final = 60_000
"""Longer messages are logs and pasted mails; what matters stands at the beginning."""

_SKIPPED: Final = frozenset({"script", "style", "head", "title", "template"})
_VOID: Final = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base", "source"})
_BLOCKS: Final = frozenset(
    ["p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
     "header", "footer", "hr", "pre", "dl", "dt", "dd"]
)  # fmt: skip
_QUOTES: Final = re.compile(
    r"gmail_quote|gmail_signature|yahoo_quoted|moz-cite|moz-signature|divrplyfwdmsg|mail-quote|appendonsend|zmail_extra"
)
"""Classes and ids under which mail programs put what they quote or sign with."""

_HISTORY: Final = re.compile(
    r"""^[ \t]*(?:
      -{2,}\s*(?:original\ message|forwarded\ message|reply\ above\ this\ line|رسالة\ أصلية|الرسالة\ الأصلية|پیام\ اصلی
          |ursprüngliche\ nachricht|originalnachricht|weitergeleitete\ nachricht|message\ d['’]origine|message\ original
          |message\ transféré|mensaje\ original|mensaje\ reenviado)\b.*
      |\#\#-\ .{0,80}\ -\#\#.*                                  # a helpdesk's "please type your reply above this line"
      |on\ [^\n]{5,200}?(?:\n[^\n]{0,120}?)?\ wrote:[ \t]*$
      |am\ [^\n]{5,200}?(?:\n[^\n]{0,120}?)?\ schrieb(?!\ ich\b)[^\n]{0,120}(?:\n[^\n]{0,120}@[^\n]{0,120})?:[ \t]*$
      |le\ [^\n]{5,200}?(?:\n[^\n]{0,120}?)?\ a\ écrit\s?:[ \t]*$
      |e[ln]\ [^\n]{5,200}?(?:\n[^\n]{0,120}?)?\ escribió:[ \t]*$
      |(?:في|بتاريخ|يوم)\ [^\n]{5,200}?(?:كتب|كتبت)[^\n]{0,120}:[ \t]*$
      |(?:در\ تاریخ|در)\ [^\n]{5,200}?نوشت[^\n]{0,60}:[ \t]*$
      |\*?(?:from|von|de|من|از)\s?:[^\n]+\n(?:[^\n]*\n){0,2}?[ \t]?\*?(?:sent|date|to|subject|gesendet|datum|an|betreff
          |envoyé|objet|sujet|enviado(?:\ el)?|fecha|asunto|à|para|إلى|تاريخ|الموضوع|به|تاریخ|موضوع)\s?:
      |_{8,}[ \t]*$
    )""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_SIGNATURE: Final = re.compile(
    r"^(?:--[ \t]?|—[ \t]?)$"
    r"|^(?:sent from my|sent from outlook|get outlook for"
    r"|von meinem [^\n]{2,40} gesendet|gesendet (?:von|mit) (?:mein|der|outlook|mail|gmx|web\.de|yahoo)"
    r"|diese nachricht wurde von meinem|holen sie sich outlook|outlook für (?:ios|android)"
    r"|envoyé (?:de|depuis) mon|envoyé à partir d|télécharger outlook|obtenir outlook"
    r"|enviado desde (?:mi|outlook|correo|yahoo)|enviado con|obtener outlook|descargar outlook"
    r"|أرسلت من|أُرسلت من|فرستاده شده از|ارسال شده از)[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_BLANK: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def newest_text(text: str) -> str:
    """The text without quoted history and signature; where nothing else is there, the text as it is."""
    plain = text[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").strip()
    own = _own_lines(plain)
    fresh = _before(_SIGNATURE, _before(_HISTORY, own))
    return _BLANK.sub("\n\n", fresh).strip() or plain


def text_of_html(html: str) -> str:
    """The words of an HTML message, one block a line; quotes and signatures that mail programs mark are left out."""
    reader = _Words()
    reader.feed(html[: 4 * MOST_CHARACTERS])
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.words).split("\n")]
    return _BLANK.sub("\n\n", "\n".join(lines)).strip()


def _own_lines(text: str) -> str:
    """The text without lines marked as quoted; where the answer stands below them, without their heading too."""
    lines = text.split("\n")
    own = "\n".join(line for line in lines if not line.lstrip().startswith(">")).strip()
    if own == text:
        return text
    heading = _HISTORY.match(own)
    below = own[heading.end() :].strip() if heading else ""
    return below or own


def _before(mark: re.Pattern[str], text: str) -> str:
    """What stands before the first mark; all of it where nothing does (a forwarded mail is what the customer says)."""
    found = mark.search(text)
    return text[: found.start()] if found and text[: found.start()].strip() else text


class _Words(HTMLParser):
    """Collects words; `_hidden` counts the open elements within one that is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.words.append("\n")
        if tag not in _VOID and (self._hidden or _is_left_out(tag, attrs)):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag not in _VOID:
            self._hidden -= 1
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data.replace("\n", " "))


def _is_left_out(tag: str, attrs: list[tuple[str, str | None]]) -> bool:
    if tag in _SKIPPED or tag == "blockquote":
        return True
    return any(name in {"class", "id"} and _QUOTES.search((value or "").lower()) for name, value in attrs)
