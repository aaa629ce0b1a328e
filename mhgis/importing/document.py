"""
The plan of an import as a document: plain values, the same whoever asks for it.

What the command line prints, what a page shows and what a manifest keeps is the same. Holds no rule of importing.
"""

from typing import Any, Final

import pandas as pd

from mhgis.importing.plan import Plan
from mhgis.importing.types import column_letter

#: rows of findings and questions that a document spells out
MOST: Final = 1_000


def of_plan(plan: Plan) -> dict[str, Any]:
    """Return shape, columns with what is counted, places, filters, unread parts, findings and questions of a plan."""
    rows = plan.rows
    loaded = rows[rows["fate"].eq("loaded")]
    placed = rows[rows["area_code"].notna()]
    return {
        "file": plan.workbook.file,
        "kind": plan.workbook.kind,
        "sha256": plan.workbook.sha256,
        "sheet": plan.table.sheet.name,
        "shape": {
            "kind": plan.shape, "steps": list(plan.steps), "areas": int(placed["area_code"].nunique()),
            "years": sorted(int(year) for year in rows["year"].dropna().unique()), "figures": sorted(plan.counts_of),
        },
        "columns": [
            {
                "position": guess.position + 1, "letter": column_letter(guess.position), "name": guess.name,
                "field": guess.field, "why": guess.why, "factor": guess.factor, **_counted(plan, guess.field),
            }
            for guess in plan.columns.guesses
        ],
        "places": {
            "by": {str(method): int(n) for method, n in placed["method"].value_counts().items()},
            "levels": {str(level): int(n) for level, n in placed["level"].value_counts().items()},
        },
        "filters": {
            "used": plan.to_unread()["filters"],
            "offered": [
                {"column": one.column, "values": list(one.kept), "before": one.of, "after": one.rows}
                for one in plan.offers
            ],
        },
        "unread": {name: held for name, held in plan.to_unread().items() if name != "filters"},
        "rows": dict(plan.tally),
        "sums": {name: int(loaded[name].sum()) for name in plan.counts_of
                 if name in loaded and loaded[name].notna().any()},
        "findings": _records(plan.findings.drop(columns="file")),
        "questions": _records(plan.questions),
        "totals": _records(plan.totals),
        "ready": plan.ready,
        "why_not": plan.why_not,
        "choices": plan.choices.to_json(),
    }  # fmt: skip


def _counted(plan: Plan, field: str | None) -> dict[str, str]:
    one = plan.counts_of.get(field or "")
    return {} if one is None else {"counts": one.what, "scope": one.scope, "figure": one.kind, "unit": one.unit}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = table.head(MOST).to_dict("records")
    return [{str(key): _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
