"""Rows of the benchmark table, printed and stored."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One comparison.

    `ratio` is ours over the peer's in the direction that the target names;
    `is_met` says whether the target held in this run.
    """

    what: str
    peer: str
    ours: str
    theirs: str
    ratio: float
    target: str
    is_met: bool


def at_least(ratio: float, limit: float) -> bool:
    """Whether a "≥" target is met."""
    return ratio >= limit


def print_table(rows: Sequence[Row]) -> None:
    """Print the rows as a Markdown table."""
    lines = [
        "| what | peer | ours | peer's | ratio | target | met |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.what} | {row.peer} | {row.ours} | {row.theirs} | {row.ratio:.3g} "
        f"| {row.target} | {'yes' if row.is_met else 'NO'} |"
        for row in rows
    ]
    print("\n".join(lines))


def store(rows: Sequence[Row], path: Path = RESULTS) -> None:
    """Write the rows with the machine's size, for comparing runs."""
    facts = {
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "rows": [asdict(row) for row in rows],
    }
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
