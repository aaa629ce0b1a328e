"""
The command `mhgis`: build the published file, and look after what it is built from.

Lives beside the pipeline because the domain package must not know it. Errors a user can mend end with one message and
exit code 2; anything else is a bug and shows its traceback.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from etl.build import Report
from mhgis import __version__, paths
from mhgis.errors import MhgisError, SchemaError

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
    build.add_argument("--pack", metavar="DIR", help="the country's data pack; by default the one in the data folder")
    build.set_defaults(run=_build)
    _add_pack(commands.add_parser("pack", help="look after the data pack of a country"))
    accept = commands.add_parser("accept-tables", help="record the tables of the data pack as reviewed, after a change")
    accept.set_defaults(run=_accept)
    counts = commands.add_parser("accept-counts", help="record the published row counts as reviewed, after a change")
    counts.set_defaults(run=_accept_counts)
    brought = commands.add_parser("import", help="say what a register or survey would become, or load it with --yes")
    _add_import_options(brought)
    brought.set_defaults(run=_import)
    return parser


def _add_import_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("file", type=Path, help="CSV, JSON, XLSX, XLS, GeoJSON, GeoPackage, zipped Shapefile or Parquet")
    add("--sheet", default="", help="name of the sheet; by default the likeliest")
    add("--header", type=int, metavar="ROW", help="first row of the header")
    add("--year", type=int, help="year of the figures, where rows have none")
    column = "what a column is, counted from 1, such as 3=beds; 3= leaves it out"
    add("--column", action="append", default=[], metavar="POSITION=FIELD", help=column)
    only = "load only rows with one of these values in a column, such as 机构类别=精神病医院|精神科"
    add("--only", action="append", default=[], metavar="COLUMN=VALUES", help=only)
    add("--as-it-stands", action="store_true", help="read the table as it stands, put it in no other shape")
    add("--system", default="", help="coordinate system of the points: WGS-84, GCJ-02 or BD-09")
    complete = "state that the file leaves nothing out in this area: its code, or LEVEL:CODE"
    add("--complete", action="append", default=[], metavar="AREA", help=complete)
    add("--threshold", type=int, default=0, metavar="N", help="suppress counts below N")
    confirm = "a kind of question, by its code, whose figures are right as they stand"
    add("--confirm", action="append", default=[], metavar="CODE", help=confirm)
    add("--without-faulty", action="store_true", help="load what is right, leave out the rest")
    add("--decide", type=Path, metavar="JSON", help="choices as kept with a dataset; options add to them")
    add("--title", default="", help="title of the dataset; by default the name of the file")
    add("--source", default="", metavar="PUBLISHER", help="whose figures these are")
    add("--note", default="", help="what to know of them")
    into = "add a version to this imported dataset; what was decided for it is taken over"
    add("--into", default="", metavar="DATASET", help=into)
    like = "take over what was decided about columns and places for this imported dataset"
    add("--like", default="", metavar="DATASET", help=like)
    add("--faults", type=Path, metavar="OUT", help="write the faults: .xlsx the marked table, else a list as CSV")
    add("--lang", choices=["en", "zh"], default="en", help="language of the sentences")
    add("--json", action="store_true", help="print the plan as a JSON document, and nothing else")
    add("--quiet", action="store_true", help="no progress bar")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--dry-run", action="store_true", help="say what would be loaded, write nothing (the default)")
    way.add_argument("--yes", action="store_true", help="load it")


def _import(options: argparse.Namespace) -> None:
    from etl import import_file  # noqa: PLC0415

    import_file.run(options)


def _add_pack(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="say everything that is wrong with a pack; build nothing")
    check.add_argument("folder", metavar="DIR", help="the pack's folder, the one that holds pack.toml")
    check.set_defaults(run=_check_pack)


def _check_pack(options: argparse.Namespace) -> None:
    from etl import pack, review  # noqa: PLC0415

    folder = Path(options.folder)
    found = review.faults(folder)
    if found:
        raise SchemaError(found)
    print(f"The pack {pack.read(folder).id} has no fault; build it with: mhgis build --pack {folder}")


def _build(options: argparse.Namespace) -> None:
    if options.pack:
        os.environ[paths.PACK] = options.pack
    # imported here, so that `--help` and a wrong option answer at once
    from etl.build import build, keys, stale  # noqa: PLC0415
    from etl.stages import STAGES  # noqa: PLC0415

    if options.dry_run:
        todo = stale(STAGES, keys(STAGES), paths.cache(), clean=options.clean, first=options.first)
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
