"""How good the reason codes are on the messages written by hand, apart from the phrases.

`python -m benchmarks.reason_lists`

`unseen_en`, `second_ar` and `second_fa` were written after the phrases and their misses were not looked at while
these were changed. The phrases were widened after the other lists had been measured, so those say less of a shop
never met. The French, Spanish and German lists were written before their phrases, but by the same hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plugin.reason_data import default_classifier

LISTS = Path(__file__).parents[1] / "tests" / "fixtures" / "reason_codes"


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one list; shares between 0 and 1. `right_when_sure` is None where nothing was sure."""

    messages: int
    top1: float
    top3: float
    sure: float
    right_when_sure: float | None


def read(path: Path) -> Iterator[tuple[frozenset[str], str]]:
    """The messages of a list, each with the codes of which any is right."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            codes, _, text = line.partition("\t")
            yield frozenset(codes.replace("|", " ").split()), text.replace("\\n", "\n")


def scores(path: Path) -> Scores:
    """The figures of a list."""
    rows = list(read(path))
    found = [(codes, default_classifier().classify(text)) for codes, text in rows]
    first = [bool(one.codes) and one.codes[0].code in codes for codes, one in found]
    three = [any(ranked.code in codes for ranked in one.codes) for codes, one in found]
    sure = [right for right, (_, one) in zip(first, found, strict=True) if one.sure]
    return Scores(
        len(rows),
        sum(first) / len(rows),
        sum(three) / len(rows),
        len(sure) / len(rows),
        sum(sure) / len(sure) if sure else None,
    )


def main() -> None:
    """Print one row a list."""
    print("| list | messages | top-1 | top-3 | sure | right when sure |")
    print("|---|---|---|---|---|---|")
    for path in sorted(LISTS.glob("*.tsv")):
        one = scores(path)
        right = "–" if one.right_when_sure is None else f"{one.right_when_sure:.3f}"
        print(
            f"| {path.stem} | {one.messages} | {one.top1:.3f} | {one.top3:.3f} | {one.sure:.3f} | {right} |"
        )


if __name__ == "__main__":
    main()
