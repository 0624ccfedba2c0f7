"""Strings that would drive, confuse or crash a terminal or what draws on it: written out, and at random."""

from collections.abc import Iterator
from random import Random

ESC, BEL, CSI8, OSC8, ST8 = "\x1b", "\x07", "\x9b", "\x9d", "\x9c"
_ST = f"{ESC}\\"

_CSI = (
    "2J", "H", "1;1H", "10A", "10B", "10C", "10D", "K", "2K", "1J", "3J", "31m", "1;5;7m", "38;2;255;0;0m", "48;5;1m", "0m",
    "?1049l", "?1049h", "?25l", "?25h", "?1000l", "?1003h", "?1006l", "?2004l", "?2026h", "?7l", "?5h", "?47h", "4h", "20h",
    "6n", "5n", "c", ">c", "0x", "1;24r", "s", "u", "!p", "?1$p", "14t", "18t", "20t", "21t", "8;10;10t", "9;1t", "3S", "3T",
    "5L", "5M", "9@", "9P", "9X", "5b", ">1u", "<u", "=1;1u", "?2048h", ">4;2m", "1 q", "#{", "'}", "200~", "201~", "i", "5i",
    "?62;22c", "1;1R", "<0;1;1M", "M   ", "99999999999999999999m", "38;2;;;;;;;;;;m", "\x1b[31m", "\x0031m", "1\x0b1H",
)  # fmt: skip
_OSC = (
    "0;TITLE", "1;ICON", "2;TITLE", "4;1;rgb:ff/00/00", "7;file://host/etc", "8;;https://evil.example/", "9;notify", "9;4;1;50",
    "10;?", "11;?", "12;#ff0000", "52;c;Q0FOQVJZ", "52;p;?", "52;;!", "104", "110", "112", "133;A", "777;notify;a;b", "1337;File=inline=1:AAAA",
    "1337;SetUserVar=a=b", "1337;RemoteHost=a@b", "22;pointer", "50;font", "99;i=1:d=0;hello", "5522;type=read", "6;1;bg;red;brightness;0", "L", "lTITLE",
)  # fmt: skip
_STRINGS = ("P1$r0m", "P+q544e", "Pq#0;2;0;0;0~-", "_Ga=T,f=24;AAAA", "_Ga=d", "^privacy", "Xstring", "kTITLE")
_SHORT = (
    "c", "7", "8", "D", "E", "M", "H", "N", "O", "Z", "=", ">", "#8", "#3", "#6", "%G", "%@", "(0", "(B", ")0", "*0", "+0", "n", "o",
    "|", "}", "~", " F", " G", "l", "m", "6", "9", "\\", "", ESC, "[", "]", "P", "_",
)  # fmt: skip
_MARKUP = (
    "[bold red]", "[/]", "Re[/]zero [bold", "[link=https://evil.example]x[/link]", "[@click=app.quit]quit[/]", "[@click=app.bell()]x[/]", "[$error]x",
    "[[x]]", "\\[x]", "[", "]", "[/bold]", "[on red]", "[reverse]x", "[rgb(1,2,3)]x", "[#ff0000]x", "[blink]x[/blink]", "[not bold]", "{app.title}",
    "{0.__class__}", "%s%n%x", "${HOME}", "`id`", "$(id)", "'; DROP TABLE User; --", "<b>x</b>", "&lt;", "**x**", "# x", ":smile:", "\\x1b[31m", "\\u001b[31m",
    "&#27;[31m", "%1b[31m", "^[[31m", "=cmd|' /C calc'!A0", "@SUM(1)", "-1+1", "\t=1",
)  # fmt: skip
_INVISIBLE = (
    "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2060", "\u2061", "\u2062", "\u2063", "\u2064",
    "\u2066", "\u2067", "\u2068", "\u2069", "\u206a", "\u206f", "\u061c", "\u00ad", "\u034f", "\u115f", "\u1160", "\u17b4", "\u180e", "\u2028", "\u2029",
    "\u3164", "\ufeff", "\uffa0", "\ufff9", "\ufffa", "\ufffb", "\ufffc", "\ufffe", "\uffff", "\ufdd0", "\U0001d173", "\U000e0001", "\U000e0041",
    "\U000e007f", "\U000e0100", "\U0001fffe", "\U0010ffff", "\ue000", "\U000f0000", "\ufe0f", "\ufe0e", "\u20e3",
)  # fmt: skip
_WIDE = (
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\U0001f1ef\U0001f1f5", "\U0001f44d\U0001f3fd", "1\ufe0f\u20e3", "\u2764\ufe0f\u200d\U0001f525", "\U0001f9d1\u200d\U0001f680",
    "Z" + "\u0310\u0319\u0347\u0348" * 40, "a" + "\u0301" * 500, "\u0301\u0301leading", "\u0e33\u0e33\u0e33", "\u0915\u094d\u0937\u093f", "\u1100\u1161\u11a8",
    "\uff21\uff22\uff23", "\ufdfd", "\ufdfa", "\U00012031", "\u4e2d" * 200, "\u30ab\u3099", "\uff76\uff9e", "\u05d0\u05d1\u05d2 (abc) 123", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "\u202eabc\u202c", "\u2067abc\u2069", "\U0001f600" * 100, "\u2500\u2502\u256d\u256e\u2570\u256f", "\u2588" * 80, "\u00a0\u2003\u3000", "\u2800" * 10,
)  # fmt: skip


def listed() -> list[str]:
    """Return the strings written out above, each with words around it, so that it stands where people would see it."""
    payloads = [
        *(f"{ESC}[{end}" for end in _CSI),
        *(f"{CSI8}{end}" for end in _CSI),
        *(f"{ESC}]{body}{BEL}" for body in _OSC),
        *(f"{ESC}]{body}{_ST}" for body in _OSC),
        *(f"{OSC8}{body}{ST8}" for body in _OSC),
        *(f"{ESC}{body}{_ST}" for body in _STRINGS),
        *(f"{ESC}{body}" for body in _STRINGS),
        *(f"{ESC}{end}" for end in _SHORT),
        *(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))),
        *_MARKUP,
        *_INVISIBLE,
        *_WIDE,
        "\r\noverwritten",
        "x" * 10_000,
        "\x1b[" * 3_000,
        "[bold]" * 2_000,
        "a\u0301" * 5_000,
    ]
    return [f"{payload}a{number}{payload}" for number, payload in enumerate(payloads)]


def at_random(rng: Random, count: int) -> Iterator[str]:
    """Yield strings of any code points but surrogates, control characters and their like more often than letters."""
    kinds = ((0, 0x20), (0x7F, 0xA0), (0x20, 0x7F), (0x200B, 0x2070), (0xE0000, 0xE0080), (0x300, 0x370), (0, 0x110000))
    for _ in range(count):
        points = (rng.randrange(*rng.choice(kinds)) for _ in range(rng.randint(1, 40)))
        yield "".join(chr(point) for point in points if not 0xD800 <= point < 0xE000)
