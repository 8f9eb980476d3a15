"""One set of colours for every page: grey by default, one accent, one signal, safe for all eyes.

The categorical set is that of Okabe and Ito (2008), distinguishable with the common forms of colour
blindness, lightened for the dark ground. Red never stands against green anywhere.
"""

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one ground.

    Attributes:
        text, faint, grid: of words, of secondary words, of lines behind the data.
        grey: data by default; pale: data further back (the year before, not in focus).
        accent: "this period" and nothing else.
        signal: only where a rule fired, always beside the name of the rule.
        band: fill of intervals and limits.
        ground: of the page, and of an empty cell of a table.
        heat: the strongest cell of a table of counts; words stay readable on it.
        ranks: severities, worst first, and last the unknown ones.
        set: categories.
    """

    text: str
    faint: str
    grid: str
    grey: str
    pale: str
    accent: str
    signal: str
    band: str
    ground: str
    heat: str
    ranks: tuple[str, str, str, str, str, str]
    set: tuple[str, ...]


LIGHT = Palette(
    text="#1f2430",
    faint="#5b6270",
    grid="#e4e6ea",
    grey="#7d8592",
    pale="#c3c8d0",
    accent="#0072b2",
    signal="#b34a00",
    band="rgba(0, 114, 178, 0.12)",
    ground="#ffffff",
    heat="#7fb5d9",
    ranks=("#173f5f", "#2f6c97", "#6a9fc4", "#a5c5dc", "#d0e0ec", "#c9c9c9"),
    set=("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c8200", "#7d8592"),
)
DARK = Palette(
    text="#e8eaee",
    faint="#a3aab6",
    grid="#2c313a",
    grey="#8d95a3",
    pale="#4c535f",
    accent="#56b4e9",
    signal="#ff9e57",
    band="rgba(86, 180, 233, 0.18)",
    ground="#16191d",
    heat="#2b6a94",
    ranks=("#9fd0f0", "#6aa9d4", "#4381ac", "#2f5d80", "#24455e", "#5a5a5a"),
    set=("#56b4e9", "#f0b840", "#3cc79b", "#e0a0c4", "#8fd0f5", "#f08a4b", "#f0e442", "#8d95a3"),
)


def palette() -> Palette:
    """The colours for the ground that the reader's browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT
