"""The rules of text: what a user sees is a message id with a Chinese translation, or it is no words at all."""

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from mhgis import i18n, paths
from scripts.catalogue import CATALOGUE, KEYWORDS, arranged, uses

#: how the message ids are marked; `ngettext(lang, singular, plural, n)`
MARKS = frozenset(KEYWORDS)

#: names that are the same in both languages
NEUTRAL = frozenset(
    {
        "mhgis",
        "CSV",
        "XLSX",
        "GeoJSON",
        "GeoPackage",
        "Parquet",
        "PNG",
        "SVG",
        "PDF",
        "PPTX",
        "DuckDB",
        "URL",
        "DOI",
        "km",
    }
)

_SHOWING = """
title header subheader markdown caption text latex badge info warning error success toast html button download_button
link_button form_submit_button checkbox toggle radio selectbox multiselect slider select_slider text_input number_input
text_area date_input file_uploader segmented_control pills expander popover status spinner dialog tabs menu_button
Column TextColumn NumberColumn ProgressColumn CheckboxColumn LinkColumn
set_title set_xlabel set_ylabel suptitle set_label figtext annotate
"""
#: calls that show text, and how many of their positional arguments are text
SHOWING = {**dict.fromkeys(_SHOWING.split(), 1), "write": 9, "metric": 3}

_TEXT_KEYWORDS = """
label help placeholder caption page_title title_text xaxis_title yaxis_title hovertemplate texttemplate ticktext
xlabel ylabel suptitle legend_title legendgrouptitle_text
"""
#: keywords whose value is text wherever they stand
TEXT_KEYWORDS = frozenset(_TEXT_KEYWORDS.split())
#: keywords whose value is text in a call of `SHOWING`, of `st.Page` or in a figure
SHOWN_KEYWORDS = frozenset({"title", "body", "text", "delta", "prefix", "suffix", "name"})

MARKUP = re.compile(
    r"<style>.*?</style>|%\{[^}]*\}|\{[^}]*\}|%[-+ 0-9.]*[a-z]|<[^>]*>|:material/\w+:|:\w+(?:-background|-badge)?\[|"
    r"&#?\w+;|https?://\S+",
    re.DOTALL,
)
WORD = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")

JS_SHOWN = re.compile(
    r"""(?:\.(?:textContent|innerText|innerHTML|title|ariaLabel|placeholder|alt)\s*\+?=|"""
    r"""setAttribute\(\s*["'](?:aria-label|title|alt)["']\s*,)\s*(["'`])(?P<text>.*?)\1"""
)


def words(text: str) -> list[str]:
    """Return the words a reader would have to understand: without markup, placeholders and neutral names."""
    return [word for word in WORD.findall(MARKUP.sub(" ", text)) if word not in NEUTRAL]


def _parts(node: ast.expr, names: dict[str, list[ast.expr]]) -> list[ast.expr]:
    """Return the expressions whose text becomes text of `node`; none for a call, for that is where `_()` stands."""
    match node:
        case ast.JoinedStr(values=parts):
            return [part.value for part in parts if isinstance(part, ast.FormattedValue)]
        case ast.BoolOp(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            return parts
        case ast.BinOp(left=first, right=second) | ast.IfExp(body=first, orelse=second):
            return [first, second]
        case ast.Call(func=ast.Attribute(value=receiver, attr="format" | "join" | "upper" | "capitalize")):
            return [receiver]
        case ast.Name(id=name):
            return names.get(name, [])
    return []


def literals(node: ast.expr, names: dict[str, list[ast.expr]]) -> Iterator[tuple[int, str]]:
    """Yield line and text of the string literals that `node` may show, not of those marked for translation."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    if isinstance(node, ast.JoinedStr):
        # whole, for markup may open before a placeholder and close after it
        yield node.lineno, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    for part in _parts(node, names):
        # a name stands for what it was given, once: `a = a + "x"` would never end
        yield from literals(part, {} if isinstance(node, ast.Name) else names)


def _shown(call: ast.Call, *, figure: bool) -> Iterator[ast.expr]:
    """Yield the arguments of a call that a user will read."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    # what a log is told is for maintainers
    is_log = ast.unparse(call.func).startswith("_log.")
    if name in MARKS or is_log:
        return
    yield from call.args[: SHOWING.get(name, 0)]
    if figure and name in {"text", "fig_text"}:
        yield from call.args
    for keyword in call.keywords:
        in_context = keyword.arg in SHOWN_KEYWORDS and (name in SHOWING or name == "Page" or figure)
        if keyword.arg in TEXT_KEYWORDS or in_context:
            yield keyword.value


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


def unmarked_in_python(path: Path, name: str) -> list[str]:
    """Return the literals of one file that are shown without having been marked."""
    tree = ast.parse(path.read_text("utf-8"), name)
    names = _assigned(tree)
    figure = name.startswith("mhgis/figures/") or name.endswith("_pdf.py")
    faults = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        for argument in _shown(call, figure=figure):
            for line, text in literals(argument, names):
                if words(text):
                    faults.add(f"{name}:{line}: {text!r} is shown without _()")
    return sorted(faults)


def unmarked_in_script(path: Path, name: str) -> list[str]:
    """Return the literals a browser script shows: its text must come from Python, translated."""
    faults = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        code = line.split("//")[0]
        shown = [m["text"] for m in JS_SHOWN.finditer(code)] + (CHINESE.findall(code) and [code.strip()])
        faults += [f"{name}:{number}: {text!r} is shown without translation" for text in shown if words(text)]
    return faults


def screen_files(root: Path) -> list[Path]:
    """Return the files that make what a user reads."""
    folders = [root / "pages", root / "mhgis" / "ui", root / "mhgis" / "figures"]
    found = [p for folder in folders for p in folder.rglob("*") if p.suffix in {".py", ".js"}]
    return sorted([*found, *root.glob("mhgis/exports/*_pdf.py"), *root.glob("app.py")])


def unmarked(root: Path) -> list[str]:
    """Return every literal under `root` that a user would see and nobody could translate."""
    faults = []
    for path in screen_files(root):
        name = path.relative_to(root).as_posix()
        faults += unmarked_in_python(path, name) if path.suffix == ".py" else unmarked_in_script(path, name)
    return faults


def message_ids(root: Path) -> dict[str, str]:
    """Return the message ids marked in the code under `root`, each with the place it was first seen."""
    return {message: f"{use.file}:{use.line}" for message, use in uses(root).items()}


def out_of_order(root: Path) -> list[str]:
    """Return the lines of the catalogue that do not stand where `make catalogue` puts them."""
    text = (root / CATALOGUE).read_text("utf-8")
    wrong = [
        f"{CATALOGUE.name}:{number}: {line or 'an empty line'} does not stand in its place: make catalogue"
        for number, (line, right) in enumerate(zip_longest(text.split("\n"), arranged(text, uses(root)).split("\n")), 1)
        if line != right
    ]
    return wrong[:1]


def catalogue(root: Path) -> Catalog:
    """Read the Chinese catalogue under `root`."""
    with (root / CATALOGUE).open("rb") as file:
        return read_po(file, locale="zh")


def duplicates(root: Path) -> list[str]:
    """Return the message ids that stand more than once in the catalogue; reading it would silently keep one."""
    entries = re.findall(r'^msgid ((?:".*"\n)+)', (root / CATALOGUE).read_text("utf-8") + "\n", re.MULTILINE)
    ids = ["".join(ast.literal_eval(line) for line in io.StringIO(entry)) for entry in entries]
    return sorted(
        f"{CATALOGUE.name}: {one!r} stands there {ids.count(one)} times" for one in set(ids) if ids.count(one) > 1
    )


def _faults_of_entry(message: str, translations: list[str], *, fuzzy: bool) -> Iterator[str]:
    if fuzzy:
        yield f"{message!r} is marked fuzzy"
    for translation in translations:
        if not translation:
            yield f"{message!r} has no translation"
        elif sorted(PLACEHOLDER.findall(message)) != sorted(PLACEHOLDER.findall(translation)):
            yield f"{message!r} has other placeholders than {translation!r}"
        elif words(message) and not CHINESE.search(translation):
            yield f"{message!r} is not Chinese: {translation!r}"


def catalogue_faults(root: Path) -> list[str]:
    """Return what is wrong between the message ids of the code and the Chinese catalogue, one line each."""
    used = message_ids(root)
    faults = duplicates(root)
    known = {}
    for entry in catalogue(root):
        message = entry.id if isinstance(entry.id, str) else entry.id[0]
        known[message] = entry
        translations = [entry.string] if isinstance(entry.string, str) else list(entry.string)
        if message:
            faults += _faults_of_entry(message, translations, fuzzy=entry.fuzzy)
    faults += [
        f"{place}: {message!r} is not in the catalogue" for message, place in used.items() if message not in known
    ]
    return faults + [f"{message!r} is used nowhere" for message in known if message and message not in used]


#: a message of so many words is told apart from data even inside a longer line
PHRASE_WORDS = 4


@cache
def _other_language(lang: i18n.Language, root: Path) -> list[tuple[str, tuple[str, ...], bool]]:
    """Return what must not be read in `lang`: each text of the other one, its fixed parts, and if it is a phrase."""
    found = []
    for entry in catalogue(root):
        foreign = (entry.id if lang == "zh" else entry.string) or ""
        for one in [foreign] if isinstance(foreign, str) else foreign:
            fixed = PLACEHOLDER.sub("", one)
            size = len(WORD.findall(fixed) if lang == "zh" else CHINESE.findall(fixed))
            # one small word between placeholders, as in "{a} to {b}", stands in any data
            if words(fixed) and (size > 1 or len(PLACEHOLDER.findall(one)) < 2):
                found.append((one, tuple(PLACEHOLDER.split(one)), size >= PHRASE_WORDS))
    return found


def _end_of(parts: tuple[str, ...], line: str) -> int:
    """Return where parts end that stand in a line in order, something between each two; -1 if they do not."""
    at = 0
    for n, part in enumerate(parts):
        found = line.find(part, at + bool(n))
        if found < 0 or at + bool(n) > len(line):
            return -1
        at = found + len(part)
    return at


def _is_whole(parts: tuple[str, ...], line: str) -> bool:
    """Say whether a line is nothing but parts with something between each two."""
    if len(parts) == 1:
        return line == parts[0]
    first, *middle, last = parts
    inside = line[len(first) : len(line) - len(last)]
    if not line.startswith(first) or not line.endswith(last) or len(line) < len(first) + len(last) + 1:
        return False
    return _end_of(("", *middle, ""), inside) >= 0


def untranslated(text: str, lang: i18n.Language, root: Path = paths.ROOT) -> list[str]:
    """
    Return the messages that a page in `lang` shows in the other language.

    A line that is a message of the other language counts, and a message of four words (in Chinese: characters) or more
    wherever it stands. Names of areas, titles of sources and other data do not: they are no messages.
    """
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines()))
    return [
        foreign
        for foreign, parts, is_phrase in _other_language(lang, root)
        if max(parts, key=len) in text
        and any(_is_whole(parts, line) or (is_phrase and _end_of(parts, line) >= 0) for line in lines)
    ]
