"""The page of printed figures: which do not add up, and the arithmetic of each at one click. Computes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import streamlit as st

from mhgis import formats, store
from mhgis.formats import plain
from mhgis.i18n import N_, Language, translator
from mhgis.queries import printed_figures, sources
from mhgis.ui.part import session as views
from mhgis.ui.part.drawer import drawer
from mhgis.view.view import View
from mhgis.words.provenance import About, column
from mhgis.words.verdicts import UNIT_WORDS, VERDICT_MEANINGS, VERDICT_WORDS, VERDICTS

#: says in a link that figures of every verdict are listed; the worst are without it
_ALL: Final = "all"
_COLOURS: Final = {"differs": "red", "words": "orange", "rounding": "blue", "agrees": "green", "not_tested": "gray"}
_NO_QUOTATION: Final = {
    "no numbers": N_("no numbers"),
    "not printed": N_("not printed"),
    "five-year growth": N_("five-year growth"),
}
_CONFIDENCE: Final = {"high": N_("high"), "medium": N_("medium"), "low": N_("low")}


@dataclass(frozen=True)
class _Arithmetic:
    """The checks of each printed figure and the parts they start from, by the figure's id."""

    checks: Mapping[str, pd.DataFrame]
    parts: Mapping[str, pd.DataFrame]

    @classmethod
    def read(cls) -> "_Arithmetic":
        """Return those of the published file."""
        checks, parts = printed_figures.checks().groupby("figure_id"), printed_figures.parts().groupby("figure_id")
        return cls({str(name): rows for name, rows in checks}, {str(name): rows for name, rows in parts})


def figures() -> pd.DataFrame:
    """Return the printed figures with their verdicts, in the order of the compilation."""
    return printed_figures.figures()


def headline(found: pd.DataFrame, lang: Language) -> str:
    """Return how many printed figures do not add up."""
    _ = translator(lang)
    count = found["verdict"].value_counts()
    said = _("{differs} of {n} printed figures do not add up, {words} more say something else than their number")
    return said.format(differs=count.get("differs", 0), n=len(found), words=count.get("words", 0))


def first_of_all(found: pd.DataFrame, lang: Language) -> None:
    """Draw the figures that a reader should know of before quoting any."""
    _ = translator(lang)
    rows = found[found["stands_out"].notna()].sort_values("stands_out").to_dict("records")
    if not rows:
        return
    st.subheader(_("Before you quote"), anchor=False)
    arithmetic, named = _Arithmetic.read(), sources.short_names(lang)
    for row in rows:
        with st.container(border=True, key=f"mh_card_audit_{row['id']}", gap="xxsmall"):
            printed, likely = _printed(row, lang), plain(row[column("most_likely_value", lang)])
            badges = _badge(row["verdict"], lang)
            said = _("Printed: {printed}. Most likely: **{likely}**.")
            if row["verdict"] == "agrees":
                # it stands out for what it is taken for, not for its sum
                misread = _("Right sum, wrong comparison")
                badges += f" :orange-badge[{misread}]"
                said = _("Printed: **{printed}**. The arithmetic holds; what changed is what was counted.")
            st.markdown(f"**{plain(row[column('claim', lang)])}** {badges}")
            st.markdown(said.format(printed=printed, likely=likely))
            source = _("Printed in: {source} · entry {id}").format(source=named[row["origin_id"]], id=row["id"])
            st.caption(f"{_reason(row, lang)}  \n{source}")
            with st.popover(_("Show the arithmetic"), key=f"audit_sum_{row['id']}", type="tertiary"):
                _detail(row, arithmetic, named, lang)


def _printed(row: Mapping[Any, Any], lang: Language) -> str:
    # a quotation stays as it is; what stands in place of one is in the reader's words
    said = str(row["as_printed"])
    return plain(translator(lang)(_NO_QUOTATION[said]) if said in _NO_QUOTATION else said)


def _reason(row: Mapping[Any, Any], lang: Language) -> str:
    said = str(row[column("reason", lang)])
    return plain(said[:1].upper() + said[1:])


def choose(found: pd.DataFrame, view: View) -> str:
    """Draw the choice of a verdict, with how many figures have it; return the verdict, empty for all."""
    _ = translator(view.lang)
    count = found["verdict"].value_counts()
    options = ["", *(verdict for verdict in VERDICTS if verdict in count)]
    labels: dict[str, str] = {"": _("All"), **{verdict: _(words) for verdict, words in VERDICT_WORDS.items()}}
    number = {"": len(found), **count}
    st.subheader(_("Every figure and its arithmetic"), anchor=False)
    # what a link names for another page is no verdict
    shown = next((verdict for verdict in options[1:] if view.show == (verdict,)), VERDICTS[0])
    st.session_state["audit_verdict"] = "" if view.show == (_ALL,) else shown
    chosen = st.segmented_control(
        _("Verdict"), options, format_func=lambda verdict: f"{labels[verdict]} ({number[verdict]})",
        key="audit_verdict", on_change=_choose, required=True,
    )  # fmt: skip
    meanings: dict[str, str] = {verdict: _(meaning) for verdict, meaning in VERDICT_MEANINGS.items()}
    if chosen in meanings:
        st.caption(meanings[chosen])
    return str(chosen or "")


def _choose() -> None:
    views.change(show=(st.session_state["audit_verdict"] or _ALL,))


def list_figures(found: pd.DataFrame, chosen: str, view: View) -> None:
    """Draw the figures of a verdict, each with its arithmetic folded in."""
    _, lang = translator(view.lang), view.lang
    arithmetic, named = _Arithmetic.read(), sources.short_names(lang)
    for row in found[found["verdict"].eq(chosen) if chosen else slice(None)].to_dict("records"):
        claim, printed = plain(row[column("claim", lang)]), _printed(row, lang)
        with st.expander(_("{name}: {value}").format(name=claim, value=printed), icon=None):
            _detail(row, arithmetic, named, lang)


def _detail(row: Mapping[Any, Any], arithmetic: _Arithmetic, named: Mapping[str, str], lang: Language) -> None:
    _ = translator(lang)
    checks, parts = arithmetic.checks.get(row["id"]), arithmetic.parts.get(row["id"])
    st.markdown(_badge(row["verdict"], lang))
    if checks is None:
        st.markdown(_("There is no arithmetic to do: this is a matter of what the words say."))
    else:
        st.markdown("\n".join(f"- {_said(check, lang)}" for check in checks.to_dict("records")))
    if parts is not None:
        st.caption(_("Parts: {parts}").format(parts=_("; ").join(
            f"{plain(part[f'label_{lang}'])} {_exact(part['value'])} ({named[part['origin_id']]})"
            for part in parts.to_dict("records")
        )))  # fmt: skip
    likely, reason = plain(row[column("most_likely_value", lang)]), _reason(row, lang)
    said, sure = _("Most likely: **{likely}** (confidence: {sure}). {reason}"), row["confidence"]
    st.markdown(said.format(likely=likely, sure=_(_CONFIDENCE[sure]), reason=reason))
    st.caption(_("Printed in: {source} · entry {id}").format(source=named[row["origin_id"]], id=row["id"]))


def _said(check: Mapping[Any, Any], lang: Language) -> str:
    _ = translator(lang)
    places = max(0, len(f"{check['step']:.10f}".rstrip("0").partition(".")[2]))
    unit = UNIT_WORDS[check["unit"]]
    unit = f" {_(unit)}" if unit and unit != "%" else unit
    value = check["recomputed"]
    shown = max(places, 0 if value == int(value) else 2)
    found = f"{formats.number(value, shown)}{unit}"
    said = f"{plain(check['arithmetic'])} = **{found}**"
    if formats.is_missing(check["printed"]):
        return said
    sign = "" if check["relation"] == "=" else f"{check['relation']} "
    printed = f"{sign}{formats.number(check['printed'], places)}{unit}"
    verdict = f":{_COLOURS[check['verdict']]}[{_(VERDICT_WORDS[check['verdict']])}]"
    told = _("{said}; printed {printed}: {verdict}").format(said=said, printed=printed, verdict=verdict)
    if check["verdict"] == "agrees" or check["lower"] == check["upper"]:
        return told
    span = formats.interval(check["lower"], check["upper"], shown)
    return _("{told} (rounded parts allow {span})").format(told=told, span=span)


def caption(found: pd.DataFrame, lang: Language) -> None:
    """Draw where the figures and their parts come from, and that the build recomputes them."""
    _, about = translator(lang), _about(found, lang)
    st.caption(
        "  \n".join((
            _("Recomputed from the parts shown when the published file was built, in exact fractions."),
            about.source_line(lang),
        ))
    )  # fmt: skip
    drawer(about, lang)


def _about(found: pd.DataFrame, lang: Language) -> About:
    _, published = translator(lang), store.current()
    ids = [*found["origin_id"].unique(), *printed_figures.parts()["origin_id"].unique()]
    return About(
        indicator="published_figures", title=_("Printed figures, recomputed"), unit="", dataset="", year=None,
        level="country", origins=sources.origins(list(dict.fromkeys(ids)), lang), processing="computed",
        build=published.build, built_on=published.built_at[:10],
    )  # fmt: skip


def _badge(verdict: str, lang: Language) -> str:
    return f":{_COLOURS[verdict]}-badge[{translator(lang)(VERDICT_WORDS[verdict])}]"  # type: ignore[index]


def _exact(value: float) -> str:
    return f"{value:,.4f}".rstrip("0").rstrip(".")
