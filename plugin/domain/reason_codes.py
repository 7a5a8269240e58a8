"""The tree of reason codes: why a ticket came, in two levels, and a third where a tenant hangs one.

A code is lower-case words joined by dots (`product.defect.zipper`); each dot is a level. `overlay` lays a
tenant's additions, names and hidden codes over a tree and gives a new one; trees never change.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from plugin.domain.phrases import NARROW, Phrase, PhraseError, expand

SEPARATOR: Final = " – "
LOCALES: Final = ("en", "ar", "fa")
OWN_WEIGHT: Final = 0.99
MAX_LEVELS: Final = 5
MAX_CODE: Final = 80
FLAGS: Final = ("is_presale", "is_wismo", "is_claimable", "upsell_friendly")

_KEYS: Final = frozenset({"code", "name", "children", "phrases", "hidden", *FLAGS})
_CODE: Final = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*(\.[a-z0-9]+(_[a-z0-9]+)*)*")
_NAME_PARTS: Final = re.compile(r"\s+[–—\-/>:]+\s+|::")

Names = Mapping[str, tuple[str, ...]]
"""Locale → the names a code adds to its parent's path; a code without parent starts with its category."""


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """One reason: `category` and `detail` are its English names, `names` those of every locale.

    `is_presale` a question before buying, `is_wismo` where-is-my-order, `is_claimable` a claim with the
    carrier is possible, `is_request` asks for something and is void when negated ("do not cancel"); `yields`
    speaks only where nothing else does (greetings). `related` are codes told in like words.
    """

    code: str
    category: str
    detail: str
    names: Names
    description: str = ""
    is_presale: bool = False
    is_wismo: bool = False
    is_claimable: bool = False
    upsell_friendly: bool = False
    is_request: bool = False
    yields: bool = False
    related: tuple[str, ...] = ()
    parent: str | None = None
    hidden: bool = False

    @property
    def option(self) -> str:
        """The value of the code as a drop-down option and tag in a helpdesk."""
        return option_value(self.code)


def option_value(code: str) -> str:
    """`product.defect` → `mgn_product_defect`"""
    return "mgn_" + code.replace(".", "_")


def plain_name(name: str) -> str:
    """A name without case, punctuation and spaces: how two names are the same to a person."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


@dataclass(frozen=True, slots=True)
class ReasonTree:
    """All codes of a tenant, hidden ones included, in their written order."""

    codes: Mapping[str, ReasonCode]

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def __iter__(self) -> Iterator[ReasonCode]:
        return iter(self.codes.values())

    def __len__(self) -> int:
        return len(self.codes)

    def get(self, code: str) -> ReasonCode | None:
        """The code of that name, hidden or not; None where there is none."""
        return self.codes.get(code)

    def visible(self) -> tuple[ReasonCode, ...]:
        """The codes that agents may choose and the classifier may answer."""
        return tuple(code for code in self if not self.is_hidden(code.code))

    def children(self, code: str) -> tuple[ReasonCode, ...]:
        """The codes right under one, in their order."""
        return tuple(child for child in self if child.parent == code)

    def siblings(self, code: str) -> tuple[ReasonCode, ...]:
        """The other codes under the same parent, or of the same category where there is no parent."""
        own = self.codes[code]
        return tuple(
            other
            for other in self
            if other.code != code
            and other.parent == own.parent
            and (own.parent or other.category == own.category)
        )

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes above one, the nearest first."""
        above: list[str] = []
        parent = self.codes[code].parent
        while parent is not None:
            above.append(parent)
            parent = self.codes[parent].parent
        return tuple(above)

    def is_hidden(self, code: str) -> bool:
        """Whether the code, or one above it, is hidden."""
        return self.codes[code].hidden or any(self.codes[above].hidden for above in self.ancestors(code))

    def names(self, code: str, locale: str = "en") -> tuple[str, ...]:
        """The names from the category down to the code; a locale that is not named speaks English."""
        own = self.codes[code]
        names = own.names.get(locale) or own.names.get("en") or (own.detail,)
        return names if own.parent is None else (*self.names(own.parent, locale), *names)

    def path(self, code: str, locale: str = "en") -> str:
        """The name path as shown: "Product – Defect – Zipper"."""
        return SEPARATOR.join(self.names(code, locale))


@dataclass(frozen=True, slots=True)
class SettingError:
    """One thing wrong in the settings: where (`reason_codes[0].children[1].code`) and what."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class ReasonCodeErrors(ValueError):
    """Everything that is wrong in the `reason_codes:` of a settings file, all at once, in `errors`."""

    def __init__(self, errors: Iterable[SettingError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(map(str, self.errors)))


def overlay(tree: ReasonTree, items: object) -> tuple[ReasonTree, tuple[Phrase, ...]]:
    """Lay a tenant's `reason_codes:` (parsed YAML or JSON; None for none) over a tree.

    Gives the tenant's tree and the tenant's own phrases. ReasonCodeErrors lists every error with its path.
    """
    laying = _Overlay(dict(tree.codes))
    laying.lay_all(items if items is not None else [], "reason_codes", None)
    laying.check_options()
    if laying.errors:
        raise ReasonCodeErrors(laying.errors)
    return ReasonTree(laying.codes), tuple(laying.phrases)


@dataclass(slots=True)
class _Overlay:
    """The state of laying one settings list over a tree; errors are gathered, never raised on the way."""

    codes: dict[str, ReasonCode]
    phrases: list[Phrase] = field(default_factory=list)
    errors: list[SettingError] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)

    def lay_all(self, items: object, path: str, parent: str | None) -> None:
        if not isinstance(items, list | tuple):
            self._wrong(path, "must be a list of reason codes")
            return
        for number, item in enumerate(items):
            self._lay(item, f"{path}[{number}]", parent)

    def check_options(self) -> None:
        """Two codes must not be one option in the helpdesk (`a.b_c` and `a_b.c`)."""
        taken: dict[str, str] = {}
        for code in self.codes.values():
            other = taken.setdefault(code.option, code.code)
            if other != code.code:
                where = self.seen.get(code.code) or self.seen.get(other, "reason_codes")
                self._wrong(
                    f"{where}.code", f"{code.code} and {other} would both be the option {code.option}"
                )

    def _lay(self, item: object, path: str, parent: str | None) -> None:
        if not isinstance(item, Mapping):
            self._wrong(path, "must be a mapping with at least a code")
            return
        for key in item:
            if key not in _KEYS:
                self._wrong(f"{path}.{key}", f"is not a known key; known are {', '.join(sorted(_KEYS))}")
        code = self._code(item.get("code"), f"{path}.code", parent)
        if code is None:
            return
        self.codes[code] = self._merged(code, item, path, parent)
        self._lay_phrases(code, item.get("phrases", []), f"{path}.phrases")
        self.lay_all(item.get("children", []), f"{path}.children", code)

    def _code(self, code: object, path: str, parent: str | None) -> str | None:
        """The code if it may stand here; else None, and the reason among the errors."""
        wrong = None
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            wrong = "must be lower-case words joined by dots, like product.defect.zipper"
        elif len(code) > MAX_CODE or code.count(".") >= MAX_LEVELS:
            wrong = f"is longer than {MAX_CODE} characters or {MAX_LEVELS} levels"
        elif code in self.seen:
            wrong = f"{code} stands here for the second time; the first is {self.seen[code]}"
        elif parent is not None and code.rpartition(".")[0] != parent:
            wrong = f"{code} must be {parent} with one more word after a dot"
        elif code not in self.codes and "." not in code:
            wrong = f"{code} needs a category and a detail, joined by a dot"
        if wrong is not None:
            self._wrong(path, wrong)
            return None
        assert isinstance(code, str)
        self.seen[code] = path.removesuffix(".code")
        return code

    def _merged(self, code: str, item: Mapping[str, object], path: str, parent: str | None) -> ReasonCode:
        """The code as it stands in the tree, or a new one, with what the item says about it."""
        merged = self.codes.get(code) or self._new(code, parent)
        if "name" in item:
            merged = self._renamed(merged, item["name"], f"{path}.name")
        flags = {key: item[key] for key in ("hidden", *FLAGS) if key in item}
        for key, value in flags.items():
            if not isinstance(value, bool):
                self._wrong(f"{path}.{key}", "must be true or false")
        return _flagged(merged, flags)

    def _new(self, code: str, parent: str | None) -> ReasonCode:
        """A new code, named after itself until it is named, with the flags of what it hangs under."""
        head, _, last = code.rpartition(".")
        detail = _titled(last)
        above = self.codes.get(parent or head)
        if above is not None:
            names = {"en": (detail,)}
            return replace(
                above, code=code, detail=detail, names=names, description="", parent=above.code, hidden=False
            )
        category = _titled(head.partition(".")[0])
        kin = next((other for other in self.codes.values() if other.code.startswith(f"{head}.")), None)
        categories = {locale: names[0] for locale, names in kin.names.items()} if kin else {"en": category}
        return ReasonCode(
            code,
            categories.get("en", category),
            detail,
            {locale: (name, detail) for locale, name in categories.items()},
        )

    def _renamed(self, code: ReasonCode, name: object, path: str) -> ReasonCode:
        """The code under a new name: one text for all locales, or a mapping of locale to text."""
        given = dict.fromkeys(LOCALES, name) if isinstance(name, str) else name
        if not isinstance(given, Mapping) or not all(
            isinstance(text, str) and text.strip() for text in given.values()
        ):
            self._wrong(path, "must be a text, or a text for each locale (en, ar, fa)")
            return code
        names = dict(code.names)
        for locale, text in given.items():
            names[str(locale)] = self._parts(code, str(locale), text)
        spoken = names.get("en") or next(iter(names.values()))
        return replace(
            code, names=names, detail=spoken[-1], category=spoken[0] if code.parent is None else code.category
        )

    def _parts(self, code: ReasonCode, locale: str, text: str) -> tuple[str, ...]:
        """The names in "Product – Defect"; of a code under another only the last, the rest is its parent's path."""
        parts = tuple(part.strip() for part in _NAME_PARTS.split(text) if part.strip()) or (text.strip(),)
        if code.parent is not None:
            return parts[-1:]
        if len(parts) == 1:
            return (code.names.get(locale, (code.category,))[0], *parts)
        return parts

    def _lay_phrases(self, code: str, phrases: object, path: str) -> None:
        if not isinstance(phrases, list | tuple):
            self._wrong(path, "must be a list of phrases")
            return
        for number, pattern in enumerate(phrases):
            try:
                if not isinstance(pattern, str):
                    raise PhraseError("must be a text")
                self.phrases.append(
                    Phrase(code, pattern, OWN_WEIGHT, expand(pattern), own=True, slack=NARROW)
                )
            except PhraseError as error:
                self._wrong(f"{path}[{number}]", str(error))

    def _wrong(self, path: str, message: str) -> None:
        self.errors.append(SettingError(path, message))


def _flagged(code: ReasonCode, flags: Mapping[str, object]) -> ReasonCode:
    """The code with the flags that are named set anew."""
    return replace(
        code,
        hidden=bool(flags.get("hidden", code.hidden)),
        is_presale=bool(flags.get("is_presale", code.is_presale)),
        is_wismo=bool(flags.get("is_wismo", code.is_wismo)),
        is_claimable=bool(flags.get("is_claimable", code.is_claimable)),
        upsell_friendly=bool(flags.get("upsell_friendly", code.upsell_friendly)),
    )


def _titled(word: str) -> str:
    """`gift_wrap` → Gift wrap"""
    return word.replace("_", " ").capitalize()
