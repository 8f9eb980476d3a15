"""Written definitions of what the trend review claims, and on what ground."""

from analytics.methods.definition import Method

DEFINITIONS: dict[str, Method] = {
    "review_claim": Method(
        title="What the review may claim",
        answers="Did something change in this period, or is it what luck does?",
        formula=(
            "A fixed family of questions: how often incidents happen, in all and by severity; how "
            "long detection, acknowledgement, mitigation and resolution take; how many last long, "
            "and the hours of impact; whether the mix of causes moved, and each cause; how many "
            "repeat, how many others found first, how many actions are done within 30 days. Each "
            "holds the period against the 12 months before it. Rates and times are also held year "
            "against year and along a line through three years, and these looks become one "
            "p-value by the Cauchy combination. The p-values of all questions are adjusted "
            "together (Benjamini-Hochberg; how often and how long count three times), and a "
            "change passes where the adjusted one is at most 14 %. What passes is then held "
            "against what bends records: like for like by team and service, without the shortest "
            "quarter, without the last 60 days for a fall, with severities that lost what one "
            "gained. A change that is gone then is asked and not claimed."
        ),
        source=(
            "Benjamini and Hochberg, 1995; weights: Genovese, Roeder and Wasserman, 2006; looks: "
            "Liu and Xie, Journal of the American Statistical Association 115, 2020"
        ),
        leaves_out=(
            "Nothing is tested across a break that a reader has marked, nor with fewer than 180 "
            "days of records before the period. A signal of a control chart is no claim: it is "
            "coloured only where the question about the same thing claims the same."
        ),
    ),
    "change_of_years": Method(
        title="Twelve months against the twelve before",
        answers="Did a level change that moves too slowly for one quarter to show it?",
        formula=(
            "Logs of monthly values are a step between the two years, a level that may wander (a "
            "first-order autoregression) and sampling noise of known size. Each of 21 ways to "
            "wander, and none, is weighed by its restricted likelihood; the p-value is the "
            "weighted mean."
        ),
        source="Patterson and Thompson, Biometrika 58, 1971, on restricted likelihood",
        leaves_out="Months of which less than 14 days have passed, or before the last break.",
    ),
    "line_of_months": Method(
        title="Line through three years",
        answers="Is there a steady drift, beyond how a level wanders by itself?",
        formula=(
            "A straight line through the logs of up to 36 months, with the noise of the change of "
            "years; the ratio is its end over its beginning. At least 24 months are needed."
        ),
        source="Patterson and Thompson, Biometrika 58, 1971, on restricted likelihood",
        leaves_out="Months of which less than 14 days have passed, or before the last break.",
    ),
    "share_beyond": Method(
        title="Share of incidents that last long",
        answers="Did the slow ones become more, whatever the typical ones did?",
        formula=(
            "Incidents longer than a limit divided by those whose length is known. The limit is "
            "the one of 1, 4 and 24 hours beyond which nearest to 15 % of all compared lie, so it "
            "is not chosen by what it shows. An open incident that has lasted longer counts."
        ),
        source="Wilson, Journal of the American Statistical Association 22, 1927",
        leaves_out="Incidents of unknown or impossible length.",
    ),
    "impact_a_day": Method(
        title="Hours of impact a day",
        answers="How much harm was done, added up?",
        formula="Hours of impact of the incidents of a stretch divided by its days.",
        source="A sum over what is known, hence a lower bound where some is not",
        leaves_out="Incidents whose impact has no usable start or end, the open ones included.",
    ),
    "impact_against_quarters": Method(
        title="Hours of impact against quarters as they come",
        answers="Are these hours more than luck brings to a quarter?",
        formula=(
            "1,999 quarters are put together from the two years before: each takes the number of "
            "events of a past quarter, with Poisson noise, and draws their hours. The p-value is "
            "twice the share of them that is as far out."
        ),
        source="Efron, Annals of Statistics 7, 1979, on the bootstrap",
        leaves_out="Incidents of unknown impact; nothing is told with fewer than 30 known before.",
    ),
    "review_rate": Method(
        title="Rate, allowing for clusters",
        answers="How often do incidents happen, when they come in bad months?",
        formula=(
            "Incidents divided by days. Variance over mean is taken from stretches of 30 days in "
            "up to three years before the period, each year around a level of its own. Where its "
            "chi-square test is below 10 %, counts are divided by it (widened by what Student's t "
            "is wider than the normal) before the exact interval and test."
        ),
        source="McCullagh and Nelder, Generalized Linear Models, 1989, chapter 6; Garwood, 1936",
        leaves_out="Drills, tests, maintenance and second reports of the same event.",
    ),
    "smallest_change_of_rate": Method(
        title="Smallest detectable change of a rate",
        answers="What rise or fall could have been seen with so few incidents?",
        formula=(
            "On the square-root scale, where counts have the same variance whatever their mean: "
            "(1.96 + 0.84) / 2 times the root of 1/days now + 1/days then, away from the earlier "
            "rate, with the quantile of the level that this question has alone in its family in "
            "place of 1.96; counts are first divided by their variance over mean."
        ),
        source="Anscombe, Biometrika 35, 1948, on the square root of counts",
        leaves_out="Nothing beyond what the comparison leaves out.",
    ),
    "smallest_change_of_share": Method(
        title="Smallest detectable change of a share",
        answers="By how many points would a share have had to move to be seen?",
        formula=(
            "On the arcsine scale, where shares have the same variance: (1.96 + 0.84) / 2 times "
            "the root of 1/n now + 1/n then, away from the earlier share, with the quantile of the "
            "level that this question has alone in its family in place of 1.96; n is the number "
            "of single things that say as much as these do in clusters."
        ),
        source="Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 6",
        leaves_out="Nothing beyond what the two denominators leave out.",
    ),
    "cause_mix": Method(
        title="Change of the mix of causes",
        answers="Did the causes shift, taken all together?",
        formula=(
            "Half the sum of the changes of all shares: the points that went from some causes to "
            "others. The test compares the chi-square of the table with 9,999 tables drawn with "
            "the same totals. The smallest change given beside it is that of the commonest cause."
        ),
        source="Patefield, Applied Statistics 30, 1981, on tables with given totals",
        leaves_out="Incidents of unknown cause. A mix has no direction; it only changes.",
    ),
    "known_cause_share": Method(
        title="Share of incidents with a known cause",
        answers="How much do the shares of causes rest on?",
        formula="Incidents with a category of root cause divided by all, with Wilson's interval.",
        source="Wilson, Journal of the American Statistical Association 22, 1927",
        leaves_out="Drills, tests, maintenance and second reports of the same event.",
    ),
    "done_within_of_period": Method(
        title="Share of actions done within 30 days",
        answers="Do promised actions get done, for actions that had the time?",
        formula=(
            "Of the actions whose 30th day after the promise fell in the period, the share done "
            "by then, with Wilson's interval. Each had its full time, so no young action drags a "
            "recent period down. An action given up was not done."
        ),
        source="Wilson, Journal of the American Statistical Association 22, 1927",
        leaves_out=(
            "Actions without a day of creation or a known state, and those done on an unknown "
            "day; where these are more than a tenth of the done ones there is no figure."
        ),
    ),
}
