"""
The audit of printed figures: each recomputed from its stated parts, and held against what was printed.

A check is a formula over named parts. Every part carries the step it was printed to, so that a result comes with the
range that rounding alone can explain. What arithmetic cannot settle keeps the verdict of the reader who compiled it.
Pure; the tables are in the data pack.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, Final

import pandas as pd

from mhgis.errors import Fault, SchemaError
from mhgis.words.verdicts import VERDICTS, Verdict

FIGURES: Final = "published_figures.csv"
CHECKS: Final = "published_figure_checks.csv"

#: what the compiled table says of a figure whose words are wrong, whatever its number
_WORDS: Final = frozenset({
    "conflict with other source", "label error", "no (internal)", "no (mistranslation)", "not comparable",
    "understated", "wording", "year doubtful",
})  # fmt: skip


#: results from here on are shown as whole numbers where whole numbers were printed
_LARGE: Final = 1_000


@dataclass(frozen=True)
class Span:
    """A number and the least and most it can have been before it was rounded."""

    low: Fraction
    value: Fraction
    high: Fraction


def _annual_growth(before: Fraction, after: Fraction, years: Fraction) -> Fraction:
    return (Fraction(float(after / before) ** (1 / float(years))) - 1) * 100


_OPERATORS: Final[dict[type[ast.AST], tuple[Callable[[Any, Any], Any], str]]] = {
    ast.Add: (operator.add, "+"),
    ast.Sub: (operator.sub, "−"),
    ast.Mult: (operator.mul, "×"),
    ast.Div: (operator.truediv, "÷"),
}

#: the functions of a formula: what each computes, and how it is written out with its numbers
_FUNCTIONS: Final[dict[str, tuple[Callable[..., Fraction], str]]] = {
    "growth": (lambda before, after: (after / before - 1) * 100, "({1} ÷ {0} − 1) × 100"),
    "annual_growth": (_annual_growth, "(({1} ÷ {0}) ^ (1 ÷ {2}) − 1) × 100"),
    "share": (lambda part, whole: part / whole * 100, "{0} ÷ {1} × 100"),
    "per": (lambda count, people, scale: count / people * scale, "{0} ÷ {1} × {2}"),
}


def evaluate(formula: str, parts: Mapping[str, Span]) -> Span:
    """
    Compute a formula in exact fractions.

    Parameters
    ----------
    formula
        Names of parts, numbers, `+ - * /`, brackets, and `growth(before, after)` (per cent),
        `annual_growth(before, after, years)` (per cent a year), `share(part, whole)` (per cent) and
        `per(count, people, scale)`.
    parts
        What each name stands for.

    Returns
    -------
    result
        With the least and most that the formula gives over every part at either end of its range.

    Raises
    ------
    ValueError
        If the formula holds anything else.
    """
    tree = ast.parse(formula, mode="eval").body
    used = sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - _FUNCTIONS.keys())
    unknown = [name for name in used if name not in parts]
    if unknown:
        message = f"there is no part {', '.join(unknown)}"
        raise ValueError(message)
    loose = [name for name in used if parts[name].low < parts[name].high]
    centre = {name: parts[name].value for name in used}
    # every function here rises or falls with each of its parts, so the ends of the ranges give the ends of the result
    ends = [
        _value(tree, centre | dict(zip(loose, chosen, strict=True)))
        for chosen in product(*((parts[name].low, parts[name].high) for name in loose))
    ]
    return Span(min(ends), _value(tree, centre), max(ends))


def _value(node: ast.AST, numbers: Mapping[str, Fraction]) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as number):
            return Fraction(str(number))
        case ast.Name(id=name):
            return numbers[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return Fraction(_OPERATORS[type(op)][0](_value(left, numbers), _value(right, numbers)))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name][0](*(_value(argument, numbers) for argument in arguments))
    message = f"{ast.unparse(node)!r} is none of the things a formula may hold"
    raise ValueError(message)


def write_out(formula: str, parts: Mapping[str, Span]) -> str:
    """Return a formula with its numbers in place of the names, as a reader would write it: `570 ÷ 557 × 100`."""
    return _written(ast.parse(formula, mode="eval").body, parts)


def _written(node: ast.AST, parts: Mapping[str, Span]) -> str:
    match node:
        case ast.Name(id=name):
            return _number(parts[name].value)
        case ast.BinOp(left=left, op=op, right=right):
            sides = (_written(left, parts), _written(right, parts))
            if type(op) in {ast.Mult, ast.Div}:
                sides = tuple(  # type: ignore[assignment]
                    f"({text})" if isinstance(side, ast.BinOp) and type(side.op) in {ast.Add, ast.Sub} else text
                    for side, text in zip((left, right), sides, strict=True)
                )
            return f"{sides[0]} {_OPERATORS[type(op)][1]} {sides[1]}"
        case ast.Call(func=ast.Name(id=name), args=arguments):
            written = (
                f"({text})" if isinstance(argument, ast.BinOp) else text
                for argument, text in ((argument, _written(argument, parts)) for argument in arguments)
            )
            return _FUNCTIONS[name][1].format(*written)
    return _number(Fraction(ast.unparse(node)))


def _number(value: Fraction) -> str:
    if value.denominator == 1:
        return f"{int(value):,}"
    return f"{float(value):,.4f}".rstrip("0")


def judge(found: Span, printed: Fraction, step: Fraction, relation: str = "=") -> Verdict:
    """
    Say whether a result is what was printed.

    Parameters
    ----------
    found
        The result, with the range that rounded parts leave it.
    printed, step
        The printed number, and the unit of its last place.
    relation
        `=`, or `<` or `>` where a limit was printed.

    Returns
    -------
    verdict
        `agrees` if the result rounds to the printed number; `rounding` if a value in its range does, or if cutting
        its digits off gives the printed number; else `differs`.
    """
    if relation != "=":
        holds = found.value < printed if relation == "<" else found.value > printed
        return "agrees" if holds else "differs"
    half = step / 2
    if abs(found.value - printed) <= half:
        return "agrees"
    is_cut = 0 <= abs(found.value) - abs(printed) < step and found.value * printed >= 0
    is_within = found.low - half <= printed <= found.high + half
    return "rounding" if is_cut or is_within else "differs"


def audit(figures: pd.DataFrame, checks: pd.DataFrame, parts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Recompute every printed figure that has a check.

    Parameters
    ----------
    figures, checks, parts
        The tables `published_figures`, `published_figure_checks` and `published_figure_parts` of a data pack.

    Returns
    -------
    figures
        As given, with `recomputed` as our code found it (as compiled where there is no check), and `verdict`: the worst
        of the figure's checks; where none has a printed number, `words` if the reader who compiled it found the words
        wrong, else `not_tested`.
    checks
        As given, with `arithmetic` (the formula with its numbers), `recomputed`, `lower`, `upper` (the range that
        rounding explains) and `verdict` (NA where nothing printed is compared).

    Raises
    ------
    SchemaError
        If a formula cannot be computed, or a printed number does not stand in the text of its figure; all at once.
    """
    faults: list[Fault] = []
    spans = {
        str(figure): {row["part"]: _span(row["value"], row["step"]) for row in group.to_dict("records")}
        for figure, group in parts.groupby("figure_id")
    }
    text = {row["id"]: f"{row['as_printed']} {row['claim']}" for row in figures.to_dict("records")}
    done = [
        _checked(row, line, spans.get(row["figure_id"], {}), text, faults)
        for line, row in enumerate(checks.to_dict("records"), start=2)
    ]
    if faults:
        raise SchemaError(faults)
    results = checks.assign(
        **{name: [one[name] for one in done] for name in ("arithmetic", "recomputed", "lower", "upper", "verdict")}
    )
    return _judged(figures, results), results


def _span(value: object, step: object) -> Span:
    number, half = Fraction(str(value)), Fraction(str(step)) / 2
    return Span(number - half, number, number + half)


def _checked(
    row: dict[Any, Any], line: int, spans: Mapping[str, Span], text: Mapping[str, str], faults: list[Fault]
) -> dict[str, Any]:
    try:
        found = evaluate(row["formula"], spans)
    except (SyntaxError, TypeError, ValueError, ZeroDivisionError) as error:
        todo = "Mend the formula, or add the part to published_figure_parts.csv."
        faults.append(Fault(CHECKS, line, "formula", row["formula"], f"a formula over its parts: {error}", todo))
        return dict.fromkeys(("arithmetic", "recomputed", "lower", "upper", "verdict"))
    verdict: Verdict | None = None
    if not pd.isna(row["printed"]):
        where = row["figure_id"] if pd.isna(row["printed_in"]) else row["printed_in"]
        if str(row["printed_text"]) not in text[where]:
            todo = f"Give the number as {FIGURES} has it, and mend printed and step with it."
            faults.append(Fault(CHECKS, line, "printed_text", row["printed_text"], f"a part of {where}'s text", todo))
        verdict = judge(found, Fraction(str(row["printed"])), Fraction(str(row["step"])), row["relation"])
    return {
        "arithmetic": write_out(row["formula"], spans), "recomputed": float(found.value), "lower": float(found.low),
        "upper": float(found.high), "verdict": verdict,
    }  # fmt: skip


def _judged(figures: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    compared = results[results["verdict"].notna()]
    worst = {
        figure: min(group, key=VERDICTS.index)
        for figure, group in compared.groupby("figure_id")["verdict"]
        if len(group)
    }
    said = {
        figure: "; ".join(map(_said, group.to_dict("records")))
        for figure, group in results.groupby("figure_id")
    }  # fmt: skip
    return figures.assign(
        verdict=[
            worst.get(figure, "words" if compiled in _WORDS else "not_tested")
            for figure, compiled in zip(figures["id"], figures["consistent"], strict=True)
        ],
        recomputed=[
            said.get(figure, compiled) for figure, compiled in zip(figures["id"], figures["recomputed"], strict=True)
        ],
    )


def _said(row: dict[Any, Any]) -> str:
    value, step = row["recomputed"], row["step"]
    # a printed whole number is too coarse to show a small result that is none
    number = rounded(value, 0.1 if step >= 1 and abs(value) < _LARGE and value != int(value) else step)
    unit = "" if row["unit"] == "count" else row["unit"]
    return f"{number}{unit}" if unit == "%" else f"{number} {unit}".rstrip()


def rounded(value: float, step: float) -> str:
    """Return a number to the places of a step, half up: 31.5 for 31.507 and 0.1, 331,762 for a step of 100."""
    places = max(0, len(f"{step:.10f}".rstrip("0").partition(".")[2]))
    unit = Fraction(1, 10**places)
    whole = (abs(Fraction(value).limit_denominator(10**12)) / unit + Fraction(1, 2)).__floor__()
    return f"{'-' if value < 0 and whole else ''}{float(whole * unit):,.{places}f}"
