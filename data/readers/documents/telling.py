"""Everything in a document that tells a clock: facts, timelines, sentences, lengths, days."""

import datetime as dt
import re
from dataclasses import replace
from itertools import islice, pairwise

from data import words
from data.problems import shown
from data.readers.documents.blocks import DIGIT, Label, labels_in_line, unmarked
from data.readers.documents.document import ADDRESS, LONGEST_TEXT, Document, first_day
from data.readers.documents.events import (
    CLOCKS,
    Clocks,
    Context,
    Told,
    Trust,
    is_state,
    moment_of,
    said_in,
)
from data.readers.documents.facts import (
    LENGTHS,
    OF_TIME,
    Lengths,
    facts_in,
    tell_time,
    text_of,
)
from data.readers.documents.sections import Section
from data.readers.documents.timeline import DAY, Line
from data.record import CLOCK_FIELDS
from data.times import Written, moments_in, read_duration, read_moment, read_window

#: A sentence ends with a sign and a space; one without an end is a line.
SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+|(?<=。)")
#: The end of a line inside a paragraph.
WRAPPED = re.compile(r"(?<=\S)[ \t]*\n(?=[ \t]*[^\s*+|#\d-])")
#: Front matter of status pages, beside which ``date`` is when the incident began.
OF_STATUS_PAGE = frozenset(("resolved", "resolvedWhen", "affected", "severity"))
#: A sentence with more times is a list.
MOST_CLAUSES = 4
CLAUSE_END = re.compile(r"[,;]|\s(?:and|but|y|und|et|e)\s")
#: Facts without names of ours stand in front of the first sentence.
LISTED = re.compile(r"[-*+]\s")
#: Fewer words behind a time are a label: "Update at 11:20".
SHORTEST_SENTENCE = 4
#: So many events of which nobody knows what they are may lie between a detection and a response.
MOST_SILENT = 3
ENDS = ("mitigated_at", "resolved_at")
#: What tools make of a bare day.
MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00:00(?:\.0+)?(?:Z|\+00:00)?")
#: The state in front of an update of a status page.
STATE = re.compile(r"\*\*([^*\n]{2,40})\*\*")
SAID_IN_TEXT = "text: "
#: An event this long before the next belongs to the history of the incident.
PREHISTORY = dt.timedelta(days=14)
#: So long before several events that follow each other faster, it is history, too.
BEFORE_DENSE = dt.timedelta(days=1)
FEWEST_DENSE = 3
#: What names an incident in a title is only a symptom in a line: "the search is down".
SYMPTOM = "down"
#: A list that goes on for longer does not end with the incident.
LONGEST_GUESSED = dt.timedelta(days=3)


def tell_stated(document: Document, clocks: Clocks, lengths: Lengths) -> list[Label]:
    """What the front matter and the facts tell; the facts that told nothing."""
    context, front = document.context, document.front.values
    for clock in CLOCK_FIELDS:
        if isinstance(value := front.get(clock), str):
            moment = read_moment(value, day_order=context.day_order, hints=context.hints)
            clocks.tell(clock, Told(context.iso(moment) if moment else "", Trust.FRONT_MATTER, ""))
    # On most sites the date of a page is when it was published.
    is_status_page = bool(OF_STATUS_PAGE & front.keys())
    stated = [label for label in document.front_labels if label.label != "date" or is_status_page]
    told = [(label, Trust.FRONT_MATTER) for label in stated]
    told += [(label, Trust.FACT) for label in document.labels]
    told = [(_without_midnight(label), trust) for label, trust in told]
    silent = [label for label, trust in told if not _told(label, clocks, lengths, context, trust)]
    for section in document.sections:
        if section.part not in ("", "timeline", "actions"):
            for label in facts_in(section.blocks):
                _told(label, clocks, lengths, context, Trust.FACT_IN_TEXT)
        elif section.part == "timeline":
            _tell_facts_by_day(section, clocks, lengths, context)
    return silent


def _without_midnight(label: Label) -> Label:
    """A day that a tool wrote as its midnight: "2026-08-10T00:00:00.000Z"."""
    day = MIDNIGHT.fullmatch(label.value.strip()) if label.name == "date" else None
    return replace(label, value=day[1]) if day else label


def _tell_facts_by_day(
    section: Section, clocks: Clocks, lengths: Lengths, context: Context
) -> None:
    """Facts below headings that name their days: "### October 21", "**Window:** 21:45 to 23:28"."""
    within: Context | None = None
    for block in section.blocks:
        if block.is_heading and (day := first_day(block.text, context)):
            within = replace(context, day=day)
        elif within is not None and block.kind == "text":
            for label in facts_in([block]):
                _told(label, clocks, lengths, within, Trust.FACT_IN_TEXT)


def _told(label: Label, clocks: Clocks, lengths: Lengths, context: Context, trust: Trust) -> bool:
    if label.name not in OF_TIME:
        return False
    within = first_day(label.heading, context) if label.heading else None
    if within and context.day and within != context.day:
        return False  # of another outage on the same page
    if label.name in LENGTHS and _counts_from_detection(label):
        return False
    return tell_time(label, clocks=clocks, lengths=lengths, context=context, trust=trust)


def _counts_from_detection(label: Label) -> bool:
    """Whether a length is told from when it was noticed, and not from when it began."""
    folded = words.fold(f"{label.label} | {text_of(label)}"[:LONGEST_TEXT])
    return words.current().phrases["from_detection"].are_in(folded)


def tell_timeline(lines: list[Line], clocks: Clocks) -> None:
    """What the labels and words of a timeline tell."""
    told = _Told(lines)
    start, detected = _beginning(told, clocks)
    stated = clocks.best("impact_started_at")
    since = stated.at if stated and not stated.is_day else start.at if start else ""
    over = told.last("resolved", since=since)
    if over and _relapses(lines, over):
        over = None
    acknowledged = _acknowledgement(told, lines, detected, since)
    if detected and acknowledged and _is_later(detected, acknowledged):
        detected = None  # "08:05 investigation begins, 09:10 the faulty rule is discovered"
    mitigated = told.first("mitigated", since=since, until=over)
    repaired = told.last("repaired", since=since, until=over)
    if mitigated is over and repaired and over and _is_later(over, repaired):
        mitigated = mitigated if _tells_return_first(over) else None
    events = {
        "started": start,
        "detected": detected,
        "acknowledged": acknowledged,
        "mitigated": mitigated or repaired,
        "resolved": over,
    }
    for kind in ("declared", "notified"):
        events[kind] = told.first(kind)
    for kind, line in events.items():
        told.tell(clocks, kind, line)
    if not mitigated and repaired:
        earlier = told.first("repaired", since=since, until=repaired)
        told.tell(clocks, "mitigated", earlier)  # where the last lies behind the stated end


def _tells_return_first(line: Line) -> bool:
    """Whether a line that says both tells that it works again, and not first that it is over.

    "Logins back to normal. Incident resolved." is the moment at which it works again; "Resolved:
    confirmed that all is back to normal" looks back at a repair.
    """
    first = min(line.said, key=lambda said: said.position)
    return first.kind == "mitigated"


def _beginning(told: "_Told", clocks: Clocks) -> tuple[Line | None, Line | None]:
    """The events by which it began and by which it was noticed.

    What lies before the beginning tells of the world ("the press reports of it") or of a cause.
    Where nothing but a symptom says that it began, what was noticed before is surer.
    """
    start, detected = told.first("started"), told.first("detected")
    stated = clocks.best("impact_started_at")
    if stated and not stated.is_day:
        return start, told.first("detected", since=stated.at)
    if start is None or detected is None or not _is_later(start, detected):
        return start, detected
    if told.is_labelled(start) or _names_incident(start):
        return start, told.first("detected", since=start.at)
    return None, detected


def _relapses(lines: list[Line], over: Line) -> bool:
    """Whether it fails once more after a line whose words say that it is over, and works then."""
    kinds = [_kinds(line) for line in lines[lines.index(over) + 1 :]]
    failing = next((at for at, said in enumerate(kinds) if "started" in said), len(kinds))
    labelled = any(said.labelled for said in over.said)
    return not labelled and any("mitigated" in said for said in kinds[failing + 1 :])


def _acknowledgement(
    told: "_Told", lines: list[Line], detected: Line | None, since: str
) -> Line | None:
    """The event by which somebody took it on.

    A label such as "Investigation" may stand before any later finding, so that it counts only right
    behind the detection; so may words such as "looks into", though not right behind it.
    """
    line = told.first("acknowledged", since=since)
    if line is None or detected is None or line is detected or _is_later(detected, line):
        return line
    between = lines[lines.index(detected) + 1 : lines.index(line)]
    silent = [event for event in between if event.is_timed and not event.said]
    return None if len(silent) > (0 if told.is_labelled(line) else MOST_SILENT) else line


def _names_incident(line: Line) -> bool:
    folded = words.fold(line.text[:LONGEST_TEXT])
    hits = words.current().phrases["incident_names"].hits(folded)
    return any(folded[hit.start : hit.end] != SYMPTOM for hit in hits)


class _Told:
    """The events of a timeline by what they say; a label says it more surely than words."""

    def __init__(self, lines: list[Line]) -> None:
        self._by_kind: dict[str, list[tuple[Line, bool]]] = {}
        for line in lines:
            for said in line.said if line.at else ():
                self._by_kind.setdefault(said.kind, []).append((line, said.labelled))

    def first(self, kind: str, *, since: str = "", until: Line | None = None) -> Line | None:
        """The first event of a kind, neither before a time nor after another event."""
        return next(iter(self._of(kind, since, until)), None)

    def last(self, kind: str, *, since: str = "", until: Line | None = None) -> Line | None:
        """The last event of a kind, neither before a time nor after another event."""
        return next(reversed(self._of(kind, since, until)), None)

    def is_labelled(self, line: Line) -> bool:
        """Whether a label says what an event is."""
        return any(said.labelled for said in line.said)

    def _of(self, kind: str, since: str, until: Line | None) -> list[Line]:
        told = self._by_kind.get(kind, [])
        lines = [line for line, labelled in told if labelled] or [line for line, _ in told]
        lines = [line for line in lines if line.is_timed] or lines
        return [
            line
            for line in lines
            if not (since and _is_after(since, line.at)) and not (until and _is_later(line, until))
        ]

    def tell(self, clocks: Clocks, kind: str, line: Line | None) -> None:
        """Pass on the time of an event as the clock of a kind."""
        if line is not None:
            labelled = self.is_labelled(line)
            trust = Trust.EVENT_LABEL if labelled else Trust.WORDS
            source = f"timeline: {shown(unmarked(line.text))}"
            clocks.tell(CLOCKS[kind], Told(line.at, trust, source, estimated=not labelled))


def _is_later(line: Line, other: Line) -> bool:
    return _is_after(line.at, other.at)


def _is_after(at: str, other: str) -> bool:
    """Whether a time lies after another, or its day behind another day."""
    if min(len(at), len(other)) == DAY:
        return at[:DAY] > other[:DAY]
    return moment_of(at) > moment_of(other)


def tell_ends(lines: list[Line], clocks: Clocks, lengths: Lengths) -> None:
    """The first and the last event, where nothing else tells when it began or ended.

    A first event from which the stated lengths lead to no known clock is another beginning.
    """
    dated = _without_prehistory(_in_order([line for line in lines if line.at]))
    if not dated:
        _tell_return(clocks)
        return
    begin = next((line for line in dated if not _only_prepares(line)), dated[0])
    source = f"first event: {shown(unmarked(begin.text))}"
    first = Told(begin.at, Trust.EVENT, source, estimated=True)
    if lengths.allow(first, clocks) and (_are_updates(dated) or not _is_of_response(begin)):
        clocks.tell("impact_started_at", first)
    over = clocks.best("resolved_at")
    if over and not over.is_day:
        return
    back = [line for line in dated if line.is_timed and _says_that_it_works(line)]
    if back and clocks.best("mitigated_at"):
        source = f"last event by which it works again: {shown(unmarked(back[-1].text))}"
        clocks.tell("resolved_at", Told(back[-1].at, Trust.EVENT, source, estimated=True))
    end = _last_of_incident(dated)
    if end is None or clocks.best("mitigated_at"):
        return
    if moment_of(end.at) - moment_of(first.at) <= LONGEST_GUESSED:
        source = f"last event: {shown(unmarked(end.text))}"
        clocks.tell("resolved_at", Told(end.at, Trust.EVENT, source, estimated=True))


def _tell_return(clocks: Clocks) -> None:
    """The end of what only sentences tell of, from the one by which it works again."""
    back, over = clocks.best("mitigated_at"), clocks.best("resolved_at")
    if (
        back is None
        or back.is_day
        or back.trust is not Trust.SENTENCE
        or (over and not over.is_day)
    ):
        return
    if any(said.kind == "mitigated" for said in said_in(back.source.removeprefix(SAID_IN_TEXT))):
        clocks.tell("resolved_at", replace(back, trust=Trust.EVENT))


def _in_order(lines: list[Line]) -> list[Line]:
    """The events without bare days behind times, which tell of what went on meanwhile."""
    timed = False
    kept = []
    for line in lines:
        if line.is_timed or not timed:
            kept.append(line)
        timed = timed or line.is_timed
    return kept


def _only_prepares(line: Line) -> bool:
    """Whether an event is a change that takes no effect yet, such as one that is merged."""
    folded = words.fold(line.text[:LONGEST_TEXT])
    phrases = words.current().phrases
    prepared = phrases["preparations"].are_in(folded)
    return prepared and not line.said and not phrases["effects"].are_in(folded)


def _are_updates(lines: list[Line]) -> bool:
    """Whether events are what a status page said, whose first one is when it first said so."""
    states = [_is_update(line.text) for line in lines]
    return states[0] and sum(states) * 2 > len(lines)


def _is_update(text: str) -> bool:
    label = STATE.match(text)
    return label is not None and is_state(label[1])


def _is_of_response(line: Line) -> bool:
    """Whether an event is a later step, before which it began at a time that is not told."""
    kinds = _kinds(line)
    return "declared" in kinds or (bool(kinds) and kinds.isdisjoint(("started", "detected")))


def _kinds(line: Line) -> set[str]:
    """All that an event says happened."""
    return {said.kind for said in line.said}


def _says_that_it_works(line: Line) -> bool:
    return any(said.kind == "mitigated" for said in line.said)


def _without_prehistory(lines: list[Line]) -> list[Line]:
    """The events from the incident on, without a cause that was laid a day or more before.

    Where events lie days apart, the first may well be of the incident, up to weeks before.
    """
    for index, (line, following) in enumerate(pairwise(lines)):
        gap = moment_of(following.at) - moment_of(line.at)
        timed = (event for event in lines[index + 1 :] if event.is_timed)
        dense = list(islice(timed, FEWEST_DENSE))
        apart = (
            not line.is_timed
            or len(dense) < FEWEST_DENSE
            or moment_of(dense[-1].at) - moment_of(dense[0].at) > gap
        )
        of_incident = not _kinds(line).isdisjoint(("started", "detected"))
        if gap <= (PREHISTORY if apart or of_incident else BEFORE_DENSE):
            return lines[index:]
    return lines[-1:]


def _last_of_incident(lines: list[Line]) -> Line | None:
    """The last event if it may be the end: no report about it, nothing that only begins."""
    phrases = words.current().phrases
    for line in reversed(lines[1:]):
        folded = words.fold(line.text[:LONGEST_TEXT])
        if " " not in folded and not line.said:
            continue  # "fin."
        if not line.is_timed or phrases["afterwards"].are_in(folded) or _is_on_the_way(line):
            continue
        return None if phrases["unfinished"].are_in(folded) else line
    return None


def _is_on_the_way(line: Line) -> bool:
    """Whether an event says of itself that it is another step than the end."""
    return any(CLOCKS[said.kind] not in ENDS for said in line.said)


def tell_sentences(document: Document, clocks: Clocks, lengths: Lengths) -> None:
    """What the sentences of the summary, and of how it was noticed and ended, tell."""
    context = document.context
    for sentence in _sentences(document.telling_texts):
        if "duration" not in lengths.stated and (length := _lasted(sentence)):
            lengths.stated["duration"] = length
        if any(label.name in OF_TIME for label in labels_in_line(sentence)):
            continue  # a fact, which was told already
        if not _tell_window(sentence, clocks, context):
            _tell_clauses(sentence, clocks, context, Trust.SENTENCE)
    _tell_opening(document, clocks)
    for part, clock in (("detection", "detected_at"), ("resolution", "mitigated_at")):
        for section in document.parts(part):
            _tell_only_time(section.heading, section.text, clock, clocks, context)
    for sentence in _sentences(document.other_texts):
        _tell_clauses(sentence, clocks, context, Trust.NARRATIVE)


def _sentences(texts: list[str]) -> list[str]:
    return [sentence for text in texts for sentence in sentences_of(text)]


def sentences_of(text: str) -> list[str]:
    """The sentences of a text whose lines may be wrapped."""
    return SENTENCE.split(WRAPPED.sub(" ", text))


def _tell_window(sentence: str, clocks: Clocks, context: Context) -> bool:
    """Whether a sentence tells from when to when: "between 09:14 and 10:40 UTC"."""
    if not DIGIT.search(sentence):
        return False
    window = read_window(
        sentence, day_order=context.day_order, default_day=context.day, hints=context.hints
    )
    if window is None or window[0].clock is None:
        return False
    source = f"summary: {shown(sentence.strip())}"
    for clock, moment in zip(("impact_started_at", "resolved_at"), window, strict=True):
        clocks.tell(clock, Told(context.iso(moment), Trust.SENTENCE, source, estimated=True))
    # What it tells is when the impact was; a step of a timeline says it more surely.
    clocks.tell("mitigated_at", Told(context.iso(window[1]), Trust.EVENT, source, estimated=True))
    return True


def _tell_clauses(sentence: str, clocks: Clocks, context: Context, trust: Trust) -> None:
    """What is said around each time of day in a sentence: "alerted at 09:16, acknowledged at …"."""
    moments = [moment for moment in _moments(sentence, context) if moment.clock is not None]
    if len(moments) > MOST_CLAUSES or any(moment.ends for moment in moments):
        return
    source = f"{SAID_IN_TEXT}{shown(sentence.strip())}"
    for number, moment in enumerate(moments):
        begin = moments[number - 1].end if number else 0
        end = moments[number + 1].start if number + 1 < len(moments) else len(sentence)
        behind = CLAUSE_END.search(sentence, moment.end, end) if end < len(sentence) else None
        clause = sentence[begin : behind.start() if behind else end]
        lead = sentence[begin : moment.start]
        if _is_of_what_came_before(lead):
            continue  # "After a deployment at 13:57, we noticed"
        if _lasts_until(lead):
            told = Told(context.iso(moment), trust, source, estimated=True)
            clocks.tell("resolved_at", told)
            continue
        for said in said_in(clause.lstrip(" ,;")):
            if not said.labelled:
                at = context.iso(moment)
                clocks.tell(CLOCKS[said.kind], Told(at, trust, source, estimated=True))


def _lasts_until(lead: str) -> bool:
    """Whether the words in front of a time say how long it lasted: "and lasted until"."""
    folded = words.fold(lead)
    until = words.current().tables["until"]
    hits = words.current().phrases["lasted"].hits(folded)
    return any(word.strip(",") in until for hit in hits for word in folded[hit.end :].split())


def _is_of_what_came_before(lead: str) -> bool:
    """Whether the words in front of a time tie it to what came before: "After a change at"."""
    hits = words.current().phrases["following"].hits(words.fold(lead.lstrip(" ,;")))
    return any(hit.start == 0 for hit in hits)


def _tell_opening(document: Document, clocks: Clocks) -> None:
    """The first sentence of all often begins with when it began: "On May 2 at 09:15 UTC we …"."""
    prose = (text for text in document.telling_texts if not LISTED.match(text))
    for text in islice(prose, 1):
        sentence = sentences_of(text)[0]
        moments = _moments(sentence, document.context)
        around = (sentence[: moments[0].start], sentence[moments[0].end :]) if moments else ()
        stated = len(moments) == 1 and moments[0].clock is not None and not said_in(sentence)
        if stated and any(len(part.split()) >= SHORTEST_SENTENCE for part in around):
            source = f"summary: {shown(sentence.strip())}"
            at = document.context.iso(moments[0])
            clocks.tell("impact_started_at", Told(at, Trust.OPENING, source, estimated=True))


def _tell_only_time(heading: str, text: str, clock: str, clocks: Clocks, context: Context) -> None:
    """A section on one step, in which a single time stands."""
    plain = WRAPPED.sub(" ", unmarked(ADDRESS.sub("", text[:LONGEST_TEXT])))
    moments = [moment for moment in _moments(plain, context) if moment.clock is not None]
    if len(moments) != 1:
        return
    (moment,) = moments
    said = {CLOCKS[said.kind] for said in said_in(_sentence_around(plain, moment.start))}
    clock = "resolved_at" if clock in ENDS and said == {"resolved_at"} else clock
    source = f"section {shown(heading)}"
    clocks.tell(clock, Told(context.iso(moment), Trust.SENTENCE, source, estimated=True))


def _sentence_around(text: str, position: int) -> str:
    end = 0
    for sentence in SENTENCE.split(text):
        end = text.find(sentence, end) + len(sentence)
        if end > position:
            return sentence
    return ""


def _moments(text: str, context: Context) -> list[Written]:
    moments = moments_in(
        text, day_order=context.day_order, default_day=context.day, hints=context.hints
    )
    return [moment for moment in moments if not _is_slip(moment, context)]


def _is_slip(moment: Written, context: Context) -> bool:
    """Whether a year is one that a page of its date cannot tell of."""
    if context.published is None or moment.day is None:
        return False
    return moment.day - context.published > dt.timedelta(days=366)


def _lasted(sentence: str) -> dt.timedelta | None:
    """How long a sentence says that it lasted."""
    folded = words.fold(sentence)
    for hit in words.current().phrases["lasted"].hits(folded):
        return read_duration(folded[hit.end :])
    return None


def tell_days(document: Document, clocks: Clocks) -> None:
    """The day of the incident, where nothing tells more."""
    for day, source in document.days_told():
        clocks.tell("impact_started_at", Told(day.isoformat(), Trust.DAY, source))
        return
