"""The front door: how are we doing, what keeps coming back, and what is there to decide?"""

import streamlit as st

from pages.parts import door, login, show, source
from pages.parts.frame import chosen_period, open_page
from pages.parts.wording.periods import in_view_words
from pages.views import decisions, months, questions, scorecard
from pages.views import review as words


def front_page() -> None:
    """Answer the four questions of a review on one screen; below it, what they rest on."""
    page = open_page("Trend review", counts=False)
    if source.mixes_organisations(page.scope):
        st.info(words.MIXED, title="One organisation at a time")
        st.stop()
    front = source.front(page.scope, chosen_period(page), page.as_of, page.colours)
    review, card = front.reviewed, front.figures

    st.caption(front.scope_words())
    st.markdown(front.headline())
    show.card(front.tiles())
    drawn = front.drawn()
    is_drawn = any(chart.figure is not None for chart in drawn)
    if is_drawn:
        first, second, third = st.columns([4, 4, 5], gap="small")
        for column, chart in zip((first, second), drawn, strict=True):
            with column, st.container(border=True, height="stretch"):
                show.card(chart)
    else:
        first, third = st.columns([8, 5], gap="small")
        with first, st.container(border=True, height="stretch"):
            show.card(months.listed(front.always))
            show.card(drawn[0])
    with third, st.container(border=True, height="stretch"):
        show.card(front.decisions())
        show.page_link("pages/incident.py", label=decisions.FAILING_NOW, icon=":material/search:")
    show.framed(front.to_know(in_view_words(page.view), is_drawn=is_drawn))
    for kept in front.coming_back():
        show.framed(kept)
    if is_drawn and front.has_few:
        show.framed(months.listed(front.always))
    show.on_demand("Where it hurts: impact, kinds of cause", "hurts", front.hurts)
    show.on_demand(
        "More figures of the period", "more", lambda: (scorecard.other_tiles(card, review),)
    )
    show.on_demand(
        "How sure are we: all questions, limits, what the data lack", "asked", front.asked
    )
    show.on_demand(
        "Control charts by severity", "charts", lambda: questions.watched(review, front.colours)
    )


if __name__ == "__main__":  # a visit
    front_page()
else:  # the start of the server
    routes, middleware = door.served()
    app = st.App(__file__, routes=routes, middleware=middleware, on_script_error=login.explain)
