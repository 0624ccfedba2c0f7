"""A sheet as an SVG file: no script, no font and no image from elsewhere; light where the viewer asks for light."""

from __future__ import annotations

from html import escape

from catlog.charts.sheet.palette import FONTS, css_variables
from catlog.charts.sheet.shapes import Box, Dot, Shape, Sheet, Stroke
from catlog.text import clean


def svg(sheet: Sheet) -> str:
    """Return the document."""
    body = "\n".join(map(_element, sheet.shapes))
    width, height = _number(sheet.width), _number(sheet.height)
    style = f"{css_variables()}text{{font-family:{FONTS};font-variant-numeric:tabular-nums}}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" aria-labelledby="title told">\n'
        f'<title id="title">{written(sheet.title)}</title>\n<desc id="told">{written(sheet.told)}</desc>\n'
        f"<style>{style}</style>\n"
        f'<rect width="100%" height="100%" fill="var(--background)"/>\n{body}\n</svg>\n'
    )


def fragment(sheet: Sheet) -> str:
    """Return the picture for a page that has the colours already."""
    body = "".join(map(_element, sheet.shapes))
    view = f"0 0 {_number(sheet.width)} {_number(sheet.height)}"
    return f'<svg viewBox="{view}" role="img" aria-label="{written(sheet.title)}. {written(sheet.told)}">{body}</svg>'


def written(text: str) -> str:
    """Return a text of any origin as characters of XML or HTML that are text and nothing else."""
    return escape(clean(text, limit=len(text) or 1), quote=True)


def _element(shape: Shape) -> str:
    if isinstance(shape, Box):
        paint = f'fill="none" stroke="var(--{shape.role})"' if shape.line else f'fill="var(--{shape.role})"'
        place = f'x="{_number(shape.x)}" y="{_number(shape.y)}"'
        size = f'width="{_number(shape.width)}" height="{_number(shape.height)}"'
        return f'<rect {place} {size} rx="{_number(shape.radius)}" {paint}/>'
    if isinstance(shape, Stroke):
        points = " ".join(f"{_number(x)},{_number(y)}" for x, y in shape.points)
        dashes = ' stroke-dasharray="2 3"' if shape.dashed else ""
        paint = f'fill="none" stroke="var(--{shape.role})" stroke-width="{_number(shape.width)}"'
        return f'<polyline points="{points}" {paint} stroke-linejoin="round"{dashes}/>'
    if isinstance(shape, Dot):
        place = f'cx="{_number(shape.x)}" cy="{_number(shape.y)}" r="{_number(shape.radius)}"'
        return f'<circle {place} fill="var(--{shape.role})"/>'
    weight = ' font-weight="600"' if shape.bold else ""
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    place = f'x="{_number(shape.x)}" y="{_number(shape.y)}" font-size="{_number(shape.size)}"'
    return f'<text {place} fill="var(--{shape.role})"{weight}{anchor}>{written(shape.text)}</text>'


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
