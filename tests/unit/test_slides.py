"""Slides say everything as text, in both scripts, and are the same bytes at every run."""

import io
import struct
import zipfile
import zlib
from datetime import date
from itertools import combinations

import pytest
from pptx import Presentation
from pypdf import PdfReader

from mhgis.exports import slides, slides_pdf
from mhgis.exports.slides import Slide
from mhgis.figures import palette
from mhgis.figures.classify import LegendRow
from mhgis.figures.static_map import Words

DAY = date(2026, 11, 22)
LINK = "http://localhost:8501/map?lang=zh&data=cn-modelled-2015&level=county&ind=beds_per_100k&year=2015&bench=none"


def png(width: int = 44, height: int = 33) -> bytes:
    """A grey picture, chunk by chunk."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = (b"\x00" + b"\xcc" * 3 * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def words(lang: str, **other) -> Words:
    texts = {
        "en": {
            "title": "By the model's medians, 2,546 of 2,846 counties had fewer than 30 psychiatric beds per 100,000",
            "subtitle": "per 100,000 people · 2015 · County-level units · Modelled allocation to counties, 2015",
            "badge": "Model estimate · says nothing certain about any single area",
            "watermark": "Model estimate",
            "legend_title": "Psychiatric beds per 100,000",
            "legend_unit": "per 100,000 people",
            "heads": ("Areas", "People"),
            "rows": (
                ("Severe shortage: < 15", "1,127", "702 million"),
                ("Moderate shortage: 15 – 25", "176", "132 million"),
                ("Zero, by the model's median", "1,207", "257 million"),
                ("Not reported", "6", "–"),
                ("Not applicable", "39", "–"),
            ),
            "note": "Each class holds its lower bound and not its upper; the last holds both.",
            "inset": "South China Sea",
            "foot": (
                "Source: Model 2015 · model estimate",
                "2,852 areas, 6 unknown.",
                "Data of build abc, 2026-11-22.",
            ),
        },
        "zh": {
            "title": "按模型中位数，2015 年，2,846 个县级单位中有 2,546 个的每10万人精神科床位数低于 30",
            "subtitle": "每10万人 · 2015 · 县级 · 2015年县级模型估计",
            "badge": "模型估计 · 不代表任何一个地区的实际情况",
            "watermark": "模型估计",
            "legend_title": "每10万人精神科床位数",
            "legend_unit": "每10万人",
            "heads": ("地区", "人口"),
            "rows": (
                ("严重不足：< 15", "1,127", "7.02 亿"),
                ("中度不足：15 – 25", "176", "1.32 亿"),
                ("零（按模型中位数）", "1,207", "2.57 亿"),
                ("未报告", "6", "–"),
                ("不适用", "39", "–"),
            ),
            "note": "各级含下限、不含上限，最后一级两端均含。",
            "inset": "南海诸岛",
            "foot": ("来源：2015年模型 · 模型估计", "共 2,852 个地区，其中 6 个未知。", "数据版本 abc，2026-11-22。"),
        },
    }
    return Words(**{**texts[lang], **other})


LEGEND = (
    LegendRow("class", "#8A3B04", 1127, 702_000_000),
    LegendRow("class", "#E07B28", 176, 132_000_000),
    LegendRow("zero", palette.ZERO, 1207, 257_000_000),
    LegendRow("not_reported", palette.NOT_REPORTED, 6, None),
    LegendRow("not_applicable", palette.NOT_APPLICABLE, 39, None),
)


def slide(*langs: str, **other) -> Slide:
    said = tuple(words(lang, **other) for lang in langs)
    return Slide("A view", langs, said, LEGEND, png(), LINK, ("What to say", LINK))


KINDS = [("zh",), ("en",), ("zh", "en"), ("en", "zh")]
each_kind = pytest.mark.parametrize("langs", KINDS, ids="+".join)


def texts_of(target) -> list[str]:
    return [shape.text_frame.text for shape in target.shapes if shape.has_text_frame]


def squeezed(text: str) -> str:
    # a PDF breaks lines where the page does
    return "".join(text.split())


def everything(said: Words) -> list[str]:
    cells = [cell for row in said.rows for cell in row[:1]]
    return [
        said.title,
        said.subtitle,
        said.watermark,
        said.legend_title,
        said.legend_unit,
        *cells,
        said.note,
        *said.foot,
    ]


@each_kind
def test_a_slide_has_title_legend_unit_year_source_and_mark_as_text(langs):
    one = slide(*langs)
    target = Presentation(io.BytesIO(slides.to_pptx([one], "Atlas", DAY))).slides[0]
    found = "\n".join(texts_of(target))
    for said in one.words:
        for text in everything(said):
            assert text in found, text
    assert "2015" in found
    assert all(line in target.shapes.title.text_frame.text for line in (said.title for said in one.words))
    # the numbers are those of the first language
    assert {"1,127", one.words[0].rows[0][2]} <= set(texts_of(target))


@each_kind
def test_a_page_of_the_pdf_says_the_same(langs):
    one = slide(*langs)
    pages = PdfReader(io.BytesIO(slides_pdf.to_pdf([one, one], "Atlas"))).pages
    assert len(pages) == 2
    found = squeezed(pages[1].extract_text())
    for said in one.words:
        for text in everything(said):
            assert squeezed(text) in found, text


def test_the_notes_hold_the_link_and_the_code_leads_to_it():
    target = Presentation(io.BytesIO(slides.to_pptx([slide("zh")], "Atlas", DAY))).slides[0]
    assert target.notes_slide.notes_text_frame.text.split("\n") == ["What to say", LINK]
    pictures = {shape.name: shape for shape in target.shapes if shape.shape_type == 13}
    assert pictures["link"].click_action.hyperlink.address == LINK
    assert pictures["map"].image.blob == png()
    described = pictures["map"]._element.nvPicPr.cNvPr.get("descr")
    assert described.startswith("模型估计")


def test_what_is_not_modelled_wears_no_mark():
    plain = slide("en", badge="", watermark="")
    assert slides.layout(plain).text("badge") is None
    target = Presentation(io.BytesIO(slides.to_pptx([plain], "Atlas", DAY))).slides[0]
    assert "Model estimate" not in "\n".join(texts_of(target))


def test_every_run_names_a_typeface_for_both_scripts():
    content = slides.to_pptx([slide("zh", "en")], "Atlas", DAY)
    xml = zipfile.ZipFile(io.BytesIO(content)).read("ppt/slides/slide1.xml").decode()
    runs = xml.count("<a:r>")
    assert runs > 20
    for tag in ("latin", "ea", "cs"):
        assert xml.count(f'<a:{tag} typeface="Noto Sans SC"/>') == runs


def test_the_same_slides_are_the_same_bytes_and_bear_the_date_of_the_build():
    deck = [slide("zh"), slide("zh", "en")]
    content = slides.to_pptx(deck, "Atlas", DAY)
    assert content == slides.to_pptx(deck, "Atlas", DAY)
    assert slides_pdf.to_pdf(deck, "Atlas") == slides_pdf.to_pdf(deck, "Atlas")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert {member.date_time for member in file.infolist()} == {(2026, 11, 22, 0, 0, 0)}
    core = Presentation(io.BytesIO(content)).core_properties
    assert (core.created.date(), core.modified.date(), core.title) == (DAY, DAY, "Atlas")


LONG = {
    "title": "In 2015, 61 counties of Gansu had no mental-health facility; about 13 million people lived there "
    "(model estimate, 12 million to 14 million), which is more than in any other province of the north-west",
}


@each_kind
@pytest.mark.parametrize("other", [{}, {"badge": "", "watermark": ""}, LONG], ids=["modelled", "published", "long"])
def test_nothing_overlaps_and_nothing_leaves_the_page(langs, other):
    placed = slides.layout(slide(*langs, **other))
    boxes = {
        **{f"{text.role} {i}": (text.x, text.y, text.width, text.height) for i, text in enumerate(placed.texts)},
        "picture": placed.picture,
        "qr": placed.qr,
    }
    for name, (x, y, width, height) in boxes.items():
        assert x >= 0, name
        assert y >= 0, name
        assert x + width <= slides.WIDTH, name
        assert y + height <= slides.HEIGHT, name
    for (one, a), (two, b) in combinations(boxes.items(), 2):
        apart = (
            a[0] + a[2] <= b[0] + 1e-9 or b[0] + b[2] <= a[0] + 1e-9
            or a[1] + a[3] <= b[1] + 1e-9 or b[1] + b[3] <= a[1] + 1e-9
        )  # fmt: skip
        assert apart, f"{one} and {two}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_slide_is_read_at_the_back_of_a_room(lang):
    placed = slides.layout(slide(lang))
    assert placed.text("title").sizes[0] >= 22
    assert min(text.sizes[0] for text in placed.texts if text.role in {"label", "n_areas", "n_people"}) >= 13
    assert placed.picture[3] >= 3.5


@each_kind
def test_no_note_is_left_out_however_long_the_legend(langs):
    said = tuple(words(lang, rows=words(lang).rows * 2, note=words(lang).note * 3) for lang in langs)
    placed = slides.layout(Slide("A view", langs, said, LEGEND * 2, png(), LINK, ()))
    shown = [line for text in placed.texts for line in text.lines]
    assert [each.note for each in said if each.note not in shown] == []
    end = max(text.y + text.height for text in placed.texts if text.role != "foot")
    assert end <= min(placed.text("foot").y, placed.qr[1])


def test_an_imported_view_has_its_badge_in_its_own_colour():
    own = {"badge": "Imported · our own figures, not checked by others", "watermark": "Imported · our own figures"}
    placed = slides.layout(slide("en", is_imported=True, **own))
    assert placed.text("badge").badge == palette.badge(is_imported=True)
    assert slides.layout(slide("en")).text("badge").badge == palette.badge()
    target = Presentation(io.BytesIO(slides.to_pptx([slide("en", is_imported=True, **own)], "Atlas", DAY))).slides[0]
    assert own["badge"] in texts_of(target)


def test_the_code_is_a_picture_that_grows_with_the_link():
    def side(link):
        return struct.unpack(">I", slides.qr_code(link)[16:20])[0]

    assert side(LINK) > side("http://a.b")
