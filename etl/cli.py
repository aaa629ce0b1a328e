"""
The command `mhgis`: build the published file, and look after what it is built from.

Lives beside the pipeline because the domain package must not know it. Errors a user can mend end with one message and
exit code 2; anything else is a bug and shows its traceback.
"""

import argparse
import sys
from collections.abc import Sequence

from etl.build import Report
from mhgis import __version__, paths
from mhgis.errors import MhgisError

EXIT_USER_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except MhgisError as error:
        print(f"mhgis: {error}", file=sys.stderr)
        return EXIT_USER_ERROR
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mhgis", description="Where mental-health care is missing.")
    parser.add_argument("--version", action="version", version=f"mhgis {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="build the published file; stages that have not changed are skipped")
    build.add_argument("--clean", action="store_true", help="run every stage")
    build.add_argument("--dry-run", action="store_true", help="say which stages would run, and do nothing")
    build.add_argument("--from", dest="first", metavar="STAGE", help="run this stage and those that depend on it")
    build.add_argument("--quiet", action="store_true", help="no progress bar")
    build.set_defaults(run=_build)
    accept = commands.add_parser("accept-tables", help="record the tables of data/cn as reviewed, after a change")
    accept.set_defaults(run=_accept)
    counts = commands.add_parser("accept-counts", help="record the published row counts as reviewed, after a change")
    counts.set_defaults(run=_accept_counts)
    return parser


def _build(options: argparse.Namespace) -> None:
    # imported here, so that `--help` and a wrong option answer at once
    from etl.build import build, stale  # noqa: PLC0415
    from etl.stages import STAGES  # noqa: PLC0415

    if options.dry_run:
        todo = stale(STAGES, paths.cache(), clean=options.clean, first=options.first)
        print(f"Would run: {', '.join(todo)}." if todo else "Nothing has changed; no stage would run.")
        return
    _tell(build(STAGES, clean=options.clean, first=options.first, quiet=options.quiet))


def _tell(report: Report) -> None:
    from mhgis import store  # noqa: PLC0415

    published = store.current()
    if report.ran:
        took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in report.ran.items())
        print(f"Published {published.file.name} ({took}).")
    else:
        print(f"Nothing has changed; {published.file.name} stays.")


def _accept(_: argparse.Namespace) -> None:
    from etl import tables  # noqa: PLC0415

    tables.accept(paths.tables())
    print(f"Recorded the checksums of {paths.tables()}.")


def _accept_counts(_: argparse.Namespace) -> None:
    from etl.stages import record_counts  # noqa: PLC0415

    print(f"Recorded the row counts in {record_counts()}; review them as a diff.")


if __name__ == "__main__":
    sys.exit(main())
