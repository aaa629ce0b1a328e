"""
The audit of printed figures: the verdicts there are, and what each means. The arithmetic itself is done by the build.

Holds no figures: they are in `published_figure`, `published_figure_check` and `published_figure_part`.
"""

from typing import Final, Literal, get_args

from mhgis.i18n import N_

Verdict = Literal["differs", "words", "rounding", "agrees", "not_tested"]

#: the worst first
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)

VERDICT_WORDS: Final[dict[Verdict, str]] = {
    "differs": N_("Does not add up"),
    "words": N_("Number stands, words do not"),
    "rounding": N_("Rounding only"),
    "agrees": N_("Agrees"),
    "not_tested": N_("Nothing printed to test"),
}

VERDICT_MEANINGS: Final[dict[Verdict, str]] = {
    "differs": N_("The printed figure cannot come from its parts, however these were rounded."),
    "words": N_("A matter of reading, not of arithmetic: the label, the year, the definition or the comparison."),
    "rounding": N_(
        "The printed figure differs from ours in its last digits, as rounded or truncated parts would make it."
    ),
    "agrees": N_("The parts give the printed figure to its last digit."),
    "not_tested": N_("There is no printed result to compare, or no part to compute it from."),
}

#: what the figures of a check are in
UNIT_WORDS: Final[dict[str, str]] = {
    "%": "%",
    "% a year": N_("% a year"),
    "per 1,000": N_("per 1,000"),
    "per 10,000": N_("per 10,000"),
    "per 100,000": N_("per 100,000"),
    "count": "",
}
