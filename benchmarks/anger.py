"""How many messages are taken for angry ones: those labelled as complaints, and all others.

`python -m benchmarks.anger [--data ../shared/data/reason_codes] [--show]`

The hand-written lists are told apart by language; `--data` adds public messages by source. `--show` prints the
messages that are no complaints and are called angry all the same, with the words that did it.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reason_codes import read_rows
from benchmarks.reason_lists import LISTS, read
from plugin.domain.anger import evidence, is_angry

COMPLAINT = "feedback.complaint"


@dataclass(frozen=True, slots=True)
class Message:
    """One message and whether it is labelled as a complaint."""

    text: str
    language: str
    complaint: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """How many messages of a source are complaints and others, and how many of each are called angry."""

    others: int
    angry_others: int
    complaints: int
    angry_complaints: int


def lists() -> dict[str, list[Message]]:
    """The hand-written messages by language."""
    found: dict[str, list[Message]] = defaultdict(list)
    for path in sorted(LISTS.glob("*.tsv")):
        language = path.stem[-2:]
        found[language] += [Message(text, language, COMPLAINT in codes) for codes, text in read(path)]
    return found


def public(data: Path) -> dict[str, list[Message]]:
    """The public messages by source."""
    found: dict[str, list[Message]] = defaultdict(list)
    for row in read_rows(data):
        found[row.source].append(Message(row.text, row.language, COMPLAINT in row.codes))
    return found


def shares(messages: Iterable[Message]) -> Shares:
    """The figures of one source."""
    called = [(one.complaint, is_angry(one.text, one.language)) for one in messages]
    complaints = [angry for complaint, angry in called if complaint]
    others = [angry for complaint, angry in called if not complaint]
    return Shares(len(others), sum(others), len(complaints), sum(complaints))


def false_alarms(messages: Iterable[Message]) -> Iterator[str]:
    """What is no complaint and is called angry, with the words that did it."""
    for one in messages:
        words = () if one.complaint else evidence(one.text, one.language)
        if words:
            yield f"{one.text!r}: {', '.join(words)}"


def _print(sources: Mapping[str, list[Message]], show: bool) -> None:
    print("| source | other messages | called angry | complaints | called angry |")
    print("|---|---|---|---|---|")
    for name, messages in sources.items():
        one = shares(messages)
        print(
            f"| {name} | {one.others} | {one.angry_others} ({one.angry_others / (one.others or 1):.2%}) "
            f"| {one.complaints} | {one.angry_complaints} |"
        )
    for name, messages in sources.items():
        for line in false_alarms(messages) if show else ():
            print(f"{name}: {line}")


def main() -> None:
    """Print one row a source."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--data", type=Path)
    wanted.add_argument("--show", action="store_true")
    chosen = wanted.parse_args()
    _print({**lists(), **(public(chosen.data) if chosen.data else {})}, chosen.show)


if __name__ == "__main__":
    main()
