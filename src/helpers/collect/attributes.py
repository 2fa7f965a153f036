"""Attributes of customers as the levels that define segments."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.errors import StudyError, listed
from helpers.study import Attribute, Study

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Bands:
    """Cut-points and labels of a banded number; a value on a cut-point belongs above it."""

    cuts: tuple[float, ...]
    labels: tuple[str, ...]
    asked: int

    @property
    def limits(self) -> list[tuple[float, float]]:
        """Lower limit (included) and upper limit (excluded) of each band."""
        edges = [-math.inf, *self.cuts, math.inf]
        return list(pairwise(edges))


def bands(values: pd.Series, declared: tuple[float, ...] | int, *, unit: str = "") -> Bands:
    """Cut-points as declared, or at the quantiles of the values.

    A quantile is the smallest value at or above it. Quantiles that fall on the same value, or on
    the smallest one, are merged, so that ties are never split and fewer bands than asked for may
    result. Numbers of the unit ``year`` are written without a separator of thousands.

    >>> bands(pd.Series([1, 2, 3, 4, 5, 6]), 3).labels
    ('< 3', '3–4', '≥ 5')
    >>> bands(pd.Series([10.0, 80.0]), (50, 1000)).labels
    ('< 50', '50–999', '≥ 1,000')
    """
    known = values.dropna().astype(float)
    whole = bool((known == known.round()).all())
    if isinstance(declared, int):
        # A cut-point is always a value that occurs, so that no band is empty.
        shares = np.arange(1, declared) / declared
        cuts = np.quantile(known, shares, method="higher") if len(known) else np.array([])
        smallest = known.min() if len(known) else 0.0
        cuts = tuple(sorted({float(cut) for cut in cuts if cut > smallest}))
        asked = declared
    else:
        cuts, asked = tuple(float(cut) for cut in declared), len(declared) + 1
    whole = whole and all(cut == round(cut) for cut in cuts)
    labels = _labels(cuts, whole=whole, form="{:.0f}" if unit == "year" else "{:,.0f}")
    return Bands(cuts, labels, asked)


def _labels(cuts: tuple[float, ...], *, whole: bool, form: str) -> tuple[str, ...]:
    if not cuts:
        return ("all values",)

    def told(value: float) -> str:
        return form.format(value) if value == round(value) else f"{value:,.6g}"

    inner = []
    for low, high in pairwise(cuts):
        if whole:
            last = high - 1
            inner.append(told(low) if last == low else f"{told(low)}–{told(last)}")
        else:
            inner.append(f"{told(low)} to < {told(high)}")
    return (f"< {told(cuts[0])}", *inner, f"≥ {told(cuts[-1])}")


def cut(values: pd.Series, found: Bands) -> pd.Series:
    """Numbers → ordered bands; missing stays missing."""
    places = np.digitize(values.astype(float).fillna(0.0), found.cuts, right=False)
    codes = np.where(values.notna(), places, -1)
    levels = pd.Categorical.from_codes(codes, categories=list(found.labels), ordered=True)
    return pd.Series(levels, index=values.index, name=values.name)


def band_attributes(study: Study, customers: pd.DataFrame) -> pd.DataFrame:
    """One row per customer → account_id and one categorical column per attribute of the study.

    Numbers become ordered bands; categories follow the declared ``order``, else the alphabet;
    booleans become yes and no. What is missing stays missing, or becomes the level ``unknown``
    where the study declares ``missing: level``.

    Raises
    ------
    StudyError
        An attribute that no column holds; values outside a declared ``order``.
    """
    columns = {"account_id": customers.account_id.reset_index(drop=True)}
    for name, attribute in study.attributes.items():
        _require(name, customers)
        values = customers[name].reset_index(drop=True)
        levels = _levels(name, attribute, values)
        if attribute.missing == "level":
            levels = levels.cat.as_unordered()
            if UNKNOWN not in levels.cat.categories:  # a value of the CRM's own list
                levels = levels.cat.add_categories([UNKNOWN])
            levels = levels.fillna(UNKNOWN)
        columns[name] = levels
    return pd.DataFrame(columns)


def band_limits(study: Study, customers: pd.DataFrame) -> pd.DataFrame:
    """The bands of every number among the attributes.

    Returns
    -------
    DataFrame with attribute, band, low (included; blank = no limit), high (excluded), customers,
    bands_asked (quantile bands that ties merged are fewer than asked for).
    """
    rows = []
    for name, attribute in study.attributes.items():
        if attribute.bands is None:
            continue
        _require(name, customers)
        values = _numbers(customers[name])
        found = bands(values, attribute.bands, unit=attribute.unit)
        counts = cut(values, found).value_counts()
        rows += [
            (
                name,
                label,
                low if math.isfinite(low) else np.nan,
                high if math.isfinite(high) else np.nan,
                int(counts[label]),
                found.asked,
            )
            for label, (low, high) in zip(found.labels, found.limits, strict=True)
        ]
    names = ["attribute", "band", "low", "high", "customers", "bands_asked"]
    kinds = {"low": float, "high": float, "customers": "int64", "bands_asked": "int64"}
    return pd.DataFrame(rows, columns=names).astype(kinds)


def _require(name: str, customers: pd.DataFrame) -> None:
    if name not in customers.columns:
        raise StudyError(
            f"attributes.{name}: no such column was collected.",
            found=listed(customers.columns, most=40),
            remedy=f"return {name} from the query of sources.accounts, or remove the attribute",
        )


def _numbers(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values).astype(float)


def _levels(name: str, attribute: Attribute, values: pd.Series) -> pd.Series:
    if attribute.bands is not None:
        numbers = _numbers(values)
        cuts = bands(numbers, attribute.bands, unit=attribute.unit)
        return cut(numbers, cuts).rename(name)
    if attribute.type == "boolean":
        truth = values.astype("boolean")
        texts = truth.map({True: "yes", False: "no"}).astype("object")
        return _categorical(texts, ["no", "yes"], ordered=False)
    texts = values.astype("object").where(values.notna(), None)
    texts = texts.map(lambda value: None if value is None else str(value))
    found = sorted(texts.dropna().unique())
    if not attribute.order:
        return _categorical(texts, found, ordered=False)
    strange = [value for value in found if value not in attribute.order]
    if strange:
        raise StudyError(
            f"attributes.{name}.order does not list every value.",
            found=f"also {listed(strange)}",
            expected=listed(attribute.order),
            remedy="add the values to `order`, or map them in the query of sources.accounts",
        )
    return _categorical(texts, list(attribute.order), ordered=True)


def _categorical(texts: pd.Series, levels: list[str], *, ordered: bool) -> pd.Series:
    return pd.Series(pd.Categorical(texts, categories=levels, ordered=ordered), index=texts.index)
