"""
The command `mhgis import FILE`: a dry run that says what a file would become, and with `--yes` a new dataset.

Nothing is written without `--yes` but the list of faults, where one is asked for. Holds no rule of importing: see
`mhgis.importing.plan`.
"""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
from tqdm import tqdm

from mhgis.errors import Fault, SchemaError
from mhgis.importing import document, faults, library, precedents, reference
from mhgis.importing.plan import Choices, Plan, names_of, prepare
from mhgis.importing.precedents import Precedent
from mhgis.importing.read import read
from mhgis.importing.types import FIELDS, Workbook
from mhgis.indicators import LEVELS

#: faults and questions that are spelled out
SHOWN: Final = 40
_PER_CENT: Final = 100
FATES: Final = {
    "loaded": "to be loaded", "faulty": "with faults", "question": "with questions", "left_out": "left out",
}  # fmt: skip


def run(options: argparse.Namespace) -> None:
    """
    Run the command.

    Raises
    ------
    MhgisError
        If the file cannot be read, an option is no choice, or the import is not ready; a sentence for each fault.
    """
    today = datetime.now(UTC).date()
    known = reference.load()
    with closing(Bar(quiet=options.quiet)) as bar:
        book = read(options.file, lang=options.lang, progress=bar.part(0.0, 0.4))
        before = precedent(options, book, known)
        chosen = choices(options, known.areas, before.choices if before else Choices())
        plan = prepare(book, chosen, known, lang=options.lang, today=today, progress=bar.part(0.4, 1.0))
    if options.json:
        print(json.dumps(document.of_plan(plan), ensure_ascii=False, indent=2))
    else:
        _tell(options, plan, before)
    if options.faults is not None:
        is_book = options.faults.suffix.lower() == ".xlsx"
        written = faults.to_xlsx(plan, options.lang, today) if is_book else faults.to_csv(plan.findings, options.lang)
        options.faults.write_bytes(written)
    if options.json and not options.yes:
        return
    if not plan.ready:
        raise SchemaError(_open_faults(plan))
    if not options.yes:
        print("Nothing was written. Run again with --yes to load it.")
        return
    saved = library.save(plan.to_draft(options.file.read_bytes(), today.isoformat()), options.into)
    print(f"Loaded as {saved.dataset_id}, version {saved.number}.")


def _tell(options: argparse.Namespace, plan: Plan, before: Precedent | None) -> None:
    if before:
        print(f"What was decided for {before.dataset_id}, version {before.number}, is taken over.")
    elif found := precedents.likely(plan.table.names):
        print(f"{found.dataset_id} has the same columns: --like {found.dataset_id} takes over what was decided for it.")
    print(preview(plan, options.lang))


def precedent(options: argparse.Namespace, book: Workbook, known: reference.Reference) -> Precedent | None:
    """
    Return what was decided for the dataset that options name, as far as it fits the file; None where they name none.

    Raises
    ------
    UnknownChoiceError
        If there is no such dataset.
    """
    if not (options.into or options.like):
        return None
    chosen = Choices(sheet=options.sheet, header_row=options.header, shape="plain" if options.as_it_stands else "")
    names = names_of(book, chosen, known, lang=options.lang)
    found = precedents.of_dataset(options.into or options.like, names)
    return found if options.into else replace(found, choices=precedents.of_another_year(found))


def choices(options: argparse.Namespace, areas: pd.DataFrame, before: Choices) -> Choices:
    """
    Return the choices that options stand for, added to those of a file of decisions and of an earlier import.

    Raises
    ------
    SchemaError
        If an option or the file of decisions is no choice.
    """
    said: dict[str, Any] = before.to_json()
    if options.decide is not None:
        try:
            said |= json.loads(options.decide.read_text("utf-8"))
        except (OSError, ValueError, TypeError) as error:
            found = f"no JSON that can be read ({error})"
            raise SchemaError(
                [Fault(options.decide.name, None, None, found, "choices as kept with a dataset")]
            ) from error
    plain = {
        "shape": "plain" if options.as_it_stands else "",
        "sheet": options.sheet, "header_row": options.header, "year": options.year, "system": options.system,
        "threshold": options.threshold, "without_faulty": options.without_faulty, "title_zh": options.title,
        "title_en": options.title, "note": options.note, "publisher": options.source,
    }  # fmt: skip
    said |= {name: value for name, value in plain.items() if value}
    said["filters"] = [*said["filters"], *map(_only, options.only)]
    said["columns"] = [*said["columns"], *map(_column, options.column)]
    said["confirmed"] = [*said["confirmed"], *options.confirm]
    said["complete"] = [*said["complete"], *(_area(text, areas) for text in options.complete)]
    return Choices.from_json(said)


def _only(text: str) -> list[object]:
    column, equals, kept = text.partition("=")
    if not (column and equals and kept):
        raise SchemaError([Fault("--only", None, None, text, "COLUMN=VALUE, or COLUMN=VALUE|VALUE")])
    return [column, kept.split("|")]


def _column(text: str) -> list[object]:
    position, _equals, name = text.partition("=")
    if not position.isdecimal() or int(position) < 1 or name not in ("", *FIELDS):
        raise SchemaError([Fault("--column", None, None, text, f"POSITION=FIELD, with one of {', '.join(FIELDS)}")])
    return [int(position) - 1, name or None]


def _area(text: str, areas: pd.DataFrame) -> list[str]:
    level, _colon, code = text.rpartition(":")
    held = areas[areas["area_code"].eq(code) & (areas["level"].eq(level) if level else True)]
    if held.empty:
        raise SchemaError([Fault("--complete", None, None, text, "the code of an area, or LEVEL:CODE")])
    # of a code in force at several levels the widest area is meant
    return [min(held["level"], key=[str(one) for one in LEVELS].index), code]


def preview(plan: Plan, lang: str) -> str:
    """Return what would be loaded, what is wrong and how totals compare, as text for a terminal."""
    tally = plan.tally
    lines = [
        f"{plan.workbook.file}, sheet {plan.table.sheet.name}: {plan.shape}, {tally['rows']:,} rows",
        "  " + "; ".join(f"{name} {tally[key]:,}" for key, name in FATES.items()),
        "Columns",
        *(
            f"  {guess.position + 1:>3} {guess.name or '-'}: {guess.field or '-'}{_scope(plan, guess.field)}"
            for guess in plan.columns.guesses
        ),
    ]
    lines += _shape_lines(plan)
    if len(plan.findings):
        lines.append(f"Findings ({len(plan.findings):,})")
        found = [
            faults.sentence(one, "zh" if lang == "zh" else "en") for _at, one in plan.findings.iloc[:SHOWN].iterrows()
        ]
        kinds = plan.findings["severity"].iloc[:SHOWN]
        lines += [f"  [{kind}] {said}" for kind, said in zip(kinds, found, strict=True)]
    if len(plan.questions):
        lines.append(f"Places to decide ({len(plan.questions):,})")
        asked = plan.questions.iloc[:SHOWN]
        lines += [
            f"  {text}: {n:,} rows; key {key!r}; {level} {', '.join(codes[:5]) or '-'}"
            for text, n, key, level, codes in zip(
                asked["text"], asked["n"], asked["key"], asked["level"], asked["candidates"], strict=True
            )
        ]
    if len(plan.totals):
        shown = ["name_zh", "year", "resource", "value", "n", "of", "published", "published_year"]
        lines += ["Totals, and what is published", plan.totals[shown].to_string(index=False, na_rep="-")]
    lines.append(plan.why_not or "Ready to be loaded.")
    return "\n".join(lines)


def _scope(plan: Plan, field: str | None) -> str:
    counted = plan.counts_of.get(field or "")
    return f" ({counted.scope})" if counted else ""


def _shape_lines(plan: Plan) -> list[str]:
    """Return how the table was put in shape, filters used and offered, and what was not read."""
    lines = [f"Put in shape: {', '.join(plan.steps)}"] if plan.steps else []
    lines += [
        f"Only {column}={'|'.join(kept)}: {after:,} of {before:,} rows" for column, kept, before, after in plan.filtered
    ]
    lines += [
        f"Can be cut down with --only '{one.column}={'|'.join(one.kept)}': {one.rows:,} of {one.of:,} rows"
        for one in plan.offers
        if one.column not in {column for column, *_rest in plan.filtered}
    ]
    unread = plan.to_unread()
    lines += [f"Sheet not read: {one['name']} ({one['why']})" for one in unread["sheets"]]
    if unread["columns"]:
        lines.append(f"Columns not used: {', '.join(unread['columns'])}")
    if unread["rows"]:
        lines.append("Rows left out: " + "; ".join(f"{why} {n:,}" for why, n in sorted(unread["rows"].items())))
    return lines


def _open_faults(plan: Plan) -> list[Fault]:
    serious = plan.findings[plan.findings["severity"].ne("warning")]
    told = [
        Fault(
            str(one["file"]), None if pd.isna(one["row"]) else int(one["row"]),
            None if pd.isna(one["column"]) else str(one["column"]), str(one["found"]), str(one["expected"]),
            str(one["todo"]),
        )
        for _at, one in serious.iterrows()
    ]  # fmt: skip
    return told or [Fault(plan.workbook.file, None, None, plan.why_not, "an import that is ready")]


class Bar:
    """A progress bar that counts hundredths of the whole; whoever makes one closes it."""

    def __init__(self, *, quiet: bool) -> None:
        self.bar: tqdm[Any] = tqdm(total=_PER_CENT, disable=quiet, file=sys.stderr, leave=False, unit="%")

    def part(self, begin: float, end: float) -> Callable[[float, str], None]:
        """Return the function that tells the progress of a part of the whole."""

        def tell(share: float, message: str) -> None:
            done = round(_PER_CENT * (begin + (end - begin) * share))
            self.bar.set_description(message)
            self.bar.update(max(0, done - self.bar.n))

        return tell

    def close(self) -> None:
        """Take the bar away."""
        self.bar.close()
