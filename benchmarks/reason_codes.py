"""How good the reason codes are, on labelled messages.

`python -m benchmarks.reason_codes --data ../shared/data/reason_codes`

Per source: top-1, top-3, coverage of any code, coverage and precision of *sure*, and how often a message
without a code gets a sure one. The *left out* columns count a phrase as proven only by the other sources: what
to expect of a source never met. `--prove` lists the phrases that may carry the mark `!`; `--errors SOURCE`
prints misses; `--time` measures.
"""

import argparse
import csv
import gzip
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from plugin.domain.classifier import Classifier
from plugin.domain.folding import pieces
from plugin.domain.phrases import Phrase
from plugin.domain.readings import BASE
from plugin.reason_data import default_classifier, default_phrases, default_tree

# A phrase is proven by at least MIN_HITS messages with one code that it decided, in sources other than its origin. Of
# these and of the messages without a code that it decided as well, PRECISION must be right; and no source may have
# seen it go wrong on more than one in ten of SOME_HITS and more coded messages: one big source of template-made
# messages must not outvote a shop's own words. Messages labelled with several codes prove nothing. The plain share is
# used and not a confidence bound: with the floor of twelve messages a bound would refuse every phrase of the small
# real-shop sources; `left out` shows what the choice costs.
MIN_HITS = 12
PRECISION = 0.97
SOME_HITS = 2
SOURCE_PRECISION = 0.9

HEADINGS = (
    "source", "rows", "coded", "top-1", "top-3", "any code", "sure", "right when sure", "uncoded sure",
    "left out: sure", "right", "uncoded",
)  # fmt: skip

Key = tuple[str, str, str]
"""A phrase: its language, its code and its pattern."""


def key_of(phrase: Phrase) -> Key:
    """What tells a phrase from all others."""
    return phrase.language, phrase.code, phrase.pattern


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled message; `codes` is empty where it has no reason code, else any of them is right."""

    source: str
    language: str
    text: str
    label: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the classifier made of a row.

    `deciding` are the phrases that speak up for the best code where nothing contests it.
    """

    row: Row
    top: tuple[str, ...]
    sure: bool
    deciding: tuple[Key, ...]

    @property
    def right(self) -> bool:
        return bool(self.top) and self.top[0] in self.row.codes


@dataclass(slots=True)
class Record:
    """How a phrase fared, by source: coded messages that it decided, how many rightly, and messages without a code."""

    hits: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    strays: Counter[str] = field(default_factory=Counter)

    def add(self, one: Outcome) -> None:
        """Count one message that the phrase decided."""
        source = one.row.source
        if not one.row.codes:
            self.strays[source] += 1
        elif len(one.row.codes) == 1 or not one.right:
            self.hits[source] += 1
            self.right[source] += one.right

    def is_proven(self, sources: Iterable[str]) -> bool:
        """Whether these sources together prove the phrase, and none of them speaks against it."""
        used = list(sources)
        hits = sum(self.hits[source] for source in used)
        right = sum(self.right[source] for source in used)
        decided = hits + sum(self.strays[source] for source in used)
        fair = all(
            self.right[source] >= SOURCE_PRECISION * self.hits[source]
            for source in used
            if self.hits[source] >= SOME_HITS
        )
        return hits >= MIN_HITS and right >= PRECISION * decided and fair


def read_rows(folder: Path) -> Iterator[Row]:
    """All labelled messages of the folder's *.csv.gz files, by file name."""
    for path in sorted(folder.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                codes = frozenset(filter(None, row["reason_code"].split("|")))
                yield Row(row["source"], row["lang"].partition("-")[0], row["text"], row["label"], codes)


def outcomes(classifier: Classifier, rows: Iterable[Row]) -> list[Outcome]:
    """Classify every row."""
    return [_outcome(classifier, row) for row in rows]


def _outcome(classifier: Classifier, row: Row) -> Outcome:
    found = classifier.classify(row.text)
    standings, clear = classifier.contenders(row.text)
    deciding = standings[0].phrases if clear else ()
    keys = dict.fromkeys(map(key_of, deciding))
    return Outcome(row, tuple(one.code for one in found.codes), found.sure, tuple(keys))


def records(results: Iterable[Outcome]) -> dict[Key, Record]:
    """How each phrase fared with messages of its language."""
    found: dict[Key, Record] = defaultdict(Record)
    for one in results:
        for key in one.deciding:
            if key[0] == one.row.language:
                found[key].add(one)
    return found


def proven(found: dict[Key, Record], sources: Iterable[str]) -> set[Key]:
    """The phrases that these sources prove, none of them by the source that inspired it."""
    origins = {key_of(one): one.origin for one in default_phrases().phrases}
    used = list(sources)
    return {
        key
        for key, record in found.items()
        if record.is_proven(one for one in used if one != origins.get(key))
    }


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one source; shares between 0 and 1, None where nothing was to be counted."""

    rows: int
    coded: int
    top1: float | None
    top3: float | None
    any_code: float | None
    sure: float | None
    sure_right: float | None
    sure_uncoded: float | None
    left_out_sure: float | None
    left_out_right: float | None
    left_out_uncoded: float | None


def figures(results: list[Outcome], left_out: set[Key]) -> Figures:
    """The figures of one source's rows; `left_out` are the phrases proven by the other sources."""
    coded = [one for one in results if one.row.codes]
    uncoded = [one for one in results if not one.row.codes]

    def blind(one: Outcome) -> bool:
        return not left_out.isdisjoint(one.deciding)

    def sure(one: Outcome) -> bool:
        return one.sure

    return Figures(
        len(results),
        len(coded),
        _share(coded, lambda one: one.right),
        _share(coded, lambda one: not one.row.codes.isdisjoint(one.top)),
        _share(coded, lambda one: bool(one.top)),
        _share(coded, sure),
        _share(filter(sure, coded), lambda one: one.right),
        _share(uncoded, sure),
        _share(coded, blind),
        _share(filter(blind, coded), lambda one: one.right),
        _share(uncoded, blind),
    )


def _share(results: Iterable[Outcome], test: Callable[[Outcome], bool]) -> float | None:
    counted = [test(one) for one in results]
    return sum(counted) / len(counted) if counted else None


def measure(results: list[Outcome]) -> dict[str, Figures]:
    """The figures by source."""
    sources = list(dict.fromkeys(one.row.source for one in results))
    found = records(results)
    return {
        source: figures(
            [one for one in results if one.row.source == source],
            proven(found, [other for other in sources if other != source]),
        )
        for source in sources
    }


def _print_table(table: dict[str, Figures]) -> None:
    print(f"| {' | '.join(HEADINGS)} |")
    print("|---" * len(HEADINGS) + "|")
    for source, one in table.items():
        shares = (one.top1, one.top3, one.any_code, one.sure, one.sure_right, one.sure_uncoded,
                  one.left_out_sure, one.left_out_right, one.left_out_uncoded)  # fmt: skip
        cells = " | ".join("–" if share is None else f"{share:.3f}" for share in shares)
        print(f"| {source} | {one.rows} | {one.coded} | {cells} |")


def _print_proofs(results: list[Outcome]) -> None:
    """Every phrase whose mark differs from what the data say, then the counts."""
    found = records(results)
    may = proven(found, dict.fromkeys(one.row.source for one in results))
    for phrase in default_phrases().phrases:
        key = key_of(phrase)
        if (key in may) != phrase.proven:
            record = found.get(key, Record())
            seen = ", ".join(
                f"{source} {record.right[source]}/{record.hits[source]}+{record.strays[source]}"
                for source in dict.fromkeys([*record.hits, *record.strays])
            )
            print(
                f"{'mark' if key in may else 'unmark'}\t{phrase.code}\t{phrase.pattern}\t{seen or 'decided nothing'}"
            )
    print(f"{len(may)} of {len(default_phrases().phrases)} phrases are proven")


def _print_errors(results: list[Outcome], source: str, most: int) -> None:
    """Misses of one source by label, and wrongly sure answers of any."""
    wrong = [one for one in results if one.row.source == source and one.row.codes and not one.right]
    labels: dict[str, list[Outcome]] = defaultdict(list)
    for one in wrong:
        labels[one.row.label].append(one)
    for label, found in sorted(labels.items(), key=lambda item: -len(item[1])):
        print(f"## {label} {'|'.join(sorted(found[0].row.codes))}: {len(found)} missed")
        for one in random.Random(7).sample(found, min(most, len(found))):
            print(f"   {one.top[:1]} {one.row.text[:150]!r}")


def _print_sure_errors(results: list[Outcome], most: int) -> None:
    wrong = [one for one in results if one.sure and not one.right]
    for one in random.Random(7).sample(wrong, min(most, len(wrong))):
        print(f"   {one.row.source} {one.row.label} → {one.deciding} {one.row.text[:120]!r}")


def _print_times(rows: list[Row]) -> None:
    """Microseconds per kilobyte after a warm-up, for messages one by one and strung together; start-up."""
    chosen = random.Random(11)
    classifier = default_classifier()
    for language, sources in (
        ("English", {"bitext", "banking77", "clinc150", "dstc11_insurance"}),
        ("Arabic", {"arbanking77"}),
    ):
        texts = [row.text for row in rows if row.source in sources]
        chosen.shuffle(texts)
        letters = ["\n".join(chosen.sample(texts, 40))[:1024] for _ in range(300)]
        _print_time(f"{language}, letters of 1024 characters", classifier, letters)
        _print_time(f"{language}, messages", classifier, texts[:6000])
    for cached in (default_tree, default_phrases, default_classifier):
        cached.cache_clear()
    started = time.perf_counter()
    default_classifier()
    milliseconds = (time.perf_counter() - started) * 1e3
    print(f"start-up: {milliseconds:.0f} ms, {len(default_phrases().phrases)} phrases")


def _print_time(name: str, classifier: Classifier, texts: list[str]) -> None:
    """The best of three rounds, over the second half of the texts; the first warms up."""
    for text in texts[: len(texts) // 2]:
        classifier.classify(text)
    texts = texts[len(texts) // 2 :]
    kilobytes = sum(map(len, texts)) / 1024
    matcher = classifier._layers[BASE][0][0]

    def phrases(text: str) -> None:
        for _ in matcher.sentences(pieces(text)):
            pass

    whole, matching = _seconds(classifier.classify, texts), _seconds(phrases, texts)
    print(
        f"{name}: {whole / kilobytes * 1e6:.0f} µs per 1024 characters, of which finding the phrases "
        f"{matching / kilobytes * 1e6:.0f}; {len(texts) / whole:.0f} texts a second"
    )


def _seconds(work: Callable[[str], object], texts: list[str]) -> float:
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        for text in texts:
            work(text)
        best = min(best, time.perf_counter() - started)
    return best


def main() -> None:
    """Read the arguments and print what they ask for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled messages (*.csv.gz)")
    parser.add_argument("--prove", action="store_true", help="which phrases may be marked as proven")
    parser.add_argument(
        "--errors", metavar="SOURCE", help="print misses of one source; 'sure' for wrongly sure ones"
    )
    parser.add_argument("--most", type=int, default=10, help="misses printed per label")
    parser.add_argument("--time", action="store_true", help="measure speed")
    asked = parser.parse_args()
    rows = list(read_rows(asked.data))
    if asked.time:
        _print_times(rows)
        return
    results = outcomes(default_classifier(), rows)
    if asked.prove:
        _print_proofs(results)
    elif asked.errors == "sure":
        _print_sure_errors(results, asked.most)
    elif asked.errors:
        _print_errors(results, asked.errors, asked.most)
    else:
        _print_table(measure(results))


if __name__ == "__main__":
    main()
