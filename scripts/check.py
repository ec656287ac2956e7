"""`make check`: everything about the code that needs no database; all of it, then a summary."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKS = {
    "formatting": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy",),
    "layers": ("lint-imports",),
    "texts and generated pages": (
        *("pytest", "-q", "tests/unit/test_texts.py", "tests/unit/test_generated_docs.py"),
    ),
}


def main() -> int:
    """Run every check; 1 when any failed."""
    failed = []
    for name, (program, *arguments) in CHECKS.items():
        begun = time.monotonic()
        sys.stdout.write(f"· {name}\n")
        sys.stdout.flush()
        done = subprocess.run(
            [str(Path(sys.executable).with_name(program)), *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        sys.stdout.write(f"  {time.monotonic() - begun:.0f} s\n")
        if done.returncode:
            failed.append(name)
    if failed:
        sys.stderr.write(f"antoan: failed: {', '.join(failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
