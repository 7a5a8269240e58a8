"""How good answers from memory are, and what they cost, on labelled messages.

`python -m benchmarks.memory --data ../shared/data/reason_codes`. Half of a source's messages are taught with their own
labels, which are finer than our codes; the other half is asked. Per source: how many messages memory knew, exactly or
nearly, how often it named the right label, and how often it was sure, and rightly.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reason_codes import Row, read_rows
from plugin.domain.learning import Gist, gist
from plugin.domain.memory import Lesson, Memory
from plugin.domain.reason_codes import ReasonCode, ReasonTree

MOST_ROWS = 6_000


@dataclass
class Count:
    """Answers of one kind: all of them, the right ones, the sure ones, those both."""

    known: int = 0
    right: int = 0
    sure: int = 0
    surely_right: int = 0


def measured(rows: list[Row]) -> tuple[dict[str, Count], float]:
    """The counts of exact and near answers to the second half, and the seconds an answer took."""
    tree = ReasonTree({code.code: code for code in map(_code, {row.label for row in rows})})
    half = len(rows) // 2
    memory = Memory(_lessons(rows[:half]))
    counts = {"exact": Count(), "near": Count()}
    begin = time.perf_counter()
    for row in rows[half:]:
        found = memory.recall(row.text, tree)
        if found is not None:
            right = found.codes[0].code == _name(row.label)
            count = counts["exact" if found.exact else "near"]
            count.known, count.right = count.known + 1, count.right + right
            count.sure, count.surely_right = (
                count.sure + found.sure,
                count.surely_right + (right and found.sure),
            )
    return counts, (time.perf_counter() - begin) / max(1, len(rows) - half)


def _lessons(rows: Iterable[Row]) -> Iterable[Lesson]:
    told: dict[tuple[Gist, str], int] = {}
    for row in rows:
        found = gist(row.text)
        if found is not None:
            told[found, _name(row.label)] = told.get((found, _name(row.label)), 0) + 1
    for number, ((words, code), count) in enumerate(told.items(), start=1):
        yield Lesson(words, code, count, number)


def _name(label: str) -> str:
    return f"label.{label}"


def _code(label: str) -> ReasonCode:
    return ReasonCode(_name(label), "Label", label, {"en": ("Label", label)})


def main() -> None:
    """Measure every source and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    sources: dict[str, list[Row]] = defaultdict(list)
    for row in read_rows(parser.parse_args().data):
        sources[row.source].append(row)
    print(
        "| source | asked | known exactly | right | sure | right | known nearly | right | sure | right | µs |"
    )
    print("|---|" + "---|" * 10)
    for source, rows in sources.items():
        random.Random(1).shuffle(rows)
        counts, seconds = measured(rows[:MOST_ROWS])
        cells = [str(value) for count in counts.values() for value in vars(count).values()]
        asked = len(rows[:MOST_ROWS]) - len(rows[:MOST_ROWS]) // 2
        print(f"| {source} | {asked} | {' | '.join(cells)} | {seconds * 1e6:.0f} |")


if __name__ == "__main__":
    main()
