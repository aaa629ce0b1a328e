"""
Slides of views: what stands where on a 16:9 page, and the PPTX made of it.

The map is a picture; title, legend, numbers, source and badge are text that can be searched and edited. The speaker's
notes hold the link and the numbers. The same slides give the same bytes at every run: dates are those of the build.
Holds no figures; the PDF with the same layout is `mhgis.exports.slides_pdf`.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Final, Literal

import segno
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from mhgis.exports.office_dates import dated
from mhgis.figures import fonts, page, palette
from mhgis.figures.classify import LegendRow
from mhgis.figures.static_map import HEIGHT as PICTURE_HEIGHT
from mhgis.figures.static_map import WIDTH as PICTURE_WIDTH
from mhgis.figures.static_map import Words
from mhgis.i18n import Language

#: inches
WIDTH, HEIGHT = 13.333, 7.5
MARGIN = 0.5
_QR = 1.05
_GAP = 0.35
_SWATCH = (0.4, 0.26)
_AREAS_WIDTH, _PEOPLE_WIDTH = 0.85, 1.7
#: points; a title takes the largest size at which it fits two lines
_TITLES: Final = (30, 26, 22, 19)
_SUBTITLE, _BADGE, _HEAD, _LEGENDS, _FOOT = 16, 14, 18, (17, 15, 14, 13, 12, 11, 10, 9, 8), 11
#: below this size the legend's note is better read at the foot, with the sources
_LEAST_WITH_NOTE = 12
_SECOND = 0.72
_SPARE_LINE = 0.25
_LINES_OF_TITLE = 2
LINE_HEIGHT = 1.32
#: the share of a line that is filled in our own family
SPARE: Final = 0.84

_LOCALE: Final[dict[Language, str]] = {"zh": "zh-CN", "en": "en-GB"}
Align = Literal["left", "right"]


@dataclass(frozen=True, eq=False)
class Slide:
    """
    One view for a screen in a room.

    Attributes
    ----------
    name
        What the view was saved under.
    langs, words
        The languages, the first large, and the texts in each.
    legend
        Rows in the order of `Words.rows`, for their colours.
    picture
        PNG of the map alone, 4 to 3.
    link
        What opens the view; goes into the QR code.
    notes
        What the speaker has to say, a paragraph each.
    """

    name: str
    langs: tuple[Language, ...]
    words: tuple[Words, ...]
    legend: tuple[LegendRow, ...]
    picture: bytes
    link: str
    notes: tuple[str, ...]

    @property
    def mark(self) -> str:
        """The watermark, in each language; empty where all is published."""
        return _joined([words.watermark for words in self.words])


@dataclass(frozen=True)
class Text:
    """Paragraphs at a place, inches from the top left; `langs` has one entry a paragraph, `sizes` are points."""

    role: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    langs: tuple[Language, ...]
    sizes: tuple[float, ...]
    colour: str = palette.INK
    is_bold: bool = False
    align: Align = "left"
    badge: palette.Badge | None = None


@dataclass(frozen=True)
class Swatch:
    """The colour of a row of the legend, at a place in inches from the top left."""

    x: float
    y: float
    width: float
    height: float
    row: LegendRow


@dataclass(frozen=True)
class Layout:
    """What stands where: inches from the top left. `picture` and `qr` are x, y, width, height; `badge` is a text."""

    texts: tuple[Text, ...]
    swatches: tuple[Swatch, ...]
    picture: tuple[float, float, float, float]
    qr: tuple[float, float, float, float]

    def text(self, role: str) -> Text | None:
        """Return the text with a role, None if there is none."""
        return next((text for text in self.texts if text.role == role), None)


def layout(slide: Slide) -> Layout:
    """
    Place a slide's parts: title over picture and legend, sources at the foot, the QR code in the corner.

    Sizes are the largest that fit, so that a slide is read at the back of a room.
    """
    setter = _Setter(slide)
    best, largest = setter.place(_TITLES[-1], with_note_at_foot=True)
    # a long legend is to be read from afar before a title is large; a note without a place there goes to the foot
    for title in _TITLES:
        for is_at_foot in (False, True):
            placed, size = setter.place(title, with_note_at_foot=is_at_foot)
            if size >= _LEAST_WITH_NOTE:
                return placed
            if size > largest:
                best, largest = placed, size
    return best


class _Setter:
    """Measures a slide's texts in the fonts they are set in."""

    def __init__(self, slide: Slide) -> None:
        self.slide, self.words, self.langs = slide, slide.words, slide.langs
        self.small = _SUBTITLE if len(slide.words) == 1 else 13
        self.fonts = page.type_for("".join(words.all() for words in slide.words))

    def place(self, title: float, *, with_note_at_foot: bool) -> tuple[Layout, float]:
        """Place everything under a title of at most a size; return the layout and the size of its legend, 0 if none."""
        head, top = self.head(title)
        foot, bottom = self.foot(with_note=with_note_at_foot)
        height = min(bottom - top, (WIDTH - 2 * MARGIN) * 0.56 * PICTURE_HEIGHT / PICTURE_WIDTH)
        width = height * PICTURE_WIDTH / PICTURE_HEIGHT
        legend, swatches, size = self.legend(MARGIN + width + _GAP, top, bottom, with_note=not with_note_at_foot)
        code = (WIDTH - MARGIN - _QR + 0.1, HEIGHT - 0.2 - _QR, _QR, _QR)
        return Layout((*head, *legend, foot), tuple(swatches), (MARGIN, top, width, height), code), size

    def high(self, lines: Sequence[str], sizes: Sequence[float], width: float, *, bold: bool = False) -> float:
        """Return the height of paragraphs broken at a width, in inches."""
        return sum(
            self.count(line, size, width, bold=bold) * size * LINE_HEIGHT / page.POINTS_PER_INCH
            for line, size in zip(lines, sizes, strict=True)
        )

    def count(self, line: str, size: float, width: float, *, bold: bool = False) -> int:
        # narrower than the box: where the family is not installed, a wider one stands in for it
        return len(page.wrap(line, self.fonts.font(size, 600 if bold else 400), width * SPARE))

    def text(
        self,
        role: str,
        place: tuple[float, float, float],
        lines: Sequence[str],
        size: float,
        **look: Any,  # noqa: ANN401 - the rest of `Text`
    ) -> Text:
        """Return a text, the second language smaller than the first."""
        x, y, width = place
        sizes = (size, *(max(9.0, round(size * _SECOND)) for _ in lines[1:]))
        height = self.high(lines, sizes, width, bold=look.get("is_bold", False))
        return Text(role, x, y, width, height, tuple(lines), self.langs[: len(lines)], sizes, **look)

    def head(self, largest: float) -> tuple[list[Text], float]:
        """Set the title at the largest size up to one at which it fits, and what the figures are; return the end."""
        room = WIDTH - 2 * MARGIN
        titles = [words.title for words in self.words]
        most = _LINES_OF_TITLE + len(titles) - 1
        sizes = [size for size in _TITLES[len(titles) - 1 :] if size <= largest]
        size = next((s for s in sizes if self._lines(titles, s, room) <= most), _TITLES[-1])
        title = self.text("title", (MARGIN, 0.3, room), titles, size, is_bold=True)
        y = title.y + title.height + 0.06
        said = _joined([words.subtitle for words in self.words])
        subtitle = self.text("subtitle", (MARGIN, y, room), [said], self.small, colour=palette.SECONDARY)
        below = y + subtitle.height + 0.06
        badge = _joined([words.badge for words in self.words])
        if not badge:
            return [title, subtitle], below + 0.08
        width = page.width_of(badge, self.fonts.font(_BADGE, 600)) / SPARE + 0.3
        points = _BADGE * min(1.0, room / width)
        width = min(width, room)
        height = _BADGE * LINE_HEIGHT / page.POINTS_PER_INCH + 0.1
        # beside what the figures are where there is room, else below it
        is_beside = page.width_of(said, self.fonts.font(self.small)) / SPARE + width + _GAP < room
        at = (MARGIN + room - width, y) if is_beside else (MARGIN, below)
        look = palette.badge(is_imported=self.words[0].is_imported)
        sign = Text(
            "badge", *at, width, height, (badge,), self.langs[:1], (points,), look.text, is_bold=True, badge=look
        )  # fmt: skip
        if is_beside:
            subtitle = replace(subtitle, width=room - width - _GAP)
        return [title, subtitle, sign], max(below, at[1] + height + 0.06) + 0.08

    def _lines(self, titles: Sequence[str], size: float, room: float) -> int:
        sizes = (size, *(round(size * _SECOND) for _ in titles[1:]))
        return sum(self.count(title, s, room, bold=True) for title, s in zip(titles, sizes, strict=True))

    def foot(self, *, with_note: bool = False) -> tuple[Text, float]:
        """Set the sources at the foot, behind the legend's note where that stands here; return where the rest ends."""
        said = [
            (line, lang)
            for lang, words in zip(self.langs, self.words, strict=True)
            for line in (words.note if with_note else "", *words.foot)
            if line
        ]
        lines, langs = [line for line, _lang in said], tuple(lang for _line, lang in said)
        sizes = tuple(_FOOT if len(self.words) == 1 else 9 for _ in lines)
        width = WIDTH - 2 * MARGIN - _QR - 0.2
        height = self.high(lines, sizes, width)
        y = HEIGHT - 0.25 - height
        # the legend must end above the QR code, too
        top = min(y, HEIGHT - 0.2 - _QR) - 0.12
        return Text("foot", MARGIN, y, width, height, tuple(lines), langs, sizes, palette.SECONDARY), top

    def legend(self, x: float, top: float, bottom: float, *, with_note: bool) -> tuple[list[Text], list[Swatch], float]:
        """
        Set the legend at the largest size at which it ends above `bottom`, each label on one line if it can be.

        The size is 0 where no size finds room.
        """
        # a wider family may break the small type of a second language into one line more
        end_at = bottom - _SPARE_LINE * (len(self.words) - 1)
        notes = [words.note for words in self.words if words.note] if with_note else []
        found: tuple[list[Text], list[Swatch], float] | None = None
        for size in _LEGENDS:
            texts, swatches, end = self._legend(x, top, size, notes)
            if end > end_at:
                continue
            found = found or (texts, swatches, size)
            if _is_on_one_line(texts):
                return texts, swatches, size
        return found or (texts, swatches, 0)

    def _legend(
        self, x: float, top: float, size: float, notes: Sequence[str]
    ) -> tuple[list[Text], list[Swatch], float]:
        grey = {"colour": palette.SECONDARY}
        width = WIDTH - MARGIN - x
        right = WIDTH - MARGIN
        people, areas = right - _PEOPLE_WIDTH, right - _PEOPLE_WIDTH - _AREAS_WIDTH
        small = max(9.0, size - 3)
        heading = [words.legend_title for words in self.words]
        texts = [self.text("legend_title", (x, top, width), heading, min(_HEAD, size + 2), is_bold=True)]
        y = top + texts[-1].height + 0.02
        unit = _joined([words.legend_unit for words in self.words])
        texts.append(self.text("legend_unit", (x, y, areas - x), [unit], small, **grey))
        for role, left, wide, at in (("areas", areas, _AREAS_WIDTH, 0), ("people", people, _PEOPLE_WIDTH, 1)):
            heads = [words.heads[at] for words in self.words]
            texts.append(self.text(f"head_{role}", (left, y, wide), heads, small, align="right", **grey))
        y = max(text.y + text.height for text in texts) + 0.08
        swatches, indent = [], _SWATCH[0] + 0.14
        high = min(_SWATCH[1], size * LINE_HEIGHT / page.POINTS_PER_INCH)
        for row, said in zip(self.slide.legend, zip(*(w.rows for w in self.words), strict=True), strict=True):
            name = _joined([cell[0] for cell in said])
            label = self.text("label", (x + indent, y, areas - x - indent - 0.05), [name], size)
            swatches.append(Swatch(x, y + 0.02, _SWATCH[0], high, row))
            first = {"align": "right"}
            texts += [
                label,
                self.text("n_areas", (areas, y, _AREAS_WIDTH), [said[0][1]], size, **first),
                self.text("n_people", (people, y, _PEOPLE_WIDTH), [said[0][2]], size, **first, **grey),
            ]
            y += max(label.height, texts[-1].height, high) + 0.07 * min(1, size / _LEAST_WITH_NOTE)
        if notes:
            texts.append(self.text("note", (x, y + 0.04, width), notes, small, **grey))
            y += texts[-1].height + 0.04
        return texts, swatches, y


def _is_on_one_line(texts: Sequence[Text]) -> bool:
    # bounds that are torn apart are hard to read
    lines = (text for text in texts if text.role == "label")
    return all(text.height < 1.5 * text.sizes[0] * LINE_HEIGHT / page.POINTS_PER_INCH for text in lines)


def _joined(texts: Sequence[str]) -> str:
    return " / ".join(dict.fromkeys(text for text in texts if text))


def qr_code(link: str) -> bytes:
    """Return a QR code as a PNG: dark on white, with the quiet rim it needs."""
    file = io.BytesIO()
    segno.make(link, error="m", micro=False).save(file, kind="png", scale=8, border=3, dark=palette.INK)
    return file.getvalue()


def to_pptx(slides: Sequence[Slide], title: str, built_on: date) -> bytes:
    """
    Return slides as a PowerPoint file, one view a slide.

    Parameters
    ----------
    slides
        In order.
    title
        Of the file.
    built_on
        The day of the build: the file's date.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    at = datetime.combine(built_on, time())
    core = deck.core_properties
    core.title, core.author, core.last_modified_by, core.created, core.modified = title, "mhgis", "mhgis", at, at
    for slide in slides:
        _fill(deck, slide)
    file = io.BytesIO()
    deck.save(file)
    return dated(file.getvalue(), built_on)


_TITLE_ONLY: Final = 5


def _fill(deck: Any, slide: Slide) -> None:  # noqa: ANN401 - python-pptx has no types
    placed = layout(slide)
    target = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    picture = target.shapes.add_picture(io.BytesIO(slide.picture), *map(Inches, placed.picture))
    # what a screen reader says of the picture, and what marks it
    alt = _joined([words.title for words in slide.words])
    _describe(picture, "map", f"{slide.mark}: {alt}" if slide.mark else alt)
    for swatch in placed.swatches:
        _swatch(target, swatch)
    for text in placed.texts:
        _write(target, text)
    code = target.shapes.add_picture(io.BytesIO(qr_code(slide.link)), *map(Inches, placed.qr))
    _describe(code, "link", slide.link)
    code.click_action.hyperlink.address = slide.link
    target.notes_slide.notes_text_frame.text = "\n".join(slide.notes)
    for paragraph in target.notes_slide.notes_text_frame.paragraphs:
        for run in paragraph.runs:
            _typeface(run)


def _describe(shape: Any, name: str, alt: str) -> None:  # noqa: ANN401
    shape.name = name
    shape._element.nvPicPr.cNvPr.set("descr", alt)  # noqa: SLF001 - the library has no word for it


def _write(target: Any, text: Text) -> None:  # noqa: ANN401
    box = tuple(map(Inches, (text.x, text.y, text.width, text.height)))
    if text.role == "title":
        shape = target.shapes.title
        shape.left, shape.top, shape.width, shape.height = box
    elif text.badge:
        shape = target.shapes.add_shape(MSO_SHAPE.ROUNDED_RECTANGLE, *box)
        shape.shadow.inherit = False
        _colour(shape.fill, text.badge.ground)
        shape.line.color.rgb, shape.line.dash_style = _rgb(text.badge.edge), MSO_LINE.DASH
    else:
        shape = target.shapes.add_textbox(*box)
    shape.name = text.role
    frame = shape.text_frame
    frame.word_wrap = True
    frame.auto_size = None
    side = Inches(0.15 if text.badge else 0)
    frame.margin_left = frame.margin_right = side
    frame.margin_top = frame.margin_bottom = 0
    frame._txBody.bodyPr.set("anchor", "ctr" if text.badge else "t")  # noqa: SLF001 - as above
    for at, (line, lang, size) in enumerate(zip(text.lines, text.langs, text.sizes, strict=True)):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.RIGHT if text.align == "right" else PP_ALIGN.LEFT
        paragraph.line_spacing = Pt(size * LINE_HEIGHT)
        paragraph.space_before = paragraph.space_after = Pt(0)
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), text.is_bold, _rgb(text.colour)
        run._r.get_or_add_rPr().set("lang", _LOCALE[lang])  # noqa: SLF001
        _typeface(run)


def _typeface(run: Any) -> None:  # noqa: ANN401
    """Name the family for both scripts: without `ea` Chinese is set in whatever the program likes."""
    run.font.name = fonts.FAMILY
    properties = run._r.get_or_add_rPr()  # noqa: SLF001
    latin = properties.find(qn("a:latin"))
    for tag in ("a:cs", "a:ea"):
        face = properties.makeelement(qn(tag), {"typeface": fonts.FAMILY})
        latin.addnext(face)


def _swatch(target: Any, swatch: Swatch) -> None:  # noqa: ANN401
    box = map(Inches, (swatch.x, swatch.y, swatch.width, swatch.height))
    shape = target.shapes.add_shape(MSO_SHAPE.RECTANGLE, *box)
    shape.name = "swatch"
    shape.shadow.inherit = False
    shape.line.width = Pt(0.75)
    shape.line.color.rgb = _rgb(palette.SECONDARY if swatch.row.kind == "not_applicable" else palette.RULE)
    if swatch.row.kind == "not_applicable":
        shape.line.dash_style = MSO_LINE.DASH
    if swatch.row.kind == "not_reported":
        shape.fill.patterned()
        shape.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        shape.fill.fore_color.rgb, shape.fill.back_color.rgb = _rgb(palette.HATCH), _rgb(swatch.row.colour)
    else:
        _colour(shape.fill, swatch.row.colour)


def _colour(fill: Any, colour: str) -> None:  # noqa: ANN401
    fill.solid()
    fill.fore_color.rgb = _rgb(colour)


def _rgb(colour: str) -> Any:  # noqa: ANN401
    return RGBColor(*bytes.fromhex(colour.removeprefix("#")))  # type: ignore[no-untyped-call]
