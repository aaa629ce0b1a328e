"""
The draft of a memorandum: an alliance on one page, to be argued over before anybody signs; as DOCX, to be edited.

Says that it is a draft and what its numbers are. The same memorandum gives the same bytes at every run; the date in it
is that of the build. Computes nothing; the PDF with the same text is `mhgis.exports.memorandum_pdf`.
"""

import io
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from mhgis.exports.office_dates import dated
from mhgis.figures import fonts, palette
from mhgis.i18n import N_, Language, translator

DRAFT: Final = N_("DRAFT · proposed by distance and room alone, agreed with nobody")
#: rows of members that fit a page; the rest are counted
MOST_MEMBERS: Final = 10
#: points
_TITLE, _HEAD, _BODY, _SMALL, _FINE = 15, 10, 8.5, 7, 6
#: centimetres: what a table takes, and its first column
_ACROSS, _NAMES = 17.4, 4.2
_EAST_ASIAN: Final[dict[Language, str]] = {"zh": "zh-CN", "en": "en-GB"}


@dataclass(frozen=True)
class Memo:
    """
    What goes on the page, in one language.

    Attributes
    ----------
    title, subtitle
        Who leads, and which model, dataset and year it is of.
    badge
        What the figures are where they were not published; empty for published ones.
    facts
        Name and value of what is known of the lead.
    heads, members, n_members
        Headings and cells of the members, at most `MOST_MEMBERS`, and how many there are in all.
    sections
        Heading and sentences: roles, referral, what is to be settled.
    sources, foot
        Where figures and words come from; the build.
    signatures
        What the lines at the end are for.
    """

    lang: Language
    title: str
    subtitle: str
    badge: str
    facts: tuple[tuple[str, str], ...]
    members_title: str
    heads: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    n_members: int
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    sources: tuple[str, ...]
    foot: tuple[str, ...]
    signatures: tuple[str, ...]

    @property
    def more(self) -> str:
        """Return how many members are not shown; empty if all are."""
        rest = self.n_members - len(self.members)
        _ = translator(self.lang)
        return _("And {n} more: see the list on the page.").format(n=rest) if rest else ""

    @property
    def draft(self) -> str:
        """Return the word that it is a draft."""
        return translator(self.lang)(DRAFT)

    def text(self) -> str:
        """Return every character of the page."""
        cells = [cell for row in (self.heads, *self.members, *self.facts) for cell in row]
        said = [text for head, texts in self.sections for text in (head, *texts)]
        plain = (self.title, self.subtitle, self.badge, self.draft, self.members_title, self.more, "0123456789")
        return "".join([*plain, *cells, *said, *self.sources, *self.foot, *self.signatures])


def to_docx(memo: Memo, built_on: date) -> bytes:
    """
    Write a memorandum as DOCX: A4, one page, text and tables that can be edited.

    Parameters
    ----------
    memo
        What is said.
    built_on
        The day of the build: the file's date.
    """
    document = Document()
    at = datetime.combine(built_on, time())
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.created, core.modified = memo.title, "mhgis", "mhgis", at, at
    core.comments, core.language = memo.draft, _EAST_ASIAN[memo.lang]
    _page(document)
    _style(document, memo.lang)
    _line(document, memo.draft, _SMALL, colour=palette.ZERO, bold=True)
    _line(document, memo.title, _TITLE, bold=True, is_heading=True)
    _line(document, memo.subtitle, _BODY, colour=palette.SECONDARY)
    if memo.badge:
        _line(document, memo.badge, _BODY, colour=palette.MODELLED_TEXT, bold=True)
    _table(document, memo.facts, is_headed=False)
    _line(document, memo.members_title, _HEAD, bold=True, space=4)
    _table(document, (memo.heads, *memo.members), is_headed=True)
    if memo.more:
        _line(document, memo.more, _SMALL, colour=palette.SECONDARY)
    for head, texts in memo.sections:
        _line(document, head, _HEAD, bold=True, space=4)
        for text in texts:
            _line(document, f"· {text}", _BODY)
    _line(document, "    ".join(f"{one} ________" for one in memo.signatures), _BODY, space=8)
    for text in (*memo.sources, *memo.foot):
        _line(document, text, _FINE, colour=palette.SECONDARY)
    file = io.BytesIO()
    document.save(file)
    return dated(file.getvalue(), built_on)


def _page(document: Any) -> None:  # noqa: ANN401 - python-docx has no types
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(1.3)


def _style(document: Any, lang: Language) -> None:  # noqa: ANN401
    style = document.styles["Normal"]
    style.font.name, style.font.size = fonts.FAMILY, Pt(_BODY)
    properties = style.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), fonts.FAMILY)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:eastAsia"), _EAST_ASIAN["zh"] if lang == "zh" else _EAST_ASIAN["en"])
    properties.append(language)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)


def _line(
    document: Any,  # noqa: ANN401
    text: str,
    size: float,
    *,
    colour: str = palette.INK,
    bold: bool = False,
    space: float = 0,
    is_heading: bool = False,
) -> None:
    paragraph = document.add_paragraph(style="Title" if is_heading else None)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(space), Pt(1)
    if is_heading:
        for border in paragraph.style.element.findall(".//" + qn("w:pBdr")):
            border.getparent().remove(border)
    _run(paragraph, text, size, colour=colour, bold=bold)


def _run(paragraph: Any, text: str, size: float, *, colour: str = palette.INK, bold: bool = False) -> None:  # noqa: ANN401
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, RGBColor.from_string(colour[1:])
    run.font.name = fonts.FAMILY
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), fonts.FAMILY)  # noqa: SLF001 - no other way


def _table(document: Any, rows: tuple[tuple[str, ...], ...], *, is_headed: bool) -> None:  # noqa: ANN401
    if not rows:
        return
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid" if is_headed else None)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    rest = (_ACROSS - _NAMES) / (len(rows[0]) - 1)
    for nth, column in enumerate(table.columns):
        column.width = Cm(rest if nth else _NAMES)
    for at, row in enumerate(rows):
        is_head = is_headed and at == 0
        for nth, text in enumerate(row):
            cell = table.cell(at, nth)
            cell.width, paragraph = Cm(rest if nth else _NAMES), cell.paragraphs[0]
            # names to the left, numbers to the right
            is_number = nth > 0 and text[:1].isdigit()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if is_number and is_headed else WD_ALIGN_PARAGRAPH.LEFT
            grey = is_head or (not is_headed and nth == 0)
            _run(paragraph, text, _SMALL if is_headed else _BODY, colour=palette.SECONDARY if grey else palette.INK)
