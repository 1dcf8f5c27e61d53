"""The planner's own words, closed lists: what carries structure, and what carries nothing.

No word of any catalog is here. A word that is neither here nor in the catalog is never dropped.
"""

from __future__ import annotations

from functools import cache
from typing import cast

from goal_semantics.model import Aggregate

STOP = frozenset(
    """a an the this that these those there here some please kindly just also too both as so then well
    is are was were be been being am do does did done has have had having can could would should will shall may might must
    what what's whats whose who whom which how where
    i we you he she it they me us our ours your my mine his her its their theirs them one ones
    show display give get tell find see view want need like know report return fetch calculate compute produce create
    provide present describe look let let's help try
    draw plot make build generate visualise visualize
    exist exists happen happened happens occur occurred occurs occurring take took taken place recorded
    associated corresponding correspond corresponds respective contain contains contained belong belongs hold holds
    overall respectively currently overview data result results figure figures statistics stats info information
    of for in at on with within during by and or to into about regarding concerning along
    , ? . : ! ( ) & / ; ' " * @ ` ~ [ ] { }""".split()
)
"""Carry no content of their own. Prepositions and connectors are here because readings that need them take them first."""

_PHRASES: dict[tuple[str, str], str] = {
    (
        "by",
        "by",
    ): "by|per|grouped by|group by|broken down by|break down by|broken out by|split by|sliced by|segmented by"
    "|according to|as a function of|depending on|breakdown by|in terms of|distributed by|across|across the|by the",
    (
        "by",
        "each",
    ): "each|every|for each|for every|in each|in every|at each|at every|on each|on every|within each|of each"
    "|of every|with each|by each|per each|across each|for each of the|for different|for the different"
    "|across different|across the different|for each different",
    ("by", "each from"): "from each|from every|leaving each|out of each",
    ("by", "each to"): "to each|to every",
    ("agg", "avg"): "average|avg|mean|averaged|on average",
    ("agg", "sum"): "total|sum of|sum|summed|combined|in total|altogether|sum total of|aggregate",
    ("pooled", ""): "together|jointly|taken together|put together|added up|in sum|as a whole|all together|collectively",
    ("divide", ""): "divided by|over the number of|as a ratio of",
    (
        "part of",
        "",
    ): "as a share of|as share of|as a percentage of|as percentage of|as a percent of|as percent of|as % of|as a % of"
    "|as a fraction of|as fraction of|as a proportion of|as proportion of|in proportion to|out of",
    (
        "ordinal",
        "",
    ): "second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|2nd|3rd|4th|5th|6th|7th|8th|9th|10th|next",
    ("ratio", ""): "ratio of|ratio between|the ratio of|the ratio between",
    ("agg", "max"): "maximum|max|maximal",
    ("agg", "min"): "minimum|min|minimal",
    ("agg", "median"): "median",
    (
        "count",
        "rows",
    ): "how many|number of|the number of|count of|count|counts of|no. of|# of|# |total number of|total count of"
    "|the total number of|numbers of|how many of the|count up|how often|how frequently|num|num of|no . of|nr of|nr . of",
    (
        "distinct",
        "",
    ): "distinct|unique|different|how many different|number of different|number of distinct|number of unique"
    "|how many distinct|how many unique|count of distinct|count of unique|count distinct|count the different",
    ("super", "desc"): "most|highest|largest|biggest|greatest|the most|maximum number of|largest number of"
    "|highest number of|greatest number of|most number of|the largest number of|biggest number of",
    ("super", "asc"): "least|lowest|smallest|fewest|the least|the fewest|minimum number of|smallest number of"
    "|lowest number of|least number of|fewest number of",
    ("super", "best"): "best",
    ("super", "worst"): "worst|poorest",
    ("most", "desc"): "busiest|most popular|most common|most frequent|most frequently|most often|most frequently used",
    ("most", "asc"): "least busy|quietest|least popular|least common|least frequent|rarest|least often",
    ("extreme", "desc"): "longest|oldest|newest|latest|fastest|heaviest|tallest|strongest|hottest|farthest|furthest"
    "|most recent|most expensive|priciest|youngest|earliest|shortest|slowest|lightest|cheapest|coldest|nearest|weakest"
    "|closest|least expensive|largest sized",
    ("top", "desc"): "top|leading|top most|highest ranking",
    ("top", "asc"): "bottom|lowest ranking",
    (
        "op",
        ">",
    ): "more than|over|above|greater than|exceeding|exceeds|exceed|exceeded|higher than|larger than|bigger than"
    "|longer than|in excess of|>|is over|is above|is more than|is greater than|greater|bigger|upwards of|older than",
    ("op", ">="): "at least|no less than|not less than|no fewer than|not fewer than|a minimum of|minimum of|>=|≥"
    "|greater than or equal to|more than or equal to",
    (
        "op",
        "<",
    ): "less than|under|below|fewer than|lower than|shorter than|smaller than|<|is under|is below|is less than"
    "|younger than",
    ("op", "<="): "at most|no more than|not more than|up to|a maximum of|maximum of|<=|≤|less than or equal to"
    "|no greater than|no longer than|no higher than",
    ("op", "="): "exactly|equal to|equals|=|is equal to|equal|==",
    ("op", "!="): "not equal to|is not equal to|!=|<>|≠|does not equal",
    ("op", "between"): "between|ranging from|is between|in the range",
    ("after op", ">="): "or more|or above|or greater|or higher|and above|and up|and over|or over|and more|+|plus",
    ("after op", "<="): "or less|or fewer|or below|or under|and below|and under|or lower",
    ("neg", ""): "not|except|except for|excluding|exclude|excludes|without|other than|apart from|besides|but not|no|non"
    "|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|never|excl|neither|nor|minus|aside from|leaving out|omitting|omit"
    "|ignoring|ignore|drop|hasn't|haven't|cannot|can't|won't|ex|all but|everything but|anything but|rather than"
    "|instead of|outside|outside of|none of|remove|less the",
    (
        "share",
        "",
    ): "share of|share|shares of|percentage of|percent of|% of|percentage|proportion of|proportion|fraction of"
    "|fraction|percent|percentage share of|market share of|market share|contribution of|contribution|relative share of"
    "|percentages of|shares|what share of|what percentage of|what percent of|what fraction of|what proportion of|%",
    (
        "share total",
        "",
    ): "as % of total|as a % of total|as percent of total|as a percent of total|as percentage of total"
    "|as a percentage of total|as a percentage of the total|as a share of total|as a share of the total|as share of total"
    "|% of total|percent of total|percentage of total|percentage of the total|share of total|share of the total"
    "|as a fraction of the total|fraction of total|as a proportion of the total|in percent of total|% of the total"
    "|as % of the total|as percentages|as percentage|as a percentage|as percent|in percent|as a share|as shares"
    "|percent of the total|proportion of the total|proportion of total|in %|as %",
    ("cumulative", ""): "cumulative|running total of|running total|cumulatively|running sum of|running sum|accumulated"
    "|cumulated|running count of|running count|cumulative total of|cumulative sum of|cumulative number of",
    (
        "growth",
        "",
    ): "growth of|growth in|growth rate of|growth|growth rate|change in|change of|changes in|percent change in"
    "|percentage change in|increase in|rate of change of|percent growth in|percentage growth in|growth rate in|the change in",
    (
        "order",
        "by",
    ): "sorted by|sort by|ordered by|order by|ranked by|rank by|in order of|arranged by|ordering by|sorted on"
    "|sorted according to|ordered according to|rank them by|sort them by|order them by|sort it by|sorting by",
    ("order", "loose"): "sorted|ordered|ranked|sort|order|rank|arranged|ranking|listed|sort them|order them|ordering"
    "|in order",
    (
        "direction",
        "desc",
    ): "descending|desc|descending order|in descending order|from high to low|from highest to lowest"
    "|high to low|highest to lowest|largest first|highest first|most first|biggest first|from most to least|decreasing"
    "|in decreasing order|in desc|in desc order|from large to small|reverse|from high to low order|largest to smallest"
    "|from largest to smallest|with the highest first|descendingly|in reverse order",
    ("direction", "asc"): "ascending|asc|ascending order|in ascending order|from low to high|from lowest to highest"
    "|low to high|lowest to highest|smallest first|lowest first|fewest first|least first|from least to most|increasing"
    "|in increasing order|in asc|in asc order|from small to large|from low to high order|smallest to largest"
    "|from smallest to largest|with the lowest first",
    ("direction", "best"): "best first|from best to worst|best to worst|with the best first",
    ("direction", "worst"): "worst first|from worst to best|worst to best|with the worst first",
    ("direction", "name"): "alphabetically|in alphabetical order|alphabetical order|alphabetical|by alphabet"
    "|in alphabetic order|in lexicographic order",
    (
        "direction",
        "time",
    ): "chronologically|in chronological order|chronological order|chronological|oldest first|by date",
    (
        "detail",
        "",
    ): "list|rows of|raw rows|raw rows of|individual|records of|details of|detail of|row level|line items of"
    "|list of|a list of|list all|list the|list out|details about|details for|enumerate|the rows|rows|records|all rows of",
    ("all", ""): "all|any|show all|all of the|all the|entire|show the",
    (
        "totals",
        "",
    ): "with totals|with total|with subtotals|including totals|including a total|with a total row|with grand total"
    "|with the total|including the total|with a grand total|with a total|and totals|include totals|including total"
    "|plus totals|with row totals|and subtotals|with sub totals",
    (
        "trend",
        "",
    ): "trend|trends|trend of|trends in|trend in|over time|through time|evolution of|time series of|development of"
    "|history of|time series|how has|over the time|as a time series|evolve|evolved|developed over time|changed over time"
    "|change over time|historically",
    (
        "from",
        "",
    ): "from|leave|leave from|leaves|leaves from|leaving|leaving from|departing|departing from|departed|departed from|departs from|depart from"
    "|originating|originating in|originating from|originating at|out of|left|left from|starting in|starting at"
    "|starting from|coming from|comes from|come from|came from|depart|outbound from|that left|sent from|taking off from",
    (
        "to",
        "",
    ): "to|into|toward|towards|arriving|arriving at|arriving in|arrived at|arrived in|arrive at|arrive in|bound for"
    "|destined for|heading to|landing at|landing in|landed at|landed in|going to|went to|go to|headed to|sent to|inbound to"
    "|arrives at|flying to|flew to|fly to|flies to|arriving to",
    ("which", ""): "which|what|who|what are the|which of the|what were the|who are the|which are the"
    "|what are|which are|when",
    ("prep", ""): "in|at|on|of|for|with|within|during|among|amongst|where|whose|that|only|just|solely"
    "|restricted to|limited to|filtered to|exclusively|while|if|given|based in|located in|located at|belonging to"
    "|including only|considering only|having|for which|in which|specifically|include only|under the|via|through|using"
    "|are from|operated by|run by|made by|built by|manufactured by|produced by|owned by|called|named|flown by|served by|shared by|used by|associated with|related to|in charge of|used in|used for",
    ("is", ""): "is|are|was|were|equals|=|:|is called|is named|named|called|being",
    (
        "and",
        "",
    ): "and|,|&|and also|as well as|plus|along with|together with|alongside|and the|and then|;|/|and their|/ ",
    ("or", ""): "or|and/or|or else|either",
    ("versus", ""): "versus|vs|vs.|compared to|compared with|against|in comparison with|in comparison to|relative to"
    "|compare|comparing|comparison of|compare the|contrast|comparison between|comparison",
    (
        "limit",
        "",
    ): "limit|limited to|only the first|first|the first|limit to|show only|show only the first|cap at|max rows",
    (
        "null",
        "",
    ): "missing|null|blank|empty|unknown|unrecorded|not recorded|not known|unspecified|not available|undefined",
    ("fiscal", ""): "fiscal|financial|fy",
    (
        "log",
        "",
    ): "log scale|on a log scale|logarithmic scale|with log scale|with a log scale|logarithmic|on a logarithmic scale",
    (
        "part",
        "",
    ): "day of week|day of the week|days of the week|weekday|weekdays|day of month|day of the month|hour of day"
    "|hour of the day|hours of the day|month of year|month of the year|week of year|week of the year|time of day"
    "|time of the day|day of year|minute of the hour",
    (
        "ask why",
        "",
    ): "why|what caused|what drove|what explains|reason for|reasons for|what is driving|cause of|causes of"
    "|explain|root cause of|root cause",
    ("forecast", ""): "forecast|predict|prediction|projected|forecasted|expected|will be|predicted|estimate|correlation"
    "|correlate|correlated|regression|cluster|clustering|what if|anomaly|anomalies|outlier|outliers|percentile"
    "|standard deviation|variance|quartile|quartiles|p95|p90|p99|stddev",
}


@cache
def phrases() -> dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]:
    """First word -> phrases that begin with it as (words, kind, value), longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for (kind, value), text in _PHRASES.items():
        for phrase in text.split("|"):
            words = tuple(phrase.replace("vs.", "vs").split())
            if words:
                found.setdefault(words[0], []).append((words, kind, value))
    return {first: tuple(sorted(items, key=lambda item: -len(item[0]))) for first, items in found.items()}


@cache
def reserved() -> frozenset[str]:
    """Every single word that means something to the planner itself."""
    return STOP | frozenset(words[0] for items in phrases().values() for words, _, _ in items if len(words) == 1)


def aggregate_word(word: str) -> Aggregate | None:
    """The aggregate that a single word stands for."""
    return next(
        (
            cast(Aggregate, value)
            for words, kind, value in phrases().get(word, ())
            if kind == "agg" and words == (word,)
        ),
        None,
    )


@cache
def own_words() -> frozenset[str]:
    """Every word that any of our phrases, numbers, grains or units contains."""
    inside = {word for items in phrases().values() for words, _, _ in items for word in words}
    shapes = "chart graph plot bar line area scatter pie histogram heatmap table rolling moving trailing previous last prior past"
    times = "today yesterday ago half week weeks months quarters years days hours minutes weekdays earlier period"
    months = "january february march april june july august september october november december"
    return (
        STOP
        | inside
        | set(NUMBER_WORDS)
        | set(SCALE)
        | set(GRAINS)
        | set(UNITS)
        | set(f"{shapes} {times} {months}".split())
    )


LINKING = frozenset(
    """published posted written wrote write made offered offers offer taught teach teaches received receive served serves
    serve serving presented provided provide provides earned created submitted released issued operated operate operates
    operating happening use uses flew flown fly flies""".split()
)
"""Verbs that only say that rows exist. They select nothing, and that is said; a catalog that has such a word keeps it."""

NUMBER_WORDS: dict[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100, "dozen": 12,
    "thousand": 1000, "once": 1, "twice": 2, "million": 1_000_000,
}  # fmt: skip

SCALE: dict[str, int] = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "bn": 10**9, "b": 10**9,
                         "billion": 10**9}  # fmt: skip

GRAINS: dict[str, str] = {
    "second": "second", "minute": "minute", "hour": "hour", "hourly": "hour", "day": "day", "daily": "day",
    "date": "day", "week": "week", "weekly": "week", "month": "month", "monthly": "month", "quarter": "quarter",
    "quarterly": "quarter", "year": "year", "yearly": "year", "annual": "year", "annually": "year",
}  # fmt: skip

UNITS: dict[str, str] = {
    "min": "min", "mins": "min", "minute": "min", "minutes": "min", "hour": "h", "hours": "h", "h": "h", "hr": "h",
    "hrs": "h", "second": "s", "seconds": "s", "sec": "s", "secs": "s", "day": "d", "days": "d",
    "mile": "mi", "miles": "mi", "mi": "mi", "km": "km", "kilometer": "km", "kilometers": "km", "kilometre": "km",
    "kilometres": "km", "feet": "ft", "foot": "ft", "ft": "ft", "meters": "m", "metres": "m", "meter": "m",
    "inch": "in", "inches": "in", "mph": "mph", "knots": "kn", "degrees": "°", "fahrenheit": "°F", "celsius": "°C",
    "dollars": "$", "dollar": "$", "usd": "$", "euros": "€", "eur": "€", "percent": "%", "pct": "%", "%": "%",
    "kg": "kg", "lbs": "lb", "pounds": "lb", "years": "y", "year": "y", "mbar": "mbar", "times": "times", "time": "times",
}  # fmt: skip

SECONDS: dict[str, float] = {"s": 1, "min": 60, "h": 3600, "d": 86400}
"""Units of duration that convert into each other."""

FROM_WORDS = frozenset("origin source from departure depart start sender pickup outbound".split())
TO_WORDS = frozenset("destination dest target to arrival arrive end receiver recipient dropoff inbound".split())
"""Words in the name of a relationship or field that say which side of a movement it is."""

NAMING = ("name", "full_name", "title", "label", "display_name")
"""Field names that stand for the whole row, best first."""
