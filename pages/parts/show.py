"""How a page shows a result: the finding, its basis, the figure, how it is computed."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, NoReturn
from urllib.parse import quote

import plotly.graph_objects as go
import streamlit as st

from analytics.answer import Method
from pages.parts import filters, leads, tables
from pages.parts.card import Card, Cell, Lead, Table, Tile, ToIncident
from pages.parts.downloads import Sheet, as_csv_files, as_workbook, plain, sheet_of_tiles
from pages.parts.figures.over_time import course
from pages.parts.pack import Pack, in_one_file
from pages.parts.palette import palette
from pages.parts.report import as_html, as_markdown

#: Of Plotly's tool bar only the camera, shown while one points at the figure: the rest covers data
#: and offers nothing that a reader of ours needs.
CONFIG = {
    "responsive": True,
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "svg"},
}
#: Before the name of what a click on this page asks it to show.
ASKED = "asked_"
#: Columns of a table of counts that a phone holds side by side.
MOST_COLUMNS = 6
#: The course of a tile: as wide as it, as high as a line of words.
COURSE = "display:block;width:100%;height:1.75rem"
#: Four tiles beside each other where there is room, one on a phone; of small ones six and two.
TILE_WIDTH, SMALL_WIDTH = 240, 158


def card(shown: Card) -> None:
    """A card: its finding, its figure, its tables and its notes."""
    tables.collect(shown)
    _draw(shown)


def _draw(shown: Card) -> None:
    if shown.title:
        finding(shown.title, basis=shown.basis, methods=shown.methods)
    for line in shown.lines:
        st.markdown(line)
    if shown.figure is not None:
        _figure(shown, shown.figure)
    _card_tiles(shown)
    for table in shown.tables:
        _table(table)
    for grid in shown.grids:
        tables.card_grid(grid)
    for note in shown.notes:
        st.caption(note)
    for label, further in shown.behind.items():
        with st.expander(label):
            _draw(further)


def _card_tiles(shown: Card) -> None:
    if shown.tiles:
        tables.collect(sheet_of_tiles(shown))
    tiles(*shown.tiles, small=True)


def _figure(shown: Card, figure: go.Figure) -> None:
    wide = any(t.type == "heatmap" and len(t.x) > MOST_COLUMNS for t in figure.data)
    with st.container(key=f"{tables.SCROLLS}{shown.key}") if wide else nullcontext():
        chart(figure, key=shown.key, alt=shown.alt, title=shown.title, basis=shown.basis)


def _table(shown: Table) -> None:
    if shown.title:
        st.markdown(f"**{shown.title}**")
    rows = [{name: _cell(cell) for name, cell in row.items()} for row in shown.rows]
    tables.short_list(rows, alt=shown.alt)
    if shown.basis:
        st.caption(shown.basis)


def tiles(*shown: Tile, small: bool = False) -> None:
    """Numbers beside each other where there is room, each with the way on below it."""
    if not shown:
        return
    width = SMALL_WIDTH if small else TILE_WIDTH
    with st.container(horizontal=True, gap="xsmall" if small else "small"):
        for tile in shown:
            with st.container(
                border=True, width=width, height="stretch", gap=None if small else "xsmall"
            ):
                st.metric(
                    tile.label,
                    tile.value,
                    tile.beside or None,
                    delta_color=tile.colour,
                    delta_arrow=tile.arrow,
                    help=tile.help or None,
                )
                if tile.course:
                    _course(tile)
                if tile.lead is not None and small:
                    st.caption(_cell(tile.lead))
                elif tile.lead is not None and tile.lead.to:
                    link(tile.lead.to, label=tile.lead.text)


def _course(tile: Tile) -> None:
    drawn = course(tile.course, bars=tile.bars, colour=palette().grey)
    words = html.escape(f"{plain(tile.label)}, period by period", quote=True)
    st.html(f'<img alt="{words}" style="{COURSE}" src="data:image/svg+xml,{quote(drawn)}">')


def framed(*shown: Card) -> None:
    """Cards in one frame."""
    with st.container(border=True):
        for each in shown:
            card(each)


def in_pairs(cards: Sequence[Card]) -> None:
    """Cards two by two, each in its frame, the last one alone where their number is odd."""
    for first in range(0, len(cards), 2):
        pair = cards[first : first + 2]
        for column, shown in zip(st.columns(len(pair), gap="medium"), pair, strict=True):
            with column, st.container(border=True, height="stretch"):
                card(shown)


def on_demand(label: str, key: str, cards: Callable[[], Iterable[Card]]) -> None:
    """Cards behind a click: nothing of them is computed or drawn before it.

    Args:
        label: what stands behind it.
        key: of the expander, unique on the page.
        cards: makes them.
    """
    expander = st.expander(label, on_change="rerun", key=key)
    if expander.open:
        with expander:
            for each in cards():
                card(each)


def _cell(cell: Cell) -> str:
    if isinstance(cell, ToIncident):
        return tables.incident_link(cell.identity, text=cell.text)
    if isinstance(cell, Lead):
        return tables.lead_link(cell.to, text=cell.text)
    return cell


def finding(title: str, *, basis: str, methods: Sequence[Method] = ()) -> None:
    """The heading of a figure: what it says, and on how many incidents of which period.

    Args:
        title: the finding, in words.
        basis: n, period and denominator.
        methods: the written definitions shown on demand.
    """
    with st.container(gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.header(title, anchor=False, width="stretch")
            if methods:
                how(*methods)
        st.caption(basis)


def how(*methods: Method) -> None:
    """How the figures are computed: their written definitions, shown on demand."""
    with st.popover(":material/help:", type="tertiary", help="How is this computed?"):
        for method in methods:
            explain(method)


def explain(method: Method) -> None:
    """The written definition of one statistic."""
    st.markdown(
        f"**{method.title}.** {method.answers}\n\n{method.formula}\n\n"
        f"*For example:* {method.example.given} {method.example.gives}\n\n"
        f"*Left out:* {method.leaves_out}\n\n*Source:* {method.source}"
    )


def chart(figure: go.Figure, *, key: str, alt: str, title: str = "", basis: str = "") -> None:
    """A figure; a click on a mark that leads somewhere goes there, with the filters kept.

    Args:
        figure: what is drawn; see :mod:`pages.parts.leads` for where its marks lead.
        key: unique on the page.
        alt: what the figure shows, for readers who cannot see it.
        title: what it says, for the file that it is taken along in.
        basis: on what it rests.
    """
    tables.collect(Sheet(key, title or alt, basis, figure))
    if not any(trace.ids is not None for trace in figure.data):
        st.plotly_chart(figure, key=key, alt=alt, config=CONFIG, theme=None)
        return
    event = st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        config=CONFIG,
        theme=None,
        on_select=partial(_stay, figure, key),
        selection_mode="points",
    )
    for lead in _clicked(figure, event):
        if leads.parted(lead)[0]:
            follow(lead)


def _clicked(figure: go.Figure, event: Any) -> list[str]:
    """Where the marks lead that were clicked."""
    led = ((figure.data[p["curve_number"]].ids, p) for p in event["selection"]["points"])
    return [
        lead for ids, p in led if ids is not None and (lead := leads.bare(ids[p["point_index"]]))
    ]


def _stay(figure: go.Figure, key: str) -> None:
    """Show what a mark stands for on the page that it is on; a click elsewhere is followed later.

    Done once for each click: what was clicked stays chosen when the page is drawn again.
    """
    for lead in _clicked(figure, st.session_state[key]):
        page, parameters = leads.parted(lead)
        if not page:
            for name, values in parameters.items():
                ask(name, values[0])
            st.toast("The list above now shows what you clicked.", icon=":material/north:")


def ask(name: str, value: str) -> None:
    """Let this page show something else when it is drawn again; called before that.

    An address that is changed that early is not shown by the browser, so it is only noted here.
    """
    st.session_state[f"{ASKED}{name}"] = value


def asked(name: str) -> str:
    """What the address asks for, brought up to date with what was asked for on the page."""
    if (value := st.session_state.pop(f"{ASKED}{name}", None)) is not None:
        st.query_params[name] = value
    return st.query_params.get(name, "")


def follow(lead: str) -> NoReturn:
    """Go where a mark leads, with the filters kept."""
    page, wanted = leads.parted(lead)
    address = leads.with_filters(wanted, filters.parameters())
    filters.leave(address)
    st.switch_page(leads.SCRIPTS[page], query_params=address)


def page_link(script: str, *, label: str, icon: str | None = None) -> None:
    """A link to a page as it opens, with the filters kept."""
    st.page_link(script, label=label, icon=icon, query_params=filters.parameters())


def link(lead: str, *, label: str, icon: str | None = None) -> None:
    """A link that leads where a mark would, with the filters kept."""
    page, wanted = leads.parted(lead)
    st.page_link(
        leads.SCRIPTS[page],
        label=label,
        icon=icon,
        query_params=leads.with_filters(wanted, filters.parameters()),
    )


def downloads(title: str, about: Mapping[str, str], *, pack: Callable[[], Pack | str]) -> None:
    """Offer what the page shows as files; they are made when one asks for them.

    Drawn before the figures, so what is shown is looked up at the click.

    Args:
        title: of the page; the files are called after it.
        about: what is said of all of them: filters, the moment looked from.
        pack: makes the files of the review in the same scope, or says why there are none.
    """
    name = title.lower().replace(" ", "-")
    kept, colours = tables.nothing_collected(), palette()

    def sheets() -> list[Sheet]:
        return [each for each in kept if isinstance(each, Sheet)]

    def cards() -> list[Card]:
        return [each for each in kept if isinstance(each, Card)]

    files: tuple[tuple[str, str, Callable[[], bytes | str]], ...] = (
        ("Workbook (XLSX)", "xlsx", lambda: as_workbook(sheets(), about)),
        ("CSV files (ZIP)", "zip", lambda: as_csv_files(sheets(), about)),
        ("This page (HTML)", "html", lambda: as_html(title, about, cards(), colours=colours)),
        ("This page (Markdown)", "md", lambda: as_markdown(title, about, cards())),
    )

    def archive() -> bytes:
        files = pack()
        if isinstance(files, str):
            files = Pack({}, "", files)
        return in_one_file(files, "review")

    with st.popover("Download", icon=":material/download:", width="stretch"):
        st.download_button(
            "The pack: review, causes, actions",
            archive,
            "pack.zip",
            on_click="ignore",
            width="stretch",
            help="HTML, PDF, Markdown, workbook and CSV to send on, for the filters that are set.",
        )
        st.caption("The numbers behind every figure and all rows of every list on this page.")
        for label, ending, content in files:
            st.download_button(
                label, content, f"{name}.{ending}", on_click="ignore", width="stretch"
            )
        st.caption("A single figure: the camera in its corner saves it as SVG.")
