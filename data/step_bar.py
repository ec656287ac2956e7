"""Progress of work that goes by named steps."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

_SHAPE = "{desc:<42} {bar:24} {n_fmt}/{total_fmt}  {elapsed}"


@contextmanager
def step_bar(title: str, steps: int | None) -> Iterator[Callable[[str], None]]:
    """A bar on a terminal, a line for each step otherwise; yields what names the step begun.

    Args:
        title: Shown before the first step.
        steps: How often the work will name a step; None where nobody knows.
    """
    is_terminal = sys.stderr.isatty()
    with tqdm(
        total=steps,
        desc=title,
        bar_format=_SHAPE if steps else None,
        file=sys.stderr,
        disable=not is_terminal,
        mininterval=0,
    ) as bar:
        begun = 0

        def begin(step: str) -> None:
            nonlocal begun
            if not is_terminal:
                sys.stderr.write(f"· {step}\n")
                sys.stderr.flush()
            elif begun:
                bar.update(1)
            begun += 1
            bar.set_description_str(f"{title}: {step}"[:42])

        yield begin
        if is_terminal:
            bar.set_description_str(title)
            bar.update((steps or begun) - bar.n)
