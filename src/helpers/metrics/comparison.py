"""Values and intervals of one group of customers against all others.

A `Comparison` is made once; it holds the metrics' numerators and denominators as matrices and the
weights of all resamples, and then compares any number of groups with their rest.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy.sparse import csr_array, hstack

from helpers.alongside import Later, Together, begin, cores, results
from helpers.lookup import places
from helpers.metrics.catalog import METRICS, Metric, derived
from helpers.metrics.censored import CensoredSpread, censored_median
from helpers.metrics.components import Components
from helpers.metrics.intervals import (
    Spread,
    difference_limits,
    exact_median,
    percentile_limits,
    weight_blocks,
    wilson_limits,
)
from helpers.metrics.permutations import (
    MANY,
    begin_ratio_p_values,
    implied_p_values,
    share_p_values,
    survival_p_values,
)
from helpers.metrics.ratios import (
    NEUTRAL,
    Ratio,
    mean_limits,
    retention_limits,
    share_limits,
)
from helpers.metrics.retention import PRIOR, kaplan_meier_median, pooled_churn
from helpers.study import Study

# Single precision holds counts exactly and amounts to seven digits, enough for resamples (the
# values themselves are added up in double precision). What remains of a denominator below this
# share of the whole is rounding; a side that has less than `LITTLE` of a sum is added up itself.
SINGLE, ROUNDING, LITTLE = np.float32, 1e-6, 1e-3
# Bins of the times that resamples are looked up in: fewer for parts of the tickets.
FINE, COARSE = 128, 32
MOST_THREADS = 4  # each holds the resamples of one group
PIECE = 30  # groups compared by one process at a time; what they need in common takes as long as 3
# Limits closer than this, relative to their size, differ by rounding only.
FLAT = 1e-5


@dataclass
class Group:
    """A group's values: one entry (``draws``, of medians: one row of resamples) per metric."""

    customers: np.ndarray
    observations: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    draws: np.ndarray


class Comparison:
    """Compares groups of customers with the rest, on the same resamples for all of them.

    Parameters
    ----------
    study : for the seed, the number of resamples and the least number of customers.
    parts : components of all included customers.
    wanted : names of the metrics; all that the components know by default.
    """

    def __init__(
        self, study: Study, parts: Components, *, wanted: Iterable[str] | None = None
    ) -> None:
        names = parts.metrics if wanted is None else list(dict.fromkeys(wanted))
        self.given = study, parts, names
        self.least = study.metrics.interval_min_customers
        self.wanted = len(names)
        self.derived = derived(study.business_model, discount_rate=study.metrics.discount_rate)
        self.metrics = _with_parts(names, parts, self.derived)
        self.place = {entry.name: at for at, entry in enumerate(self.metrics)}
        forms = np.array([entry.form for entry in self.metrics])
        self.is_sum, self.is_share = forms == "sum", forms == "share"
        self.is_median = np.isin(forms, ["median", "censored"])
        self.scale = np.array([entry.scale for entry in self.metrics])
        self.by_rows = np.array([entry.rows for entry in self.metrics])
        self.months = parts.table["tenure_months"].to_numpy(float)
        self.entry = parts.entry_months.to_numpy(float)
        self.left = parts.table["left"].to_numpy(bool)
        size = len(parts.table)
        self.resamples, self.seed = study.metrics.resamples, study.seed

        available = set(parts.ratios)
        self.paired = [at for at, entry in enumerate(self.metrics) if entry.name in available]
        chosen = [self.metrics[at].name for at in self.paired]
        columns = [parts.numerator(name) for name in chosen]
        columns += [parts.denominator(name) for name in chosen]
        self.pairs = np.array(columns, dtype=float).reshape(len(columns), size).T
        self.spreads: dict[int, Spread | CensoredSpread] = {}
        self.observed: dict[int, tuple[np.ndarray, ...]] = {}
        self._observe(parts)
        self._average(study)
        counts = [spread.counts for spread in self.spreads.values()]
        self.counts = hstack([csr_array((size, 0), dtype=SINGLE), *counts], format="csr")

    def _average(self, study: Study) -> None:
        """What resamples add up, of every ratio whose interval is that of a mean.

        Numerators, denominators, their squares and products: the ratio and its standard error.
        Each as one matrix, so that two products per group add up everything.
        """
        count = len(self.paired)
        numerators, denominators = self.pairs[:, :count], self.pairs[:, count:]
        columns = [
            column
            for column, at in enumerate(self.paired)
            if self.metrics[at].form in ("sum", "ratio")
            and self.metrics[at].interval in ("mean", "retention")
        ]
        self.averaged = {column: place for place, column in enumerate(columns)}
        above, below = numerators[:, columns].copy(), denominators[:, columns]
        for column, place in self.averaged.items():
            if self.metrics[self.paired[column]].interval == "retention":
                above[:, place] = np.maximum(above[:, place] - below[:, place], 0)
        parts = [above, below, above * above, above * below, below * below]
        self.addends = np.hstack(parts).astype(SINGLE)
        # A margin that the study file gives is not estimated.
        given = study.metrics.gross_margin is not None
        self.exact = {self.place["gross_margin"]} if given and "gross_margin" in self.place else ()

    def compare(self, inside: np.ndarray) -> dict[str, np.ndarray]:
        """The customers marked in ``inside`` against all others: arrays, one entry per metric."""
        return next(self.compare_all([inside]))

    def compare_all(self, groups: Sequence[np.ndarray]) -> Iterator[dict[str, np.ndarray]]:
        """Each group against all customers outside it, as `compare`."""
        # The smaller side is added up; the larger is what then remains of the whole, unless one
        # customer is so large that next to nothing remains.
        small = [inside if inside.sum() * 2 <= len(inside) else ~inside for inside in groups]
        little = np.flatnonzero(self._little(small))
        large = [~small[at] for at in little]
        sums = self._sums([np.ones(len(self.pairs), dtype=bool), *small, *large])
        totals = sums(0)
        place = {int(at): len(small) + 1 + number for number, at in enumerate(little)}

        def compared(at: int) -> dict[str, np.ndarray]:
            one = sums(at + 1)
            other = sums(place[at]) if at in place else self._remainder(totals, one)
            sides = (one, other) if small[at] is groups[at] else (other, one)
            return self._compared(groups[at], *sides)

        # Of many customers most of it is sorting and adding up within numpy, where threads do not
        # wait for others; of few it is not.
        most = MOST_THREADS if len(self.pairs) > MANY else 1
        with ThreadPoolExecutor(min(cores(), most)) as threads:
            yield from threads.map(compared, range(len(groups)))

    def compare_together(self, groups: Sequence[np.ndarray]) -> list[dict[str, np.ndarray]]:
        """As `compare_all`; of few customers, together with the process beside this one."""
        if len(self.pairs) > MANY:
            return list(self.compare_all(groups))
        starts = range(0, len(groups), PIECE)
        pieces = [begin(_compared, *self.given, groups[at : at + PIECE]) for at in starts]
        return [*chain.from_iterable(results(pieces))]

    def permuted(self, groups: Sequence[np.ndarray]) -> Later[np.ndarray] | Together[np.ndarray]:
        """p-values of the ratios by permutations, begun while something else is done."""
        ratios = self._paired("ratio")
        count = len(self.paired)
        above, below = self.pairs[:, :count][:, ratios], self.pairs[:, count:][:, ratios]
        return begin_ratio_p_values(above, below, groups, seed=self.seed)

    def p_values(
        self,
        groups: Sequence[np.ndarray],
        compared: Sequence[dict[str, np.ndarray]],
        permuted: Later[np.ndarray] | Together[np.ndarray],
    ) -> np.ndarray:
        """p-value of each group and metric against the rest (`permutations`).

        Sums, ratios and shares by permuting membership, survival by the log-rank test; medians and
        what is derived from several metrics as their difference's interval implies.

        Parameters
        ----------
        compared : what `compare_all` gave for the groups.
        permuted : what `permuted` began for the groups.

        Returns
        -------
        Array (groups × metrics); NaN where a side has fewer customers than the least, or no value.
        """
        found = np.full((len(groups), len(self.metrics)), np.nan)
        if not len(groups):
            return found[:, : self.wanted]
        count = len(self.paired)
        above, below = self.pairs[:, :count], self.pairs[:, count:]
        paired = np.array(self.paired, dtype=int)
        shares = self._paired("share")
        found[:, paired[shares]] = share_p_values(above[:, shares], below[:, shares], groups)
        found[:, paired[self._paired("ratio")]] = permuted.result()
        implied = np.array(
            [
                implied_p_values(one["difference"], one["difference_low"], one["difference_high"])
                for one in compared
            ]
        )
        for at, entry in enumerate(self.metrics[: self.wanted]):
            if entry.form in ("median", "censored", "derived"):
                found[:, at] = implied[:, at]
            elif entry.form in ("transformed", "pooled"):
                found[:, at] = found[:, self.place[entry.parts[0]]]
            elif entry.form == "survival":
                found[:, at] = survival_p_values(self.months, self.left, groups)
        found = found[:, : self.wanted]
        few = [
            (one["customers"] < self.least)
            | (one["rest_customers"] < self.least)
            | np.isnan(one["difference"])
            for one in compared
        ]
        return np.where(np.array(few), np.nan, found)

    def _paired(self, form: str) -> np.ndarray:
        return np.array([self.metrics[at].form == form for at in self.paired], dtype=bool)

    def _sums(self, groups: Sequence[np.ndarray]) -> Callable[[int], np.ndarray]:
        """Sums of a group, by its place, in all resamples (addends and counts × resamples).

        Where all resamples are held at once, a group is added up when it is asked for.
        """
        size = len(self.pairs)
        blocks = weight_blocks(size, resamples=self.resamples, seed=self.seed)
        first = next(blocks)
        if first.shape[1] == self.resamples:
            return lambda at: self._added(groups[at], first)
        rows = self.addends.shape[1] + self.counts.shape[1]
        sums, start = np.empty((len(groups), rows, self.resamples), dtype=SINGLE), 0
        for block in chain([first], blocks):
            stop = start + block.shape[1]
            for group, filled in zip(groups, sums, strict=True):
                filled[:, start:stop] = self._added(group, block)
            start = stop
        return sums.__getitem__

    def _added(self, group: np.ndarray, weights: np.ndarray) -> np.ndarray:
        if group.all():
            return np.vstack([self.addends.T @ weights, self.counts.T @ weights])
        drawn = weights[group]
        return np.vstack([self.addends[group].T @ drawn, self.counts[group].T @ drawn])

    def _little(self, small: Sequence[np.ndarray]) -> np.ndarray:
        """Of which groups the other side has too little of a sum to be told as a remainder.

        Squares are looked at: of all addends they are the most unequal.
        """
        many = len(self.averaged)
        squares = self.addends[:, 2 * many : 3 * many], self.addends[:, 4 * many :]
        found = np.zeros(len(small), dtype=bool)
        for part in squares:
            whole = part.sum(axis=0, dtype=float)
            inside = np.array([part[group].sum(axis=0, dtype=float) for group in small])
            remains = whole - inside.reshape(len(small), many)
            found |= ((remains > 0) & (remains < LITTLE * whole)).any(axis=1)
        return found

    def _remainder(self, totals: np.ndarray, sums: np.ndarray) -> np.ndarray:
        """The sums of the customers that are not in ``sums``; rounding of a denominator is 0."""
        remains = totals - sums
        many = len(self.averaged)
        below = remains[many : 2 * many]
        below[below < ROUNDING * totals[many : 2 * many]] = 0
        return remains

    def _compared(
        self, inside: np.ndarray, one: np.ndarray, other: np.ndarray
    ) -> dict[str, np.ndarray]:
        group, rest = self._group(inside, one), self._group(~inside, other)
        low, high = self._difference(group, rest)
        found = {
            "customers": group.customers,
            "observations": group.observations,
            "value": group.value,
            "low": group.low,
            "high": group.high,
            "rest_customers": rest.customers,
            "rest_value": rest.value,
            "rest_low": rest.low,
            "rest_high": rest.high,
            "difference": np.where(self.is_sum, np.nan, group.value - rest.value),
            "difference_low": low,
            "difference_high": high,
        }
        return {name: array[: self.wanted] for name, array in found.items()}

    def _group(self, inside: np.ndarray, sums: np.ndarray) -> Group:
        size, count = len(self.metrics), len(self.paired)
        group = Group(
            customers=np.zeros(size, dtype=int),
            observations=np.zeros(size, dtype=int),
            value=np.full(size, np.nan),
            low=np.full(size, np.nan),
            high=np.full(size, np.nan),
            draws=np.full((size, sums.shape[1]), np.nan),
        )
        held = self.pairs[inside]
        numerator, denominator = held[:, :count].sum(axis=0), held[:, count:].sum(axis=0)
        customers = (held[:, count:] > 0).sum(axis=0)
        factor = np.where(self.is_sum[self.paired], customers, self.scale[self.paired])
        group.customers[self.paired] = customers
        group.observations[self.paired] = np.where(
            self.by_rows[self.paired], denominator, customers
        )
        group.value[self.paired] = _ratio(numerator, denominator) * factor
        many = len(self.averaged)
        self._ratios(group, held, sums[: 5 * many].reshape(5, many, sums.shape[1]), factor)
        self._medians(group, inside, sums[5 * many :])
        self._limits(group, inside, numerator, denominator)
        for at, entry in enumerate(self.metrics):
            if entry.form == "pooled":
                self._pooled(group, at, entry, inside)
        for form in ("transformed", "derived"):  # the latter are made of the former
            for at, entry in enumerate(self.metrics):
                if entry.form == form:
                    self._function(group, at, entry)
        self._finish(group)
        return group

    def _observe(self, parts: Components) -> None:
        """The times of every median: customer, value, how many ended, how many are waiting."""
        size = len(parts.table)
        times: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
        for name, rows in parts.observations.groupby("metric", sort=True):
            whose = places(rows["account_id"], parts.table["account_id"])
            times[name] = whose, rows["value"].to_numpy(float), rows["tickets"].to_numpy(float)
        for at, entry in enumerate(self.metrics):
            if entry.form == "median" and entry.name in times:
                bins = FINE if entry.name in METRICS else COARSE
                self.spreads[at] = Spread.of(*times[entry.name], customers=size, bins=bins)
                self.observed[at] = *times[entry.name], np.zeros_like(times[entry.name][2])
            elif entry.form == "censored" and entry.parts[0] in times:
                first, second = entry.parts
                ended, waiting = times[first], times.get(second)
                arrays: tuple[np.ndarray, ...] = *ended, np.zeros_like(ended[2])
                if waiting is not None:
                    pairs = zip(arrays, (*waiting[:2], 0 * waiting[2], waiting[2]), strict=True)
                    arrays = tuple(np.concatenate(pair) for pair in pairs)
                self.spreads[at] = CensoredSpread.of(*arrays, customers=size)
                self.observed[at] = arrays

    def _ratios(
        self, group: Group, held: np.ndarray, drawn: np.ndarray, factor: np.ndarray
    ) -> None:
        """Intervals of sums and ratios, in place.

        Parameters
        ----------
        held : the pairs of the group's customers.
        drawn : the sums of `_average` in each resample (5 × ratios × resamples).
        """
        count = len(self.paired)
        some = [
            column for column in self.averaged if group.customers[self.paired[column]] >= self.least
        ]
        summed = drawn[:, [self.averaged[column] for column in some]].astype(float)
        customers = group.customers[[self.paired[column] for column in some]]
        resampled = dict(zip(some, zip(*_studentized(summed, customers), strict=True), strict=True))
        for column, at in enumerate(self.paired):
            entry = self.metrics[at]
            if entry.form not in ("sum", "ratio") or group.customers[at] < self.least:
                continue
            numerator, denominator = held[:, column], held[:, count + column]
            if entry.interval in ("rows", "amounts"):
                # A share of all that lies between the floor and 1.
                span = 1 - entry.floor
                ratio = Ratio.of((numerator - entry.floor * denominator) / span, denominator)
                most = ratio.equal_customers
                if entry.interval == "rows":
                    most = ratio.denominator.sum() * (NEUTRAL if entry.floor < 0 else 1)
                low, high = np.array(share_limits(ratio, most=most)) * span + entry.floor
            else:
                grown = entry.interval == "retention"
                kept = np.minimum(numerator, denominator)
                ratio = Ratio.of(numerator - kept if grown else numerator, denominator)
                if grown:
                    whole = Ratio.of(kept, denominator)
                    low, high = retention_limits(whole, ratio, *resampled[column])
                else:
                    low, high = mean_limits(ratio, *resampled[column])
            group.low[at], group.high[at] = np.array((low, high)) * factor[column]

    def _medians(self, group: Group, inside: np.ndarray, drawn: np.ndarray) -> None:
        start = 0
        for at, spread in self.spreads.items():
            stop = start + spread.counts.shape[1]
            position, value, ended, waiting = self.observed[at]
            here = inside[position]
            group.customers[at] = (inside & spread.observed).sum()
            group.observations[at] = ended[here].sum() + waiting[here].sum()
            if self.metrics[at].form == "censored":
                group.value[at] = censored_median(value[here], ended[here], waiting[here])
            else:
                group.value[at] = exact_median(value[here], ended[here])
            if group.customers[at] >= self.least:
                group.draws[at] = spread.medians(drawn[start:stop])
            start = stop

    def _function(self, group: Group, at: int, entry: Metric) -> None:
        """A metric made of others, which are known by now, and its interval.

        How far each part reaches alone is added by square and add (Zou and Donner 2008), on the
        logarithmic scale where everything is positive; a part is taken for independent of another.
        """
        parts, function = self.derived.get(entry.name, (entry.parts, entry.function))
        assert function is not None  # its form says so
        places = [self.place[name] for name in parts]
        group.customers[at] = group.observations[at] = group.customers[places].min()
        values = group.value[places]
        with np.errstate(invalid="ignore", divide="ignore"):
            value = group.value[at] = function(*values)
            down = up = 0.0
            for number, place in enumerate(places):
                if place in self.exact:
                    continue
                ends = [
                    function(*values[:number], end, *values[number + 1 :])
                    for end in (group.low[place], group.high[place])
                ]
                least, most = min(ends), max(ends)  # NaN stays, wherever it comes
                if np.isnan(ends).any():
                    least = most = np.nan
                if len(places) == 1:
                    group.low[at], group.high[at] = least, most
                    return
                if value > 0:
                    down += np.log(value / least) ** 2 if least > 0 else np.inf
                    up += np.log(most / value) ** 2
                else:
                    down, up = down + (value - least) ** 2, up + (most - value) ** 2
            down, up = np.sqrt(down), np.sqrt(up)
            if value > 0:
                group.low[at], group.high[at] = value * np.exp(-down), value * np.exp(up)
            else:
                group.low[at], group.high[at] = value - down, value + up

    def _pooled(self, group: Group, at: int, entry: Metric, inside: np.ndarray) -> None:
        """A share drawn towards the company's, and what is made of it; limits by Wilson."""
        share = self.place[entry.parts[0]]
        if share not in self.paired:
            return
        column = self.paired.index(share)
        counted, known = self.pairs[:, column], self.pairs[:, len(self.paired) + column]
        left, customers = counted[inside].sum(), known[inside].sum()
        group.customers[at] = group.observations[at] = customers
        if not customers:
            return
        company = (counted.sum() + 0.5) / (known.sum() + 1)
        pooled = pooled_churn(left, customers, company=company)
        function = entry.function
        assert function is not None  # its form says so
        group.value[at] = function(pooled)
        worth = np.array([customers + PRIOR])
        ends = [float(function(end[0])) for end in wilson_limits(pooled * worth, worth)]
        group.low[at], group.high[at] = min(ends), max(ends)

    def _limits(
        self, group: Group, inside: np.ndarray, numerator: np.ndarray, denominator: np.ndarray
    ) -> None:
        """Intervals of medians, shares and survival, in place."""
        enough = group.customers >= self.least
        drawn = np.flatnonzero(self.is_median & enough)
        low, high = percentile_limits(group.draws[drawn], group.customers[drawn])
        # Without any spread between customers the resamples cannot tell how far off they are.
        flat = np.isclose(low, high, rtol=FLAT, atol=0)
        group.low[drawn], group.high[drawn] = np.where(flat, np.nan, [low, high])

        # Without interval: resampled Gini coefficients of skewed amounts cover far too little.
        for column, at in enumerate(self.paired):
            function = self.metrics[at].function
            if self.metrics[at].form == "concentration" and function is not None:
                held = self.pairs[inside & (self.pairs[:, len(self.paired) + column] > 0), column]
                group.value[at] = function(held)

        low, high = (np.full(len(self.metrics), np.nan) for _ in "lh")
        low[self.paired], high[self.paired] = wilson_limits(numerator, denominator)
        group.low = np.where(self.is_share, low, group.low)
        group.high = np.where(self.is_share, high, group.high)
        for at, entry in enumerate(self.metrics):
            if entry.form == "survival":
                group.customers[at] = group.observations[at] = inside.sum()
                median = kaplan_meier_median(
                    self.months[inside], self.left[inside], self.entry[inside]
                )
                group.value[at], group.low[at], group.high[at] = (
                    median.value, median.low, median.high,
                )  # fmt: skip

    def _finish(self, group: Group) -> None:
        """What is not finite becomes blank, and intervals of few customers too."""
        group.value[~np.isfinite(group.value)] = np.nan
        usable = (group.customers >= self.least) & np.isfinite(group.value)
        group.low[~(usable & np.isfinite(group.low))] = np.nan
        group.high[~(usable & np.isfinite(group.high))] = np.nan

    def _difference(self, group: Group, rest: Group) -> tuple[np.ndarray, np.ndarray]:
        low, high = difference_limits(
            group.value, group.low, group.high, rest.value, rest.low, rest.high
        )
        known = np.isfinite(low) & np.isfinite(high) & ~self.is_sum
        drawn = np.flatnonzero(known & self.is_median)
        fewer = np.minimum(group.customers, rest.customers)
        low[drawn], high[drawn] = percentile_limits(
            group.draws[drawn] - rest.draws[drawn], fewer[drawn]
        )
        low[~known] = high[~known] = np.nan
        return low, high


def _compared(
    study: Study, parts: Components, wanted: list[str], groups: Sequence[np.ndarray]
) -> list[dict[str, np.ndarray]]:
    return list(Comparison(study, parts, wanted=wanted).compare_all(groups))


def _studentized(summed: np.ndarray, customers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ratios and their standard errors in each resample (ratios × resamples each).

    Parameters
    ----------
    summed : the sums of `_average` (5 × ratios × resamples).
    customers : with data for each ratio.
    """
    above, below, squares, products, weights = summed
    ratio = _ratio(above, below)
    with np.errstate(invalid="ignore", divide="ignore"):
        away = np.maximum(squares - 2 * ratio * products + ratio**2 * weights, 0)
        return ratio, np.sqrt(away * customers[:, None] / (customers - 1)[:, None]) / below


def _with_parts(names: list[str], parts: Components, derived: dict[str, tuple]) -> list[Metric]:
    """Definitions of the metrics asked for, and after them those that they are made of."""
    entries = [parts.definition(name) for name in names]
    known = {entry.name for entry in entries}
    for entry in entries:  # grows while it is read: parts may have parts
        for name in derived.get(entry.name, (entry.parts,))[0]:
            if name not in known:
                entries.append(parts.definition(name))
                known.add(name)
    return entries


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Quotients; blank where there is no denominator."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)
