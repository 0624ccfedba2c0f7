"""Strings that would drive, confuse or crash a terminal, or what draws on it: written out, and at random."""

from collections.abc import Iterator
from random import Random

ESC, BEL, ST = "\x1b", "\x07", "\x1b\\"

_CSI = r"""
2J H 1;1H 10A 10B 10C 10D K 2K 1J 3J 31m 1;5;7m 38;2;255;0;0m 48;5;1m 0m ?1049l ?1049h ?25l ?25h ?1000l ?1003h ?1006l
?2004l ?2026h ?7l ?5h ?47h 4h 20h 6n 5n c >c 0x 1;24r s u !p ?1$p 14t 18t 20t 21t 8;10;10t 9;1t 3S 3T 5L 5M 9@ 9P 9X 5b
>1u <u =1;1u ?2048h >4;2m #{ '} 200~ 201~ i 5i ?62;22c 1;1R <0;1;1M 99999999999999999999m 38;2;;;;;;;;;;m
"""
_OSC = r"""
0;TITLE 1;ICON 2;TITLE 4;1;rgb:ff/00/00 7;file://host/etc 8;;https://evil.example/ 9;notify 9;4;1;50 10;? 11;?
12;#ff0000 52;c;Q0FOQVJZ 52;p;? 52;;! 104 110 112 133;A 777;notify;a;b 1337;File=inline=1:AAAA 1337;SetUserVar=a=b
1337;RemoteHost=a@b 22;pointer 50;font 99;i=1:d=0;hello 5522;type=read 6;1;bg;red;brightness;0 L lTITLE
"""
_STRINGS = "P1$r0m P+q544e Pq#0;2;0;0;0~- _Ga=T,f=24;AAAA _Ga=d ^privacy Xstring kTITLE"
_SHORT = r"c 7 8 D E M H N O Z = > #8 #3 #6 %G %@ (0 (B )0 *0 +0 n o | } ~ l m 6 9 \ [ ] P _"
_MARKUP = r"""
[bold] [/] Re[/]zero [link=https://evil.example]x[/link] [@click=app.quit]quit[/] [@click=app.bell()]x[/] [$error]x
[[x]] \[x] [ ] [/bold] [reverse]x [rgb(1,2,3)]x [#ff0000]x [blink]x[/blink] {app.title} {0.__class__} %s%n%x ${HOME}
`id` $(id) ';DROP_TABLE <b>x</b> &lt; **x** :smile: \x1b[31m \u001b[31m &#27;[31m %1b[31m ^[[31m =cmd|'/C_calc'!A0
@SUM(1) -1+1 """
_INVISIBLE = (
    *(0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2061, 0x2064, 0x2066),
    *(0x2067, 0x2068, 0x2069, 0x206A, 0x206F, 0x061C, 0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x180E, 0x2028, 0x2029),
    *(0x3164, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFA, 0xFFFB, 0xFFFC, 0xFFFE, 0xFFFF, 0xFDD0, 0x1D173, 0xE0001, 0xE0041),
    *(0xE007F, 0xE0100, 0x1FFFE, 0x10FFFF, 0xE000, 0xF0000, 0xFE0F, 0xFE0E, 0x20E3),
)
_WIDE = (
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    *("\U0001f1ef\U0001f1f5", "\U0001f44d\U0001f3fd", "1\ufe0f\u20e3", "\u2764\ufe0f\u200d\U0001f525"),
    *("Z" + "\u0310\u0319\u0347\u0348" * 40, "a" + "\u0301" * 500, "\u0301\u0301leading", "\u0e33\u0e33\u0e33"),
    *("\u0915\u094d\u0937\u093f", "\u1100\u1161\u11a8", "\uff21\uff22\uff23", "\ufdfd", "\ufdfa", "\U00012031"),
    *("\u4e2d" * 200, "\u30ab\u3099", "\uff76\uff9e", "\u05d0\u05d1\u05d2 (abc) 123", "\u0627\u0644\u0639"),
    *("\u202eabc\u202c", "\u2067abc\u2069", "\U0001f600" * 100, "\u2500\u2502"),
    *("\u2588" * 80, "\u00a0\u2003\u3000", "\u2800" * 10, "\r\noverwritten", "\t=1"),
)
_LONG = ("x" * 10_000, f"{ESC}[" * 3_000, "[bold]" * 2_000, "a\u0301" * 5_000)


def listed() -> list[str]:
    """Return the strings written out above, each with a number in it, so that it can be found where it stands."""
    payloads = (
        *(f"{intro}{end}" for intro in (f"{ESC}[", "\x9b") for end in _CSI.split()),
        *(f"{ESC}]{body}{end}" for body in _OSC.split() for end in (BEL, ST)),
        *(f"\x9d{body}\x9c" for body in _OSC.split()),
        *(f"{ESC}{body}{end}" for body in _STRINGS.split() for end in (ST, "")),
        *(f"{ESC}{end}" for end in (*_SHORT.split(), "", ESC, " F")),
        *map(chr, (*range(0x20), *range(0x7F, 0xA0), *_INVISIBLE)),
        *_MARKUP.split(),
        *_WIDE,
        *_LONG,
    )
    return [f"{payload}a{number}{payload}" for number, payload in enumerate(payloads)]


def at_random(rng: Random, count: int) -> Iterator[str]:
    """Yield strings of any code points but surrogates, control characters and their like more often than letters."""
    kinds = ((0, 0x20), (0x7F, 0xA0), (0x20, 0x7F), (0x200B, 0x2070), (0xE0000, 0xE0080), (0x300, 0x370), (0, 0x110000))
    for _ in range(count):
        points = (rng.randrange(*rng.choice(kinds)) for _ in range(rng.randint(1, 40)))
        yield "".join(chr(point) for point in points if not 0xD800 <= point < 0xE000)


def structured(rng: Random, count: int, first: int = 0) -> Iterator[str]:
    """Yield strings that know what they attack: sequences, marks, markup and formulas in any order, cut and nested.

    Each has the sign `a` and its number, from `first` on, in its midst. Sequences that CatLog sends itself have numbers
    in them that it never sends (`FOREIGN`), so that a foreign one is recognised.
    """
    for number in range(first, first + count):
        pieces = [rng.choice(_PIECES)(rng) for _ in range(rng.choice((1, 1, 2, 3, 6)))]
        pieces.insert(rng.randrange(len(pieces) + 1), f"a{number}")
        if rng.random() < 0.1:
            pieces = [piece[: rng.randint(1, len(piece))] if piece[:1] != "a" else piece for piece in pieces]
        yield "".join(pieces)


FOREIGN = 7700
"""Numbers from here on stand in sequences of hostile strings alone: no colour, no place on a screen is that high."""


def _csi(rng: Random) -> str:
    intro, end = rng.choice((f"{ESC}[", "\x9b")), rng.choice("ABCDEFGHJKLMPSTXZ@`abcdefghlmnqrstux~{}|")
    sign = rng.choice(("", "", "?", ">", "<", "="))
    numbers = [str(rng.choice((0, 1, 5, FOREIGN + rng.randrange(200), 10**30))) for _ in range(rng.randrange(4))]
    return intro + sign + ";".join([*numbers, str(FOREIGN)]) + rng.choice(("", "", " ", "$", "'")) + end


def _known(rng: Random) -> str:
    return rng.choice((f"{ESC}[", "\x9b")) + rng.choice(_CSI.split())


def _string(rng: Random) -> str:
    body = rng.choice((*_OSC.split(), "8;id=x;https://evil.example/x", "52;c;" + "QUJD" * rng.randrange(9)))
    intro = rng.choice((f"{ESC}]", "\x9d", f"{ESC}P", "\x90", f"{ESC}_", "\x9f", f"{ESC}^", "\x9e", f"{ESC}X", "\x98"))
    return intro + body + rng.choice((BEL, ST, "\x9c", "", "\n", ESC))


def _short(rng: Random) -> str:
    return ESC + rng.choice((*_SHORT.split(), ESC, "", " F"))


def _controls(rng: Random) -> str:
    points = (*range(0x20), *range(0x7F, 0xA0), *_INVISIBLE, *range(0xE0020, 0xE0080), *range(0x202A, 0x202F))
    return "".join(chr(rng.choice(points)) for _ in range(rng.randint(1, 6)))


def _surrogates(rng: Random) -> str:
    return "".join(chr(rng.randrange(0xD800, 0xE000)) for _ in range(rng.randint(1, 3)))


def _markup(rng: Random) -> str:
    name = rng.choice(("bold", "/", "red on blue", "@click=app.quit", "@click=app.bell()", "link=https://evil.example"))
    more = (f"[{name}]x[/]", f"[{name}]", f"[/{name}]", f"\\[{name}]", f"[[{name}]]", f"[{name}", "{}[/{0}]")
    return rng.choice((*more, *more, rng.choice(_MARKUP.split())))


def _formula(rng: Random) -> str:
    return rng.choice(("=", "+", "-", "@", "\t=", "\r=", "\n@", "\uff1d")) + rng.choice(
        ("1+1", "cmd|'/C calc'!A0", 'HYPERLINK("http://evil.example")', "SUM(1)*cmd")
    )


def _marks(rng: Random) -> str:
    marks = (0x301, 0x310, 0x347, 0x20DD, 0x20E3, 0xFE0F, 0xFE0E, 0x1AB0, 0x0E33, 0x3099)
    return rng.choice("Zaé中ｶ ") + chr(rng.choice(marks)) * rng.choice((1, 2, 7, 60))


def _wide(rng: Random) -> str:
    starts = (0x1F300, 0x1F600, 0x1F900, 0x4E00, 0x7000, 0x2500, 0x2600, 0xFF00, 0x0E00, 0xAC00, 0x0400, 0x3040)
    drawn = [chr(rng.choice(starts) + rng.randrange(0x80)) for _ in range(rng.randint(1, 8))]
    return rng.choice(("", "\u200d", "\ufe0f")).join(drawn) if rng.random() < 0.7 else rng.choice(_WIDE)


def _words(rng: Random) -> str:
    return rng.choice((" the cat ", "Re:Zero", "進撃の巨人", "x" * rng.choice((1, 40, 300)), "%s {0} ${HOME}", "שלום"))


_PIECES = (_csi, _known, _string, _short, _controls, _surrogates, _markup, _formula, _marks, _wide, _words)
