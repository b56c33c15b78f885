"""Runs one benchmark in this process, against the database that its environment names; one JSON line per figure."""

import argparse
from importlib import import_module

import django


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    django.setup()
    for measure in import_module(f"benchmarks.{options.name}").run(quick=options.quick):
        print(measure.as_json(), flush=True)


main()
