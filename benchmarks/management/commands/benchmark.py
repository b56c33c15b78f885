"""How are the promises of speed measured from the command line?"""

import signal
import subprocess
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from benchmarks.report import Measure, as_table
from benchmarks.scratch import scratch_database

NAMES = ("locate", "address", "letters", "fan_out", "feed", "live", "mail", "push", "lanes", "notices", "digest")
ALL = "all"


class Command(BaseCommand):
    help = (
        "Measure the promises of speed beside their bare limits. Every benchmark makes a database of its own and drops "
        "it at the end. Prints one JSON object a line to standard output, and a table to standard error.\n\n"
        "Example: manage.py benchmark fan_out"
    )
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=[*NAMES, ALL])
        parser.add_argument("--quick", action="store_true", help="Tiny sizes: shows that it runs, not how fast it is.")

    def handle(self, *args: Any, **options: Any) -> None:
        # So that the databases are dropped then, too.
        signal.signal(signal.SIGTERM, _stop)
        measures = []
        for name in NAMES if options["name"] == ALL else [options["name"]]:
            for measure in _measures(name, quick=options["quick"]):
                self.stdout.write(measure.as_json())
                measures.append(measure)
        self.stderr.write(as_table(measures))


def _measures(name: str, *, quick: bool) -> Iterator[Measure]:
    command = [sys.executable, "-m", "benchmarks", name, *(["--quick"] if quick else [])]
    with scratch_database(name) as environment:
        process = subprocess.Popen(
            command, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                yield Measure.from_json(line)
            if process.wait() != 0:
                raise CommandError(f"The benchmark {name} ended with an error; see above.")
        finally:
            process.terminate()
            process.wait()


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
