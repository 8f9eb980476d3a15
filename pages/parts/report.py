"""Cards as files to send on: one HTML page without any request, or Markdown for a chat or a mail.

The same cards that a page shows: same sentences, same numbers. What a link would lead to is not in
a file, so links become their words. Everything that records say is inert in both.
"""

import base64
import gzip
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from markdown_it import MarkdownIt

from pages.parts.card import Card, Cell, Grid, Lead, Table, Tile, ToIncident
from pages.parts.downloads import in_words, plain
from pages.parts.figures.over_time import course
from pages.parts.palette import Palette
from pages.parts.wording.numbers import day, literal

#: Directives of Streamlit's Markdown that no other program knows: icons and colours.
DIRECTIVE = re.compile(r":material/\w+:|:\w+(?:-background)?\[([^\[\]]*)\]")
#: Rows of a list in a file that is read; the workbook has all of them.
MOST_ROWS = 100
#: Rows of a list that a message tells.
ROWS_IN_A_MESSAGE = 3
#: A pipe ends a cell of a Markdown table, a line end its row.
IN_A_CELL = str.maketrans({"|": "\\|", "\n": " ", "\r": " "})
#: The library that draws the figures, packed: browsers unpack it, and the file can be mailed.
START = """
<script type="application/octet-stream" id="library">{library}</script>
<script>
const packed = Uint8Array.from(
  atob(document.getElementById("library").textContent), sign => sign.charCodeAt(0));
new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")))
  .text().then(code => {{
    const library = document.createElement("script");
    library.textContent = code;
    document.head.append(library);
    for (const place of document.querySelectorAll("[data-figure]")) {{
      const figure = JSON.parse(place.querySelector("script").textContent);
      figure.layout.width = undefined;
      Plotly.newPlot(
        place, figure.data, figure.layout, {{displayModeBar: false, responsive: true}});
    }}
  }});
</script>
"""
STYLE = """
:root { --text: TEXT; --faint: FAINT; --grid: GRID; --ground: GROUND; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: var(--text);
  background: var(--ground);
  font: 15px/1.5 "Source Sans", "Segoe UI", system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 0; }
section { border: 1px solid var(--grid); border-radius: .5rem; padding: 1rem; margin: 1rem 0;
  break-inside: avoid; overflow-x: auto; }
.basis, .about, figcaption { color: var(--faint); font-size: .85rem; margin: .2rem 0 .6rem; }
figure { margin: 0; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--grid);
  vertical-align: top; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .5rem; }
.tiles div { border-left: 3px solid var(--grid); padding-left: .5rem; }
.tiles b { display: block; font-size: 1.15rem; }
.tiles span { color: var(--faint); font-size: .8rem; }
.tiles svg { display: block; width: 100%; height: 1.2rem; }
@media print { body { margin: 0; } }
"""
#: For a few sheets of A4: figures keep the size in which the screen drew them, so the page is as
#: wide on both and made smaller as a whole.
ON_SHEETS = """
body { max-width: 66rem; }
main { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem; align-items: start;
  grid-auto-flow: row dense; }
section { margin: 0; padding: .6rem .8rem; grid-column: 1 / -1; min-width: 0; }
section.half { grid-column: auto; height: calc(100% - 1.2rem); }
section:first-child { border: none; padding: 0; }
h1 { margin: 0 0 .2rem; } p { margin: .2rem 0; } table { font-size: .8rem; line-height: 1.35; }
@page { size: A4; margin: 10mm 10mm 14mm;
  @bottom-left { content: "Aftermath"; font: 8pt system-ui; color: FAINT; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui;
    color: FAINT; } }
@media screen and (max-width: 50rem) { section.half { grid-column: 1 / -1; } }
@media print { body { width: 66rem; zoom: .68; padding: 0; } }
"""
#: Nothing may be fetched, whatever a record says; scripts and styles are those of the file.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
)


def as_html(
    title: str,
    about: Mapping[str, str],
    cards: Sequence[Card],
    *,
    colours: Palette,
    on_sheets: bool = False,
) -> str:
    """The cards as one HTML page that fetches nothing.

    Args:
        title: of the page.
        about: what is said of all of them: period, filters, the moment looked from.
        colours: that the figures were drawn with.
        on_sheets: whether it is laid out for a few sheets of paper: two columns, small.
    """
    facts = html.escape(facts_line(about))
    sections = "\n".join(map(_section, cards))
    drawn = any(card.figure is not None for card in cards)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)} · Aftermath</title>"
        f"<style>{_style(colours, on_sheets=on_sheets)}</style></head><body>"
        f'<h1>{html.escape(title)}</h1><p class="about">{facts}</p>\n<main>{sections}</main>\n'
        f"{START.format(library=_library()) if drawn else ''}</body></html>\n"
    )


def as_markdown(title: str, about: Mapping[str, str], cards: Sequence[Card]) -> str:
    """The cards as Markdown: findings, bases and tables; of a figure what it shows, in words."""
    lines = [f"# {title}", "", _escaped(facts_line(about))]
    for card in cards:
        lines += _markdown_card(card)
    return "\n".join(lines) + "\n"


def _markdown_card(card: Card) -> list[str]:
    lines = ["", f"## {_words(card.title)}"] if card.title else [""]
    lines += [f"_{_words(card.basis)}_"] if card.basis else []
    lines += [line for text in card.lines for line in ("", _words(text))]
    lines += ["", f"Figure: {_words(card.alt)}"] if card.figure is not None else []
    for table in _tables(card):
        lines += ["", *_markdown_table(table)]
    lines += [line for note in card.notes for line in ("", _words(note))]
    for further in card.behind.values():
        lines += _markdown_card(further)
    return lines


def _section(card: Card) -> str:
    parts = [f"<h2>{_inline(card.title)}</h2>"] if card.title else []
    parts += [f'<p class="basis">{_inline(card.basis)}</p>'] if card.basis else []
    parts += [f"<p>{_inline(line)}</p>" for line in card.lines]
    if card.figure is not None:
        parts.append(_figure(card.figure, card.alt))
    if card.tiles:
        parts.append(f'<div class="tiles">{"".join(map(_tile, card.tiles))}</div>')
    parts += map(_html_table, (*card.tables, *map(_of_grid, card.grids)))
    parts += [f'<p class="basis">{_inline(note)}</p>' for note in card.notes]
    further = "".join(map(_section, card.behind.values()))
    is_half = card.figure is not None and not card.tables and not card.grids
    width = "half" if is_half else "whole"
    return f'<section class="{width}">{"".join(parts)}</section>{further}'


def _tables(card: Card) -> list[Table]:
    """Tiles, tables and grids alike as tables: a file has no room beside a number."""
    tiles = tuple(
        {"": literal(tile.label), "Now": literal(tile.value), "Beside": literal(tile.beside)}
        for tile in card.tiles
    )
    return [
        *([Table(tiles, alt=card.title)] if tiles else []),
        *card.tables,
        *map(_of_grid, card.grids),
    ]


def _tile(tile: Tile) -> str:
    label, value, beside = map(html.escape, map(plain, (tile.label, tile.value, tile.beside)))
    drawn = course(tile.course, bars=tile.bars, colour="currentColor") if tile.course else ""
    return f"<div>{label}<b>{value}</b><span>{beside}{drawn}</span></div>"


def _of_grid(grid: Grid) -> Table:
    """The first rows of a grid, and how many it has; the workbook holds all."""
    shown = grid.rows.head(MOST_ROWS)
    rows = tuple(
        {grid.names.get(str(name), str(name)): _written(cell) for name, cell in row.items()}
        for row in shown.to_dict("records")
    )
    more = f"the first {len(shown):,} of {grid.total:,}" if grid.total > len(shown) else ""
    return Table(rows, alt=grid.alt, basis=more)


def _written(cell: Any) -> Cell:
    if isinstance(cell, Lead | ToIncident):
        return cell
    if pd.isna(cell):
        return ""
    if isinstance(cell, pd.Timestamp):
        return day(cell)
    return literal(cell) if isinstance(cell, str) else str(cell)


def _figure(figure: go.Figure, alt: str) -> str:
    """A figure as the numbers that the page draws it from, and what it shows in words."""
    drawn = json.loads(figure.to_json())
    for trace in drawn["data"]:
        trace.pop("ids", None)
    text = json.dumps(drawn).replace("<", "\\u003c")
    height = figure.layout.height or 300
    return (
        f'<figure role="img" aria-label="{html.escape(alt)}">'
        f'<div data-figure style="height:{height}px">'
        f'<script type="application/json">{text}</script></div></figure>'
    )


def _html_table(table: Table) -> str:
    title = f"<p><strong>{_inline(table.title)}</strong></p>" if table.title else ""
    basis = f'<p class="basis">{_inline(table.basis)}</p>' if table.basis else ""
    head = "".join(f"<th>{html.escape(name)}</th>" for name in _columns(table))
    rows = "".join(
        "<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row.values()) + "</tr>"
        for row in table.rows
    )
    return f"{title}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{basis}"


def _markdown_table(table: Table) -> list[str]:
    names = _columns(table)
    lines = [f"**{_words(table.title)}**", ""] if table.title else []
    lines += [_row(names), _row("---" for _ in names)]
    for row in table.rows:
        lines.append(_row(c if isinstance(c, str) else _escaped(c.text) for c in row.values()))
    return [*lines, *([f"_{_words(table.basis)}_"] if table.basis else [])]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_words(cell).translate(IN_A_CELL) for cell in cells)} |"


def _columns(table: Table) -> list[str]:
    return list(table.rows[0]) if table.rows else []


def _cell(cell: Cell) -> str:
    return _inline(cell) if isinstance(cell, str) else html.escape(cell.text)


def _words(markdown: str) -> str:
    """Markdown of Streamlit as Markdown of any program, links as their words."""
    linkless = re.sub(r"\[((?:\\.|[^\]\\])*)\]\([^)]*\)", r"\1", markdown)
    return DIRECTIVE.sub(lambda match: match[1] or "", linkless).strip()


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", text)


def _inline(markdown: str) -> str:
    """A line of Markdown as HTML; tags of a record stay text."""
    rendered: str = _markdown().renderInline(_words(markdown))
    return rendered


def _style(colours: Palette, *, on_sheets: bool) -> str:
    style = (
        (STYLE + ON_SHEETS * on_sheets)
        .replace("GROUND", colours.ground)
        .replace("TEXT", colours.text)
    )
    return style.replace("FAINT", colours.faint).replace("GRID", colours.grid)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])


@cache
def _library() -> str:
    from plotly.offline import get_plotlyjs

    return base64.b64encode(gzip.compress(get_plotlyjs().encode(), mtime=0)).decode()


def summary(cards: Sequence[Card]) -> str:
    """The findings alone, a line each, as a message in a chat takes them.

    A card that is a list and nothing else tells its first rows.
    """
    return "\n".join(
        f"• {plain(_words(card.title))}{_listed(card)}" for card in cards if card.title
    )


def facts_line(about: Mapping[str, str]) -> str:
    """What is said of all of a file, as one line of plain text."""
    return " · ".join(f"{name}: {text}" for name, text in about.items())


def as_message(title: str, about: Mapping[str, str], cards: Sequence[Card]) -> str:
    """Lists as a message in a chat or a mail: each finding, and its rows below it."""
    lines = [title, facts_line(about)]
    for card in cards:
        lines += ["", plain(_words(card.title))]
        for table in card.tables:
            for row in table.rows[:MOST_ROWS]:
                lines.append(f"• {': '.join(map(in_words, row.values()))}")
            if (more := len(table.rows) - MOST_ROWS) > 0:
                lines.append(f"and {more:,} more")
    return "\n".join(lines)


def _listed(card: Card) -> str:
    if card.figure is not None or card.lines or not card.tables:
        return ""
    rows = [list(row.values())[:2] for row in card.tables[0].rows[:ROWS_IN_A_MESSAGE]]
    told = ", ".join(" ".join(map(in_words, row)) for row in rows)
    return f": {told}" if told else ""
