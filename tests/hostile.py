"""Texts that a stranger may type, upload or put into a link, and what a reader has to see: the text, no markup."""

from typing import Final

#: what each would do if it were read as Markdown, HTML, mathematics or a shortcode, and the text
TEXTS: Final = {
    "emphasis": "*a* **b** _c_ __d__ ~e~ ~~f~~",
    "code": "`a` ``b`` ```c",
    "heading": "# Title",
    "smaller heading": "### Title ###",
    "underline of a heading": "===",
    "rule": "---",
    "quotation": "> said",
    "list": "- item",
    "list with plus": "+ item",
    "list with star": "* item",
    "numbered list": "1. item",
    "another numbered list": "2024) item",
    "only a number": "7.",
    "task": "- [ ] to do",
    "table": "a | b",
    "link": "[log in](https://evil.example/login)",
    "picture": "![](https://evil.example/beacon.png)",
    "link by reference": "[a][b] [c]: https://evil.example",
    "footnote": "beds[^1]",
    "address": "see https://evil.example/login?a=1&b=2 now",
    "address in capitals": "HTTPS://EVIL.EXAMPLE",
    "address at the start": "http://evil.example",
    "address without scheme": "www.evil.example/login",
    "many w": "wwww.evil.example WWW.evil.example",
    "address in angles": "<https://evil.example>",
    "mail": "write to a.b+c@evil.example or mailto:d-e@evil.example",
    "mathematics": "$x^2$ and $$y$$",
    "money": "costs $5 and then $6",
    "TeX": r"\(x\) \[y\] \frac{1}{2}",
    "icon": ":material/home: :material_home:",
    "logo": ":streamlit:",
    "emoji": ":smile: :+1: :-1:",
    "colour": ":red[danger] :blue-badge[official] :small[x]",
    "own colour": ':color[x]{foreground="#ff0000"}',
    "directives": "::leaf[x] :::container :help[x]",
    "arrows": "a -> b <- c <-> d -- e >= f <= g ~= h --- i",
    "arrow after a break": "@-> x :-> y",
    "HTML": "<b>bold</b> <img src=x onerror=alert(1)> <!-- hidden -->",
    "script": "<script>alert(1)</script>",
    "entity": "&lt;b&gt; &amp; &copy; &#x41;",
    "backslashes": "C:\\new\\*x* \\\\ end\\",
    "time and ratio": "12:30, 1:2, a:b, 5 > 3 < 4",
    "Chinese": "（精神科）床位：每10万人 1.5 张",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "an ordinary name": "St. Mary's Hospital No. 2",
}

#: what cannot be seen, and how it is told
UNSEEN: Final = {
    "line breaks": ("a\nb\r\nc\u2028d\u2029e\x85f\x0bg", "a b c d e f g"),
    "paragraph and heading": ("a\n\n# b\n===", "a # b ==="),
    "tab and blanks": ("  a\t\tb   ", "a b"),
    "turned text": ("invoice\u202egpj.exe", "invoice‹U+202E›gpj.exe"),
    "isolates": ("\u2066a\u2069", "‹U+2066›a‹U+2069›"),
    "no width": ("Bei\u200bjing\ufeff", "Bei‹U+200B›jing‹U+FEFF›"),
    "controls": ("a\x00b\x1b[31mc\x7f", "a‹U+0000›b‹U+001B›[31mc‹U+007F›"),
    "half a character": ("a\ud800b", "a‹U+D800›b"),
    "tags": ("a\U000e0041b", "a‹U+E0041›b"),
    "joiners stay": ("a 👨\u200d👩", "a 👨\u200d👩"),
}

#: every text and what a reader sees of it
SHOWN: Final = {**{name: (text, text) for name, text in TEXTS.items()}, **UNSEEN}

#: some that Streamlit turns into something else where they are not escaped: what sees the difference would notice
TURNED: Final = ("emphasis", "address", "mail", "mathematics", "icon", "emoji", "arrows", "entity")
