"""Of the appendix: who was analysed, how much hangs on how few, what makes a good customer."""

from collections.abc import Iterator
from datetime import date
from math import floor

import pandas as pd

from helpers.report import wording
from helpers.report.deck.blocks import Grid, Numbers, Slide, Text
from helpers.report.deck.places import Places
from helpers.words import charts, say
from helpers.words import deck as words
from helpers.words import numbers as fmt

LINES = 4  # of the score that its slide tells
KNOWN = 10  # customers observed for so long, for the share that stayed to be told
LONG = 24  # months of history from which its end is worth a sentence


def customers(at: Places) -> Iterator[Slide]:
    """Who is left out, and why; no slide where nobody is, which would show zeros alone."""
    content = at.content
    known = content.tables["customer_list"]
    kept = known[known["included"]]
    if len(kept) == len(known):
        return
    former = int(kept["status"].eq("former").sum())
    figures = (
        (fmt.number(len(known)), say(words.ACCOUNTS_KNOWN)),
        (fmt.number(len(known) - len(kept)), say(words.LEFT_OUT_ACCOUNTS)),
        (fmt.number(len(kept) - former), say(words.CURRENT_CUSTOMERS)),
        (fmt.number(former), say(words.FORMER_CUSTOMERS)),
    )
    yield Slide(
        "customers",
        wording.left_out(known),
        (Numbers(figures),),
        at.placed("exclusions"),
        notes=words.EVERY_ACCOUNT_LEFT_OUT_KEEPS,
        proofs=at.proofs("exclusions", "reconciliation"),
    )


def revenue(at: Places) -> Iterator[Slide]:
    """How much hangs on how few customers, and how long customers stay."""
    held, stayed = at.placed("concentration"), at.placed("survival")
    said = at.content.exhibit("concentration_told")
    told = []
    if held and said is not None:
        share = fmt.percent(vars(said)["values"]["share"])
        told.append(say(words.LARGEST_FIFTH_CUSTOMERS_BRING_REVENUE, share=share))
    if stayed:
        staying = wording.stay(
            at.content.data("survival"),
            silent=at.content.exhibit(wording.IN_SILENCE) is not None,
            first=_first(at),
        )
        stayed = stayed if staying else ()  # nobody has left: there is no curve to look at
        told += [staying] if staying else []
    if not (held or stayed):
        return
    left = held
    ended = at.content.exhibit("year_ended")
    cliff = () if ended is None else (Text(ended.text),)
    right = (*stayed, *cliff, *_half(at)) if stayed else ()
    yield Slide(
        "revenue",
        wording.capital("; ".join(told)) or (held or stayed)[0].exhibit.title,
        left if held and stayed else (Text(words.FEW_HOLD_MUCH),),
        right or held,
        notes=words.SAY_HOW_MANY_CUSTOMERS_REVENUE,
        proofs=at.proofs("concentration", "survival"),
    )


def _first(at: Places) -> date | None:
    """The day before which nobody is on record who left, where that is not declared."""
    seems = at.content.exhibit("records_begin")
    return None if seems is None else vars(seems)["values"]["first"]


def _half(at: Places) -> tuple[Text, ...]:
    """When half of the customers are gone, or how many are left as far as is known.

    Nothing where those that left early are missing: both would be told too late.
    """
    if _first(at) is not None:
        return ()
    curve = at.content.data("survival").dropna(subset=["survival"]).sort_values("time")
    gone = curve[curve["survival"].le(0.5)]
    if len(gone):
        return (
            Text(say(words.HALF_THEM_GONE_AFTER_MONTHS, number=fmt.number(gone["time"].iloc[0]))),
        )
    known = curve[curve["at_risk"].ge(KNOWN) & curve["low"].notna()]
    if known.empty or known["time"].iloc[-1] < LONG:
        return ()
    last = known.iloc[-1]
    low, share, high = (fmt.percent(last[name]) for name in ("low", "survival", "high"))
    told = say(
        words.STILL_THERE,
        number=fmt.number(floor(last["time"])),
        percent=share,
        low=low,
        high=high,
        n=int(last["at_risk"]),
    )
    return (Text(told),)


def good_customer(at: Places) -> Slide:
    content = at.content
    scores = content.tables["quality_scores"]
    lines = ["base", *(n for n in content.study.quality_score.lines if n in scores)]
    means = scores.groupby(scores["band"].astype(str))[[*lines, "quality_score"]].mean()
    bands = [band for band in ("excellent", "average", "poor") if band in means.index]
    shown = _telling(means[lines])
    left = len(lines) - len(shown)
    most = float(means.abs().max(axis=None))
    names = {"base": content.metric(content.study.score_base)[0]} | {
        name: content.study.quality_score.label(name) for name in content.study.quality_score.lines
    }
    assumed = _assumed(scores)
    rows = [
        (
            names[line],
            *(
                fmt.MISSING if line in assumed else at.money(means.loc[band, line], most)
                for band in bands
            ),
        )
        for line in shown
    ]
    others = means[[line for line in lines if line not in shown]].sum(axis=1)
    if left:  # with them the columns add up to the score
        amounts = (at.money(others[band], most) for band in bands)
        rows.append((say(words.OTHER_LINES, number=left), *amounts))
    rows.append(
        (
            say(words.QUALITY_SCORE),
            *(at.money(means.loc[band, "quality_score"], most) for band in bands),
        )
    )
    grid = Grid(
        (words.MEAN_PER_CUSTOMER_YEAR, *(say(charts.BANDS[band]) for band in bands)),
        tuple(rows),
        (False, *(True for _ in bands)),
        note=(say(words.COSTS_PENALTIES_NEGATIVE) if len(lines) > 1 else "")
        + say(words.BANDS_BY_RANK)
        + ", ".join(
            f"{say(charts.BANDS[band])} {fmt.number(int((scores['band'] == band).sum()))}"
            for band in bands
        )
        + ".",
    )
    finding = content.exhibit("good_customer")
    title = wording.joined(
        say(
            words.BAND_SCORES,
            band=say(charts.BANDS[band]),
            score=at.money(means.loc[band, "quality_score"], most),
        )
        for band in bands
    )
    return Slide(
        "good-customer",
        finding.text if finding else say(words.YEAR_ON_AVERAGE, capital=wording.capital(title)),
        (grid,),
        (*at.placed("score_strip"), *at.told("score_former")),
        notes=words.SCORE_ONLY_HAS_TELL_POOR,
        proofs=at.proofs("score_strip", "score_example"),
    )


def _assumed(scores: pd.DataFrame) -> set[str]:
    """Lines of the score that are unknown of every customer: what stands there is no amount.

    >>> _assumed(pd.DataFrame({"imputed": ["service;touches", "service", "touches;service"]}))
    {'service'}
    """
    unknown = [set(told.split(";")) for told in scores.get("imputed", pd.Series()).fillna("")]
    return set.intersection(*unknown) - {""} if unknown else set()


def _telling(means: pd.DataFrame) -> list[str]:
    """The lines of the score that set its bands apart most, in the order of the score.

    >>> _telling(pd.DataFrame({"base": [9, 1], "a": [0, 0], "b": [0, 1], "c": [3, 1], "d": [0, 2]}))
    ['base', 'b', 'c', 'd']
    """
    apart = (means.max() - means.min()).sort_values(ascending=False, kind="stable")
    return [line for line in means if line in set(apart.index[:LINES])]
