"""Sentences computed from tables, and the words that numbers become.

The same functions speak in notebooks, document, slides and index, so that two places cannot tell
two stories. Only validated segments are spoken of as better.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import ceil, floor
from typing import Any

import pandas as pd

from helpers.metrics.retention import year_counted
from helpers.segments import verdicts
from helpers.study import Study
from helpers.words import N_, counting, few, groups, local, say, spoken, story, translated
from helpers.words import numbers as fmt
from helpers.words import segments as words

WIDE = 0.1  # of a range of a share, from which on it is told with the share
IN_SILENCE = "left_in_silence"  # id of the finding that leaving is seen by silence alone
WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def number_word(value: int) -> str:
    """Small whole numbers in words, larger ones in digits.

    >>> number_word(0), number_word(3), number_word(1234)
    ('no', 'three', '1,234')
    """
    small = spoken.english() and 0 <= value < len(WORDS)
    return WORDS[value] if small else fmt.number(value)


def plural(value: int, noun: str, many: str | None = None) -> str:
    """The noun, or the sentence, in the number that goes with the value.

    >>> plural(1, "customer"), plural(2, "customer"), plural(0, "company", "companies")
    ('customer', 'customers', 'companies')
    """
    told = noun if value == 1 else many or f"{noun}s"
    return told if isinstance(told, spoken.Sentence) else translated(told)


def own_family(rows: pd.DataFrame) -> str:
    """Over what a table's p is adjusted, where it tells one: it differs between tables."""
    known = rows.get("p_adjusted", pd.Series(dtype=float)).notna().any()
    return say(counting.OWN_FAMILY) if known else ""


def counted(value: int, noun: str, *, words: bool = True) -> str:
    """A number with its noun, one of `helpers.words.counting.COUNTED`.

    >>> counted(1, "segment"), counted(3, "segment"), counted(3, "customer", words=False)
    ('one segment', 'three segments', '3 customers')
    """
    told = number_word(value) if words else fmt.number(value)
    return say(counting.COUNTED[noun], told=told, n=value)


def capital(sentence: str) -> str:
    """The sentence with a capital first letter.

    >>> capital("three segments")
    'Three segments'
    """
    return sentence[:1].upper() + sentence[1:]


def inside(label: str) -> str:
    """A label as it stands within a sentence: small, unless it begins with an acronym.

    >>> inside("Average order value"), inside("ARR per customer"), inside("NPS")
    ('average order value', 'ARR per customer', 'NPS')
    """
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def joined(names: Iterable[object], *, last: str = "and") -> str:
    """Names as people list them.

    >>> joined(["a"]), joined(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    told = [str(name) for name in names]
    if len(told) < 2:
        return "".join(told)
    if not spoken.english():
        return local.joined(told, style="standard" if last == "and" else "or")
    return f"{', '.join(told[:-1])} {last} {told[-1]}"


def p_words(p: float) -> str:
    """A p-value in a sentence.

    >>> p_words(0.0001), p_words(0.04)
    ('p\\xa0<\\xa00.001', 'p\\xa0=\\xa00.040')
    """
    told = fmt.p_value(p)
    text = f"p {told}" if told[0] in "<>" else f"p = {told}"
    return text.replace(" ", fmt.NARROW)


def by_luck(p: float) -> str:
    """How often luck alone does as well, at one figure: what a p-value says, for everybody.

    >>> by_luck(0.0014), by_luck(0.031), by_luck(0.00001)
    ('about 1 in 700', 'about 1 in 30', 'less than 1 in 10,000')
    """
    if p < 1e-4:
        return say(story.LUCK_LESS, one=10_000)
    power = 10 ** max(0, len(str(int(1 / p))) - 1)
    return say(story.LUCK_ABOUT, one=round(1 / p / power) * power)


def interval(low: float, high: float, currency: str) -> str:
    """An interval of money.

    >>> interval(4100, 14300, "EUR"), interval(-500, 2300, "USD")
    ('€4.1k to €14.3k', '−$500 to $2,300')
    """
    told = (
        fmt.short_money(low, currency, beside=high),
        fmt.short_money(high, currency, beside=low),
    )
    return say(counting.FROM_TO, low=told[0], high=told[1])


# ── sentences ────────────────────────────────────────────────────────────────────────────────────
def shown_by(lift: float, lift_low: float, currency: str) -> str:
    """How much better a validated segment is than the rest, or that this is open.

    >>> shown_by(9200, 4000, "EUR"), shown_by(0, 0, "EUR")
    ('€9,200 a year better than the rest', 'better than the rest; by how much is open')
    """
    if not verdicts.has_amount(lift, lift_low):
        return say(words.THAN_REST_OPEN)
    return say(words.THAN_REST, better=better_by(lift, currency))


def better_by(lift: float, currency: str) -> str:
    """How much better a segment is, per customer and year.

    >>> better_by(9200, "EUR")
    '€9,200 a year better'
    """
    told = fmt.short_money(abs(lift), currency)
    return say(counting.A_YEAR_BETTER if lift >= 0 else counting.A_YEAR_WORSE, told=told)


def lift_sentence(row: Mapping[str, Any], currency: str) -> str:
    """How much better one segment is and how sure that is.

    ``row`` holds customers, customer_share, lift, lift_low, lift_high, p_adjusted. Where the honest
    interval starts at 0 no money is named: that the segment is better is shown, by how much is not.
    """
    who = counted(int(row["customers"]), "customer", words=False)
    share = fmt.percent(float(row["customer_share"]))
    lift, low, high = (float(row[name]) for name in ("lift", "lift_low", "lift_high"))
    if verdicts.has_amount(lift, low):
        parts = [say(words.SCORE_BETTER, who=who, share=share, better=better_by(lift, currency))]
        if not fmt.is_missing(low) and not fmt.is_missing(high):
            parts.append(say(words.INTERVAL, interval=interval(low, high, currency)))
        if row.get("lift_caution"):
            parts.append(str(row["lift_caution"]))
    else:
        parts = [say(words.BETTER_OPEN, who=who, share=share)]
    if not fmt.is_missing(row["p_adjusted"]):
        parts.append(say(words.BY_LUCK, luck=by_luck(float(row["p_adjusted"]))))
    return spoken.set_in(("; ".join(parts) + ".").replace("..", "."))


def loss(row: Mapping[str, Any], currency: str) -> str:
    """That a segment's customers lose money by the score; "" where they do not."""
    mean = float(row["mean_score"])
    return say(story.LOSES, loss=fmt.short_money(-mean, currency)) if verdicts.loses(mean) else ""


def typical_sentence(row: Mapping[str, Any]) -> str:
    """Where a typical member ranks, without money: nothing is shown about the mean.

    ``row`` holds customers, customer_share, percentile with its ends (0 to 100), p_adjusted. Where
    the honest interval starts at 50, no percentile is named.
    """
    who = counted(int(row["customers"]), "customer", words=False)
    share = fmt.percent(float(row["customer_share"]))
    luck = say(words.BY_LUCK, luck=by_luck(float(row["p_adjusted"])))
    low, high = row["percentile_low"] / 100, row["percentile_high"] / 100
    if not verdicts.has_place(row["percentile_low"]):
        return say(words.TYPICAL_MEMBER_OPEN, who=who, share=share, high=high, luck=luck)
    place = row["percentile"] / 100
    return say(
        words.TYPICAL_MEMBER, who=who, share=share, place=place, low=low, high=high, luck=luck
    )


def typical_place(row: Mapping[str, Any]) -> str:
    """The same in a line of a slide; the interval and the luck in it stand in the document."""
    who = counted(int(row["customers"]), "customer", words=False)
    if not verdicts.has_place(row["percentile_low"]):
        return say(words.TYPICAL_RANKS_OPEN, who=who)
    return say(words.TYPICAL_RANKS, who=who, place=row["percentile"] / 100)


def beside_claim(row: Mapping[str, Any], by: str, unit: str, currency: str) -> str:
    """What a claim's comparison within another attribute, named ``by``, says of it; "" if nothing.

    ``row`` holds confounding, the adjusted effect as ``adjusted``, adjusted_low and adjusted_high.
    """
    template = {
        verdicts.TURNED: words.TURNED,
        verdicts.EXPLAINED: words.EXPLAINED,
        verdicts.INSEPARABLE: words.INSEPARABLE,
        verdicts.HOLDS: words.HOLDS,
    }.get(str(row["confounding"]))
    if template is None:
        return ""
    if template is words.INSEPARABLE:
        return say(template, by=by)
    left, low, high = (row[name] for name in ("adjusted", "adjusted_low", "adjusted_high"))
    reach = ""
    if not fmt.is_missing(low) and not fmt.is_missing(high):
        ends = say(
            counting.FROM_TO,
            low=_difference(low, unit, currency),
            high=_difference(high, unit, currency),
        )
        reach = say(words.INTERVAL_BESIDE, interval=ends)
    return say(template, by=by, left=_difference(left, unit, currency), interval=reach)


def _difference(value: Any, unit: str, currency: str) -> str:
    """A signed difference: of money, of shares in points, or as a number."""
    if unit == currency:
        return fmt.short_money(float(value), currency, signed=True)
    if unit == "share":
        return say(counting.POINTS, told=fmt.formatted(100 * float(value), "signed_points"))
    return fmt.formatted(float(value), "signed")


def drift(row: Mapping[str, Any], currency: str, *, alpha: float) -> str:
    """How lifts differ between customers won early and late, where that is shown; else ""."""
    if not row.get("drift_p", 1.0) <= alpha:
        return ""
    early, late = (
        fmt.short_money(float(row[name]), currency, signed=True)
        for name in ("lift_early", "lift_late")
    )
    return say(words.DRIFTS, early=early, late=late)


def of_which_confounded(count: int) -> str:
    """How many of the claims just told are another attribute's; "" if none.

    >>> of_which_confounded(2)
    '; two of them are explained or turned by another attribute'
    """
    if count == 0:
        return ""
    if count == 1:
        return say(words.ONE_CONFOUNDED)
    return say(words.MORE_CONFOUNDED, count=number_word(count))


def confounded(hypotheses: pd.DataFrame, study: Study) -> str:
    """Of each supported claim what another attribute or the ranks make of it, or that none does.

    ``hypotheses`` is the data file, or some of its rows.
    """
    told = []
    opposed = verdicts.ranks_oppose(hypotheses, alpha=study.scope.alpha)
    questioned = ~verdicts.is_unquestioned(hypotheses["confounding"]) | opposed
    for at, row in hypotheses[questioned].to_dict("index").items():
        adjusted = row | {"adjusted": row["effect_adjusted"]}
        by = study.label(row["adjusted_by"])
        asked = not verdicts.is_unquestioned(row["confounding"])
        beside = [beside_claim(adjusted, by, row["unit"], study.currency)] if asked else []
        beside += [say(groups.RANKS_OPPOSE)] if opposed[at] else []
        told.append(
            say(
                words.HYPOTHESIS,
                name=row["hypothesis_id"],
                statement=str(row["statement"]).rstrip(".") + ".",
                effect=_difference(row["effect"], row["unit"], study.currency),
                beside="; ".join(beside),
            )
        )
    return " ".join(told) or say(words.NO_CONFOUNDING)


def answer(segments: pd.DataFrame, *, currency: str, detectable: Mapping | None = None) -> str:
    """The study's answer in one sentence: which segments stand out, or that none does.

    Parameters
    ----------
    segments : definition, verdict, lift, lift_low, confounding. Money is said of validated segments
        whose interval lies above 0, so that no range starts at nothing or below. Those that another
        attribute explains or turns around are counted apart.
    currency : of the lift.
    detectable : customers and lift: the smallest lift that a segment of so many customers would
        have shown; told when nothing stands out. Or reason: why nothing could be searched.
    """
    ranked = segments[verdicts.is_ranked(segments["verdict"])]
    typical = int((verdicts.is_finding(segments["verdict"])).sum()) - len(ranked)
    found = ranked[verdicts.leads(ranked["verdict"], ranked["confounding"])]
    others = len(ranked) - len(found)
    if found.empty and others:
        told = say(
            plural(others, words.CONFOUNDED_ONLY, words.CONFOUNDED_ONLY_MANY),
            count=counted(others, "segment"),
        )
        return _and_typical(told, typical)
    if found.empty and typical:
        return say(words.TYPICAL_ONLY, count=counted(typical, "segment"))
    if found.empty:
        judged = int(verdicts.is_judged(segments["verdict"]).sum())
        if not detectable:
            return say(words.NONE, judged=judged)
        if "reason" in detectable:
            return say(few.ANSWER, reason=detectable["reason"])
        size = counted(int(detectable["customers"]), "customer", words=False)
        least = fmt.short_money(float(detectable["lift"]), currency)
        return say(words.NONE_SEEN_FROM, judged=judged, size=size, lift=least)
    count = capital(counted(len(found), "segment"))
    who = say(plural(len(found), words.IS_BETTER, words.ARE_BETTER), count=count)
    sure = found[
        [verdicts.has_amount(row.lift, row.lift_low) for row in found.itertuples(index=False)]
    ]
    if sure.empty:
        told = say(words.BY_OPEN, who=who)
    else:
        best, least = sure["lift"].max(), sure["lift"].min()
        reach = fmt.short_money(best, currency, beside=least)
        if fmt.short_money(least, currency, beside=best) != reach:
            reach = interval(least, best, currency)
        some = len(sure) < len(found)
        told = (
            say(words.SOME_BY, who=who, some=number_word(len(sure)), reach=reach)
            if some
            else say(words.ALL_BY, who=who, reach=reach)
        )
    if others:
        many = plural(others, words.AND_CONFOUNDED, words.AND_CONFOUNDED_MANY)
        told = say(many, told=told, count=number_word(others))
    return _and_typical(told, typical)


def _and_typical(told: str, typical: int) -> str:
    """The sentence, with how many segments are better for a typical member."""
    if typical:
        told = say(words.AND_TYPICAL, told=told, count=counted(typical, "further segment"))
    return spoken.set_in(f"{told}.")


def left_out(customer_list: pd.DataFrame) -> str:
    """Who is analysed and who is left out.

    ``customer_list`` is the data file: included, exclusion_rule, status.
    """
    known = len(customer_list)
    kept = customer_list[customer_list["included"]]
    former = int(kept["status"].eq("former").sum())
    out = known - len(kept)
    analysed = story.ANALYSED if out else story.ALL_ANALYSED
    told = say(
        analysed, number=fmt.number(len(kept)), counted=counted(known, "account", words=False)
    )
    told += say(story.THEM_FORMER_CUSTOMERS, number=fmt.number(former)) if former else ""
    if not out:
        return spoken.set_in(f"{told}.")
    return say(
        story.LEFT_OUT,
        told=told,
        n=out,
    )


def stay(curve: pd.DataFrame, *, silent: bool = False, first: date | None = None) -> str:
    """How many customers are still there after a year, or after as long as is known.

    Where they leave by twelve months of silence nobody can leave in the first year: it is told of
    the second, and of nothing before.

    Parameters
    ----------
    curve : time (months) and survival, a step where somebody left; "" where nobody did.
    silent : whether leaving is seen by silence (`staying.in_silence`).
    first : the day from which on leaving seems to be recorded, where the study does not declare
        it: who left before is missing, and the share is too large.

    >>> stay(pd.DataFrame({"time": [0.0, 5.0, 20.0], "survival": [1.0, 0.9, 0.4]}))
    '90\\xa0% of the customers are still there after 12 months'
    >>> stay(pd.DataFrame({"time": [0.0, 20.0, 30.0], "survival": [1.0, 0.8, 0.4]}), silent=True)
    '80\\xa0% of the customers are still there after 24 months'
    """
    months = 24 if silent else 12
    curve = curve.dropna(subset=["survival"])
    known = curve[year_counted(curve["time"]) <= months]
    longest = float(curve["time"].max())
    if known.empty or longest < 1 or (silent and int(longest) <= 12):
        return ""
    # Who left within the fifth month is gone after five; who is there, until the last whole one.
    falls = curve.sort_values("time")["survival"].diff().lt(0)
    until = min(months, max(ceil(curve.loc[falls, "time"].max()), floor(longest)))
    last = known.sort_values("time").iloc[-1]
    share = fmt.percent(float(last["survival"]))
    low, high = (float(last.get(name, "nan")) for name in ("low", "high"))
    if high - low >= WIDE:  # of few customers one share alone would be told too surely
        ends = say(counting.FROM_TO, low=fmt.percent(low), high=fmt.percent(high))
        share = f"{share} ({ends})"
    after = counted(until, "month", words=False)
    if first is not None:
        return say(story.AT_MOST_STILL_THERE_AFTER, share=share, counted=after, first=first)
    return say(story.CUSTOMERS_STILL_THERE_AFTER, share=share, counted=after)


def order_sentence(priorities: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Which segment comes first and how firm that is.

    ``priorities`` is the data file: segment_id, rank, rank_low, rank_high.
    """
    ranked = priorities.sort_values(["rank", "segment_id"])
    first = ranked.iloc[0]
    name = labels[first["segment_id"]]
    if len(ranked) == 1:
        return say(story.ONLY_VALIDATED_SEGMENT, name=name)
    firm = (ranked["rank_low"] == ranked["rank_high"]).all()
    low, high = int(first["rank_low"]), int(first["rank_high"])
    told = (
        say(story.COMES_FIRST, name=name)
        if high == 1
        else say(story.MAY_COME_FIRST, name=name, low=low, high=high)
    )
    change = story.NO_PLACE_CHANGES if firm else story.PLACES_MAY_CHANGE_WITHIN_RANGES
    return spoken.set_in(f"{told}; {say(change)}")


def changes(movement: pd.DataFrame, *, most: int = 5) -> list[str]:
    """What changed since the quarter before, a sentence each.

    Parameters
    ----------
    movement : the data file: kind, id, name, change, before, after.
    most : segments to name.
    """
    customers = movement[movement["kind"].eq("customer")]
    count = customers["change"].value_counts()
    told = []
    new, gone = int(count.get("new", 0)), int(count.get("gone", 0))
    if new or gone:
        told.append(
            say(
                story.NEW_ON_LIST_NO_LONGER,
                capital=capital(counted(new, "customer", words=False)),
                n=new,
                gone=gone,
            )
        )
    place = {"poor": 0, "average": 1, "excellent": 2}
    bands = customers[customers["change"].eq("band")]
    if len(bands):
        up = int((bands["after"].map(place) > bands["before"].map(place)).sum())
        told.append(
            say(
                story.CHANGED_THEIR_BAND_FOR_BETTER,
                counted=counted(len(bands), "customer", words=False),
                number=fmt.number(up),
                others=fmt.number(len(bands) - up),
            )
        )
    segments = movement[movement["kind"].eq("segment")]
    judged = segments[segments["change"].eq("verdict")]
    judged = judged[verdicts.is_finding(judged["before"]) | verdicts.is_finding(judged["after"])]
    for row in judged.head(most).itertuples():
        was, now = (fmt.formatted(text, "words") for text in (row.before, row.after))
        told.append(say(story.BEFORE_NOW, name=row.name, was=was, now=now))
    if len(judged) > most:
        told.append(
            say(story.MORE_SEGMENTS_CHANGED_THEIR_VERDICT, number=fmt.number(len(judged) - most))
        )
    came, went = (int(segments["change"].eq(kind).sum()) for kind in ("new", "gone"))
    if came or went:
        told.append(
            say(
                story.LOOKED_AT_FOR_FIRST_TIME,
                counted=counted(came, "segment", words=False),
                n=came,
                number=fmt.number(went),
            )
        )
    return told


NOT_COLLECTED = {
    "contracts": story.CONTRACTS_NO_RECURRING_REVENUE,
    "orders": story.ORDERS_NO_ORDER_VALUES,
    "costs": story.COSTS_BY_ACCOUNT_NO_MARGIN,
    "tickets": story.HELPDESK_TICKETS_NOTHING_ON_SERVICE,
    "surveys": story.NPS_CSAT_SURVEYS_NOTHING_ON,
    "usage": story.PRODUCT_USAGE_NOTHING_ON_ACTIVATION,
    "referrals": N_("referrals"),
    "needs": story.NEEDS_INTERVIEWS_NOTHING_ON_WHAT,
    "prospects": story.REACHABLE_MARKET_SIZE_COUNTS_OWN,
    "candidates": story.LISTS_OTHER_TEAMS_USE,
    "score_reviews": story.STAKEHOLDERS_VIEW_RANKING_SCORE_NOT,
    "research": story.ATTRIBUTES_RESEARCHED_BY_HAND,
}


def weak_fields(coverage: pd.DataFrame) -> pd.DataFrame:
    """Rows of the data file coverage that results rest on, yet are weakly or unevenly filled.

    Segments and hypotheses are made of attributes. Metrics only describe them, each with its own
    n: that a customer without a ticket never waited for a reply is no gap. Fields without any value
    were not collected, or do not exist for this kind of business.
    """
    weak = coverage["verdict"].isin(["weak", "biased"]) & coverage["filled"].gt(0)
    weak = coverage[weak & coverage["source"].ne("metrics")]
    known = weak["label"] if "label" in weak else weak["field"]
    return weak.assign(label=known.fillna(weak["field"]))


def weak_coverage(coverage: pd.DataFrame) -> str:
    """Which fields are too empty, or too unevenly filled, to lean on; empty when none is."""
    weak = weak_fields(coverage)
    if weak.empty:
        return ""
    names = weak["label"]
    shown: Sequence[str] = list(names.head(3 if len(weak) > 4 else 4))
    more = len(weak) - len(shown)
    named = [*shown[:1], *map(inside, shown[1:])]
    told = joined([*named, counted(more, "more field")] if more else named)
    return say(story.WEAKLY_OR_UNEVENLY_FILLED_RESULTS, told=told, n=len(weak))
