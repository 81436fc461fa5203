"""`python -m bench.micro [NAME...]`: the small things a request is made of, one by one."""

from __future__ import annotations

import argparse
import importlib

NAMES = ("gate", "event", "push", "e2ee", "transparency")


def main() -> None:
    """Time the chosen micro measures; say so where the code is not there to be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.micro", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", default=[])
    for name in parser.parse_args().names or NAMES:
        module = importlib.import_module(f"bench.micro.{name}")
        try:
            for timing in module.timings():
                print(timing, flush=True)
        except ImportError as error:
            print(f"{name}: skipped, its code is not there ({error})")


if __name__ == "__main__":
    main()
