"""`python -m bench.printer_memory FILE`: the most memory that a printer's child takes, in MB.

In a process of its own, whose few modules are all that the child has to load beside its own.
"""

import multiprocessing
import pickle
import sys
from pathlib import Path

from kapnotes.paper.press import Printer

PRINTS = 5


def main(file: Path) -> None:
    """Print and bind what the file holds, and say how much it took."""
    html, binding = pickle.loads(file.read_bytes())  # noqa: S301 - written by the bench itself
    printer = Printer(seconds=60)
    for _ in range(PRINTS):
        printer.part(html, at=binding.at)
    printer.bind(binding)
    print(max(map(_peak, multiprocessing.active_children())))
    printer.stop()


def _peak(child: multiprocessing.process.BaseProcess) -> float:
    lines = Path(f"/proc/{child.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
