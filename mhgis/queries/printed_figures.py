"""Figures that the papers print, with their verdicts, the checks that recompute them and the parts they start from."""

from typing import Final

import pandas as pd

from mhgis.queries.tables import table

_FIGURES: Final = "SELECT * FROM published_figure ORDER BY place"
_CHECKS: Final = "SELECT * FROM published_figure_check ORDER BY figure_id, check_no"
_PARTS: Final = "SELECT * FROM published_figure_part ORDER BY place"


def figures() -> pd.DataFrame:
    """
    Return the printed figures, in the order of the compilation.

    Returns
    -------
    figures
        The columns of `published_figure`: `id`, claim, `as_printed`, `verdict`, the likely value and its reason,
        `origin_id`; `stands_out` is NA for those that need no word of their own.
    """
    return table(_FIGURES)


def checks() -> pd.DataFrame:
    """
    Return the arithmetic of the printed figures, by figure and step.

    Returns
    -------
    checks
        The columns of `published_figure_check`: `figure_id`, `arithmetic`, `recomputed` in `unit`, `printed` (NaN where
        no number is), `lower` and `upper` (what the rounding of the parts allows), `verdict`.
    """
    return table(_CHECKS)


def parts() -> pd.DataFrame:
    """Return the numbers that the arithmetic starts from: `figure_id`, labels, `value`, `origin_id`."""
    return table(_PARTS)
