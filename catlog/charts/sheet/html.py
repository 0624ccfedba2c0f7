"""The statistics as one page of HTML: tables with lines, no script, nothing from elsewhere, light or dark as asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from catlog.charts.apart import shown_differences
from catlog.charts.cards import Card, cards, year_cards
from catlog.charts.gallery import CHARTS, YEAR_CHARTS
from catlog.charts.overview import NAMES, present
from catlog.charts.records import Fact, day_name, gap_sentences, highlight_facts, record_facts
from catlog.charts.sheet import panels
from catlog.charts.sheet.palette import FONTS, STATUS_ROLES, css_variables
from catlog.charts.sheet.panels import Place, Row, speaks_of
from catlog.charts.sheet.shapes import Sheet
from catlog.charts.sheet.stats_sheet import group_rows, rating_rows, rating_words
from catlog.charts.sheet.svg import fragment, written
from catlog.charts.stats_page import SOURCES
from catlog.statistics.coverage import Share
from catlog.statistics.groups import Group, Measure, ordered
from catlog.statistics.overview import Overview
from catlog.statistics.ratings import Comparison
from catlog.statistics.report import Statistics
from catlog.statistics.review import Review
from catlog.statistics.watched import format_duration

_GROUPS = 20
_WIDE, _HALF = 1120, 540

_STYLE = f"""{css_variables()}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--background);color:var(--foreground);font:16px/1.5 {FONTS}}}
main{{max-width:1200px;margin:0 auto;padding:2rem 1rem}}
h1{{color:var(--bright);font-size:1.9rem;margin:0 0 1.2rem}}
h2{{color:var(--bright);font-size:1.05rem;margin:0;display:flex;justify-content:space-between;gap:1rem;
border-bottom:1px solid var(--line);padding-bottom:.4rem}}
h2 small,.dim,footer,caption{{color:var(--dim);font-weight:400;font-size:.85rem}}
.cards{{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:1rem;margin:0 0 2rem;padding:0}}
.cards div{{background:var(--raised);border-radius:8px;padding:.8rem 1rem}}
.cards dt{{color:var(--dim);font-size:.85rem}}
.cards dd{{margin:0}}
.cards b{{color:var(--bright);font-size:1.8rem;line-height:1.3;display:block}}
.panels{{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(30rem,100%),1fr));gap:2.2rem}}
.wide{{grid-column:1/-1}}
section svg{{width:100%;height:auto;margin-top:.8rem;display:block}}
.scroll{{overflow-x:auto}}.scroll svg{{min-width:44rem}}
table{{width:100%;border-collapse:collapse;margin-top:.6rem;font-variant-numeric:tabular-nums}}
th{{font-weight:400;text-align:left}}td,th{{padding:.14rem .4rem .14rem 0;vertical-align:middle}}
thead th{{color:var(--dim);font-size:.8rem}}
.n{{text-align:right;white-space:nowrap}}.s{{color:var(--bright);font-weight:600}}
.bar{{width:55%}}.bar i{{display:block;height:3px;border-radius:2px;min-width:2px;background:var(--chart)}}
.stack{{display:flex;gap:2px;height:5px;margin-top:1rem}}.stack i{{border-radius:2px;min-width:2px}}
dl.facts{{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1.5rem;margin:.6rem 0 0}}
.facts dt{{color:var(--dim)}}.facts dd{{margin:0}}
p{{margin:.5rem 0 0}}footer{{margin-top:2.5rem}}
.off{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
@media print{{body{{background:none}}}}"""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def list_page(figures: Statistics, username: str, today: date, *, by: Measure = "count") -> str:
    """Return the page of a whole list."""
    seen = figures.ratings
    ratings = _table(rating_rows(figures), "rating", rating_words(figures))
    parts = [
        _section("calendar", figures, by, _calendar(figures), wide=True),
        _section("status", figures, by, _statuses(figures.overview)),
        _section("ratings", figures, by, ratings if seen.rated else ""),
        _section("genres", figures, by, _groups(figures.genres, by, figures.coverage.genres, "genre")),
        _section("studios", figures, by, _groups(figures.studios, by, figures.coverage.studios, "studio")),
        _section("activity", figures, by, _months(figures)),
        _section("apart", figures, by, _apart(seen.against) if seen.against is not None else ""),
        _section("records", figures, by, _facts(record_facts(figures.records, today))),
    ]
    gaps = "".join(f"<p>{written(words)}</p>" for words in gap_sentences(figures.coverage))
    parts.append(f"<section><h2>Gaps</h2>{gaps}</section>" if gaps else "")
    title = f"{username}: anime statistics, {day_name(today)} {today.year}"
    return _page(title, cards(figures), parts, "")


def year_page(figures: Statistics, username: str) -> str:
    """Return the page of the year that the figures were loaded for."""
    review = figures.review
    genres = [Row(one.name, one.titles, f"{one.titles:,}") for one in review.genres]
    foot = speaks_of(Share(review.with_genres, review.finished), 0)
    parts = [
        _section("calendar", figures, "count", _calendar(figures), wide=True),
        _section("best", figures, "count", _best(review)),
        _section("finished", figures, "count", _table(genres, "genre", foot) if genres else ""),
        _section("activity", figures, "count", _months(figures) if review.episodes else ""),
        _section("highlights", figures, "count", _facts(highlight_facts(review))),
    ]
    return _page(f"{username}: {review.year} in anime", year_cards(figures), parts, SOURCES)


def _page(title: str, shown: Sequence[Card], parts: Sequence[str], foot: str) -> str:
    numbers = "".join(
        f"<div><dt>{written(card.title)}</dt><dd><b>{written(card.number or '-')}</b>"
        f'<span class="dim">{written(card.fact)}</span></dd></div>'
        for card in shown
    )
    body = "\n".join(part for part in parts if part)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{written(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{written(title)}</h1>\n<dl class="cards">{numbers}</dl>\n<div class="panels">\n{body}\n</div>\n'
        f"<footer>{written(foot)}{' ' if foot else ''}Made by CatLog.</footer>\n</main>\n</body>\n</html>\n"
    )


def _section(name: str, figures: Statistics, by: Measure, content: str, *, wide: bool = False) -> str:
    """Return a panel; "" where there is nothing in it."""
    chart = (CHARTS | YEAR_CHARTS)[name]
    fact = chart.fact(figures, by)
    small = f"<small>{written(fact)}</small>" if fact else ""
    kind = ' class="wide"' if wide else ""
    return f"<section{kind}><h2>{written(chart.heading)}{small}</h2>{content}</section>" if content else ""


def _table(rows: Sequence[Row], what: str, foot: str, number: str = "") -> str:
    full = max((row.value for row in rows), default=0) or 1
    lines = []
    for row in rows:
        line = f'<i style="width:{100 * row.value / full:.1f}%"></i>' if row.value > 0 else ""
        last = f'<td class="n dim">{written(row.number)}</td>' if number else ""
        lines.append(
            f'<tr><th scope="row">{written(row.name)}</th><td class="bar">{line}</td>'
            f'<td class="n s">{written(row.count)}</td>{last}</tr>'
        )
    heads = f'<th scope="col">{what}</th><td></td><th scope="col" class="n">titles</th>'
    heads += f'<th scope="col" class="n">{number}</th>' if number else ""
    under = f'<p class="dim">{written(foot)}</p>' if foot else ""
    body = "".join(lines)
    return f'<table><thead class="off"><tr>{heads}</tr></thead><tbody>{body}</tbody></table>{under}'


def _groups(groups: Sequence[Group], by: Measure, of: Share, what: str) -> str:
    rows = group_rows(groups, by, _GROUPS)
    more = len(ordered(groups, by)) - len(rows)
    return _table(rows, what, speaks_of(of, more), "rated" if by == "mean" else "my mean") if rows else ""


def _statuses(figures: Overview) -> str:
    there = present(figures)
    stack = "".join(f'<i style="flex:{one.titles};background:var(--{STATUS_ROLES[one.status]})"></i>' for one in there)
    lines = []
    for one in there:
        ahead = format_duration(one.seconds_ahead) if one.seconds_ahead else ""
        watched = format_duration(one.seconds) if one.seconds else ""
        lines.append(
            f'<tr><th scope="row"><span style="color:var(--{STATUS_ROLES[one.status]})" aria-hidden="true">'
            f'&#9679;</span> {NAMES[one.status]}</th><td class="n s">{one.titles:,}</td>'
            f'<td class="n dim">{one.titles / figures.titles:.0%}</td><td class="n dim">{watched}</td>'
            f'<td class="n dim">{ahead}</td></tr>'
        )
    heads = "".join(f'<th scope="col" class="n">{name}</th>' for name in ("titles", "share", "watched", "ahead"))
    rate = figures.completion_rate
    under = "" if rate is None else f'<p class="dim">{100 * rate:.1f} % of what was begun is completed</p>'
    return (
        f'<div class="stack" aria-hidden="true">{stack}</div><table><thead><tr><td></td>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>{under}"
    )


def _calendar(figures: Statistics) -> str:
    if not figures.activity.days:
        return ""
    seen = figures.activity
    sheet = Sheet("Calendar", _WIDE, told=f"{seen.changes} changes on {len(seen.days)} days")
    sheet.height = panels.calendar(sheet, Place(0, 0, _WIDE), seen) + 4
    return f'<div class="scroll">{fragment(sheet)}</div>'


def _months(figures: Statistics) -> str:
    if not figures.activity.days:
        return ""
    told = ", ".join(f"{month.month} {month.episodes}" for month in figures.activity.months)
    sheet = Sheet("Episodes a month", _HALF, told=told)
    sheet.height = panels.months(sheet, Place(0, 4, _HALF), figures.activity, height=150) + 4
    return fragment(sheet)


def _apart(figures: Comparison) -> str:
    higher, lower = shown_differences(figures, 13)
    lines = "".join(
        f'<tr><th scope="row">{written(one.title)}</th><td class="n s">{one.rating}</td>'
        f'<td class="n">{one.score:.2f}</td><td class="n dim">{one.difference:+.2f}</td></tr>'
        for one in (*higher, *lower)
    )
    heads = "".join(f'<th scope="col" class="n">{name}</th>' for name in ("mine", "MAL", "apart"))
    way = "above" if figures.mean_difference > 0 else "below"
    words = f"on average {abs(figures.mean_difference):.2f} {way} MAL, over {figures.titles:,} titles"
    table = f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{lines}</tbody></table>"
    return f'{table}<p class="dim">{words}</p>' if lines else ""


def _best(review: Review) -> str:
    lines = "".join(
        f'<tr><td class="n s">{one.rating}</td><th scope="row">{written(one.title)}</th>'
        f'<td class="n dim">{f"MAL {one.score:.2f}" if one.score else ""}</td></tr>'
        for one in review.best
    )
    return f"<table><tbody>{lines}</tbody></table>" if lines else ""


def _facts(facts: Sequence[Fact]) -> str:
    lines = "".join(
        f"<dt>{written(label)}</dt><dd>{written(title)}{', ' if title else ''}{written(figure)}</dd>"
        for label, title, figure in facts
    )
    return f'<dl class="facts">{lines}</dl>' if lines else ""
