"""Which sentences of a record tell why it happened?

A post-mortem spends most words on who was hit, for how long, and what will be done; those are alike
in strangers. Sentences that say why (due to, because, root cause) count double, sentences about
impact and outlook half. Cues are English and Spanish; without any cue every sentence counts the
same.
"""

import re

from analytics.matcher.tokens import fold

#: How much a sentence counts, in halves, so that counts stay small integers.
WHY, PLAIN, ASIDE = 4, 2, 1

_WHY = re.compile(
    r"\b(?:due to|caus(?:e|ed|ing)|because|root cause|result(?:ed)? (?:of|from)|trigger(?:ed|ing)?"
    r"|led to|introduced|stem(?:s|med|ming) from|attribut(?:ed|able) to|traced|reason|determined"
    r"|identified|originat(?:ed|ing)"
    r"|debido a|causad[oa]s?|causa|causo|porque|provoc(?:o|ado|ada|aron)|origin(?:o|ado|ada)"
    r"|desencaden(?:o|ado|ada)|a raiz de|motivo)\b"
)
_ASIDE = re.compile(
    r"\b(?:we will|to prevent|in the future|going forward|apologi[sz]e|sorry|we have since|will be"
    r"|follow up|similar incidents?|is (?:now|currently) resolved"
    r"|we are (?:working|investing|implementing|improving|adding|taking|reviewing|continuing)"
    r"|(?:users?|customers?) (?:may|were|experienced|saw)|error rate|experienced|affected|impacted"
    r"|on average|peaked|approximately"
    r"|vamos a|para evitar|en el futuro|pedimos disculpas|lamentamos|sentimos"
    r"|estamos (?:trabajando|mejorando)"
    r"|(?:usuarios|clientes) (?:pudieron|vieron|experimentaron|sufrieron)|tasa de errores?"
    r"|afectad[oa]s?|en promedio|de media|aproximadamente)\b"
)


def weight_of_sentence(sentence: str) -> int:
    """:data:`WHY`, :data:`PLAIN` or :data:`ASIDE`; a sentence with both kinds of cue tells why."""
    folded = fold(sentence)
    if _WHY.search(folded):
        return WHY
    return ASIDE if _ASIDE.search(folded) else PLAIN
