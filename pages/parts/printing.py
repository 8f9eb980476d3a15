"""A page on paper: A4 landscape, without the sidebar and without what only a mouse can use.

A browser prints figures in the size in which they stand on the screen. The paper layout therefore
draws the page as wide as the sheet, so that what is seen is what is printed.
"""

import streamlit as st

#: A4 landscape less its margins is 1077 CSS pixels wide; at this scale the text is just under 7
#: points high.
SCALE = 0.6
SHEET_WIDTH = 1795
LAY_OUT = "Lay out for paper"

#: Streamlit scrolls inside a box of the window's height, which would print its first screen only.
PRINTED = f"""
<style>
@media print {{
  @page {{ size: A4 landscape; margin: 6mm; }}
  body {{ zoom: {SCALE}; }}
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stPopover"],
  [data-testid="stToolbar"], [data-testid="stExpander"], [data-testid="stPageLink"] {{
    display: none !important;
  }}
  .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] {{
    position: static !important; display: block !important;
    height: auto !important; overflow: visible !important;
  }}
  [data-testid="stMainBlockContainer"] {{ padding: 0 !important; max-width: none !important; }}
  [data-testid="stVerticalBlock"] {{ gap: 0.2rem !important; }}
  .stApp :is(h1, h2, h3) {{ padding: 0 !important; }}
  .stApp :is([data-testid="stLayoutWrapper"], [data-testid="stElementContainer"],
      [data-testid="stMarkdownContainer"], [data-testid="stCaptionContainer"],
      [data-testid="stColumn"]) {{
    margin-bottom: 0 !important;
  }}
  .stApp :is([data-testid="stMarkdownContainer"], [data-testid="stCaptionContainer"]) :is(p, ul) {{
    margin-bottom: 0.2rem;
  }}
  .stApp [data-testid="stHorizontalBlock"] {{
    display: flex !important; flex-wrap: nowrap !important;
  }}
  [data-testid="stColumn"],
  [data-testid="stHorizontalBlock"] > :has([data-testid="stMetric"]) {{
    min-width: 0 !important; flex: 1 1 0 !important;
  }}
  [data-testid="stMetric"] {{ padding: 0.1rem 0.3rem !important; }}
  [data-testid="stMetric"] * {{
    font-size: 0.8rem !important; line-height: 1.1 !important; white-space: nowrap !important;
    margin: 0 !important; padding: 0 !important; min-height: 0 !important; gap: 0 !important;
  }}
  [data-testid="stMetricValue"] * {{ font-weight: 650 !important; }}
  [data-testid="stMetricChart"], [data-testid="stMetric"] [data-testid="stTooltipIcon"] {{
    display: none !important;
  }}
  .js-plotly-plot .svg-container {{ margin: 0 auto; }}
  .js-plotly-plot, tr {{ break-inside: avoid; }}
}}
</style>
"""
AS_WIDE_AS_THE_SHEET = f"""
<style>
[data-testid="stMainBlockContainer"] {{
  width: {SHEET_WIDTH}px !important; max-width: none !important; padding: 1rem 0 !important;
  flex-shrink: 0;
}}
[data-testid="stMain"] {{ align-items: flex-start !important; overflow-x: auto !important; }}
</style>
"""


def ready_to_print() -> None:
    """Lay the page out for paper when the reader prints it; the screen is not touched."""
    st.html(PRINTED)


def paper_layout() -> None:
    """The switch that draws the page as wide as a sheet, figures included."""
    help_text = "Draws the page as wide as a sheet of A4 landscape; then print it (Ctrl+P or ⌘P)."
    if st.sidebar.toggle(LAY_OUT, key="paper", help=help_text):
        st.html(AS_WIDE_AS_THE_SHEET)
