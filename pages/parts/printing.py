"""A page on paper: A4 landscape, without the sidebar and without what only a mouse can use."""

import streamlit as st

#: Streamlit scrolls inside a box of the window's height, which would print its first screen only.
STYLE = """
<style>
@media print {
  @page { size: A4 landscape; margin: 7mm; }
  body { zoom: 0.56; }
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stPopover"],
  [data-testid="stToolbar"], [data-testid="stExpander"], [data-testid="stPageLink"] {
    display: none !important;
  }
  .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] {
    position: static !important; display: block !important;
    height: auto !important; overflow: visible !important;
  }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none !important; }
  [data-testid="stVerticalBlock"] { gap: 0.35rem !important; }
  .stApp [data-testid="stHorizontalBlock"] {
    display: flex !important; flex-wrap: nowrap !important;
  }
  [data-testid="stColumn"] { min-width: 0 !important; flex: 1 1 0 !important; }
  .js-plotly-plot, tr { break-inside: avoid; }
}
</style>
"""


def ready_to_print() -> None:
    """Lay the page out for paper when the reader prints it; the screen is not touched."""
    st.html(STYLE)
