"""Every number of the method page's worked example is recomputed here.

Statistics and the exact test are computed a second time, from the formulas as the page gives them.
"""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from company import study_of
from scipy import stats

import helpers.segments
from helpers import families
from helpers.search import discover, discovery, findings, inference, lifts, loops, typical
from helpers.segments import budget

PAGE = (Path(helpers.segments.__file__).parent / "method.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.split("## Worked example: ten customers")[1].split("\n## ")[0]
FLAT = " ".join(EXAMPLE.split())
NAMES = ["Logistics", "Logistics, North", "North", "South", "Retail, South", "Retail"]


def printed(number: float, digits: int) -> str:
    return f"{number:.{digits}f}".replace("-", "−")


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    """The example's table, read from the page."""
    rows = re.findall(r"^\| ([A-J]) \| (\w+) \| (\w+) \| (\d+) \|$", EXAMPLE, re.MULTILINE)
    table = pd.DataFrame(rows, columns=["customer", "industry", "region", "score"])
    assert len(table) == 10
    return table.astype({"score": float}).set_index("customer")


@pytest.fixture(scope="module")
def found(customers):
    return discover(
        customers,
        score="score",
        attributes=["industry", "region"],
        min_customers=3,
        max_conditions=2,
    )


@pytest.fixture(scope="module")
def inside(customers) -> dict[str, np.ndarray]:
    """Members of each group of the page's table."""
    words = customers[["industry", "region"]].to_numpy()
    return {n: np.array([set(n.split(", ")) <= set(row) for row in words]) for n in NAMES}


def cautious(score: np.ndarray, members: np.ndarray) -> tuple[float, float]:
    """Standard error and t as step 3 of the page describes them."""
    own, rest = score[members], score[~members]
    everyone = score.var(ddof=1)
    one_more = (np.sum((own - own.mean()) ** 2) + everyone) / own.size
    variance = max(one_more, own.var(ddof=1), everyone / 4)
    error = np.sqrt(variance / own.size + rest.var(ddof=1) / rest.size)
    return error, (own.mean() - rest.mean()) / error


def lopsided(score: np.ndarray, members: np.ndarray) -> dict[str, float]:
    """Third powers and the skewness of the lift as step 3 of the page describes them."""
    own, rest = score[members], score[~members]
    error, _ = cautious(score, members)
    everyone, cube = score.var(ddof=1), np.mean((score - score.mean()) ** 3)
    variance = error**2 * own.size - rest.var(ddof=1) / rest.size * own.size
    like_all = [
        side.size * cube * (spread / everyone) ** 1.5
        for side, spread in ((own, variance), (rest, rest.var(ddof=1)))
    ]
    thirds = [np.sum((side - side.mean()) ** 3) for side in (own, rest)]
    least, most = min(thirds[0], like_all[0]), max(thirds[1], like_all[1])
    skew = (least / own.size**3 - most / rest.size**3) / error**3
    return {"own": thirds[0], "rest": thirds[1], "own_as_all": like_all[0],
            "rest_as_all": like_all[1], "least": least, "most": most,
            "skew": float(np.clip(skew, -1, 1))}  # fmt: skip


def straight(score: np.ndarray, members: np.ndarray) -> float:
    """Cautious t, straightened, as step 3 of the page describes it."""
    _, t = cautious(score, members)
    a = lopsided(score, members)["skew"]
    return t + a / 6 + a * t**2 / 3 + a**2 * t**3 / 27


def normal(t: float, d: int) -> float:
    """The normal score as step 3 of the page gives it."""
    return np.sign(t) * np.sqrt(d * np.log(1 + t**2 / d)) * (8 * d + 1) / (8 * d + 3)


def normal_scores(score: np.ndarray, inside: dict) -> dict[str, float]:
    return {n: normal(straight(score, m), m.sum() - 1) for n, m in inside.items()}


def numbered(found) -> dict[str, int]:
    """Candidate number of each group of the page's table."""
    candidates = found.evidence.candidates
    named = {
        ", ".join(c.label.split(": ")[1] for c in candidates.described(j)): j
        for j in range(len(candidates))
    }
    assert set(named) == set(NAMES)
    return named


def search_claims(customers, found, inside) -> list[str]:
    """Steps 1 to 3: groups, plain t, cautious t, normal score."""
    score = customers["score"].to_numpy()
    counts = customers.groupby(["industry", "region"]).size()
    assert counts["Logistics", "South"] == counts["Retail", "North"] == 2
    claims = [
        "at least 3 customers and at most 2 conditions",
        "There are 8 definitions: 4 with one condition and 4 with two",
        f"has only {counts['Logistics', 'South']} customers",
        f"That leaves {len(found.evidence.candidates)} groups",
    ]
    for name, members in inside.items():
        own, rest = score[members], score[~members]
        t = stats.ttest_ind(own, rest, equal_var=False).statistic
        numbers = [printed(x, 1) for x in (own.mean(), rest.mean(), own.mean() - rest.mean())]
        claims.append(f"| {name} | {own.size} | {' | '.join(numbers)} | {printed(t, 2)} |")
    own, rest = score[inside["Logistics"]], score[inside["Retail"]]
    squares, others = (np.sum((side - side.mean()) ** 2) for side in (own, rest))
    plain = np.sqrt(squares / 4 / 5 + others / 4 / 5)
    error, t = cautious(score, inside["Logistics"])
    everyone = score.var(ddof=1)
    mixed = printed((squares + everyone) / 5, 2)
    third, better = lopsided(score, inside["Logistics"]), straight(score, inside["Logistics"])
    small = straight(score, inside["Logistics, North"])
    z = normal_scores(score, inside)
    assert max(z, key=z.get) == "Logistics"
    return [
        *claims,
        f"from the mean {own.mean():.1f} add up to {squares:.1f}; divided by 4 ",
        f"they give the *variance* {squares / 4:.1f}.",
        f"{others:.1f} ÷ 4 = {others / 4:.1f}. A lift",
        f"√({squares / 4:.1f} ÷ 5 + {others / 4:.1f} ÷ 5) = {plain:.2f}, its",
        f"{own.mean() - rest.mean():.1f} ÷ {plain:.2f} = {(own.mean() - rest.mean()) / plain:.2f}.",
        "among 3 customers it happens",
        f"scores, {everyone:.2f}: ({squares:.1f} + {everyone:.2f}) ÷ 5 = {mixed} in place of "
        f"{squares / 4:.1f}.",
        f"√({mixed} ÷ 5 + {others / 4:.1f} ÷ 5) = {error:.3f}, and t is {t:.2f}.",
        f"to the third power, add up to {printed(third['own'], 2)} in Logistics and "
        f"{third['rest']:.2f} in Retail",
        f"it would be {printed(third['own_as_all'], 2)} and {printed(third['rest_as_all'], 2)}",
        f"the smaller one for the group, {printed(third['least'], 2)}, and the larger one for the "
        f"others, {printed(third['most'], 2)}",
        f"A = ({printed(third['least'], 2)} ÷ 5³ − {third['most']:.2f} ÷ 5³) ÷ {error:.3f}³ = "
        f"{printed(third['skew'], 3)}",
        f"t + A ÷ 6 + A × t² ÷ 3 + A² × t³ ÷ 27 = {better:.2f}",
        "kept between −1 and 1",
        "√(d × ln(1 + t² ÷ d)) × (8d + 1) ÷ (8d + 3)",
        f"d is 4 and the normal score {z['Logistics']:.2f}.",
        f"(straight t {small:.2f}, d is 2) it is {z['Logistics, North']:.2f}.",
    ]


def luck_claims(customers, found, inside) -> list[str]:
    """Steps 4 and 5: permutations, the exact test, the second search."""
    score = customers["score"].to_numpy()
    selection, number = found.evidence.selection, numbered(found)
    z = selection.observed.z[number["Logistics"]]
    reached = int((selection.null >= z - inference.LOOSE).sum())
    p, small = (selection.p_values[number[n]] for n in ("Logistics", "Logistics, North"))
    assert len(selection.null) == 1000
    assert p == pytest.approx((reached + 1) / 1001)
    assert p <= 0.05
    best, alone = exact_null(score, inside)
    exact = int((best >= z - inference.LOOSE).sum())
    assert alone == 1
    means = customers.groupby(["industry", "region"])["score"].mean().round(1)
    (a, b), (c, d) = means["Logistics"], means["Retail"]
    within, error, second = second_search(found)
    rest = [f"{printed(u, 1)} − {printed(v, 1)} = {printed(u - v, 1)}" for u, v in ((a, b), (c, d))]
    return [
        f"Of the {len(list(combinations(range(10), 5)))} ways to pick 5 customers out of 10, only "
        f"{alone} has",
        f"chose among {len(number)} groups",
        f"In 1,000 permutations its best normal score reached {z:.2f} in {reached}.",
        f"({reached} + 1) ÷ (1,000 + 1) = {p:.3f}.",
        "That is at most 0.05:",
        f"in only {len(best):,} ways",
        f"{exact} ÷ {len(best):,} = {exact / len(best):.3f};",
        f"reaches by luck in 5 % of permutations, is {found.summary['critical_value']:.2f}.",
        f"with an adjusted p of {small:.2f}.",
        "among its 5 customers and only among the 5 others",
        "half the smallest group, here 1.5.",
        "has 3 × 2 ÷ 5 = 1.2: too little",
        "North has 1.2 in both parts",
        f"differs by {rest[0]} inside Logistics and by {rest[1]} outside: {within:.1f} on average.",
        f"That is {within / error:.1f} standard errors",
        f"the adjusted p is {second:.2f}.",
    ]


def exact_null(score: np.ndarray, inside: dict) -> tuple[np.ndarray, int]:
    """Best normal score of the search for every way to deal out ten customers over four cells.

    Also: for how many sets of five customers the straight t of Logistics is as large as observed.
    """
    best, logistics = [], {}
    for north in combinations(range(10), 3):
        left = [i for i in range(10) if i not in north]
        for south in combinations(left, 2):
            others = [i for i in left if i not in south]
            for retail in combinations(others, 2):
                last = [i for i in others if i not in retail]
                best.append((*north, *south, *retail, *last))
    dealt = score[np.array(best)]
    everyone = score.var(ddof=1)
    top = np.full(len(dealt), -np.inf)
    for name, members in inside.items():
        own, rest = dealt[:, members], dealt[:, ~members]
        size, variance = own.shape[1], own.var(axis=1, ddof=1)
        mixed = ((size - 1) * variance + everyone) / size
        mixed = np.maximum(np.maximum(mixed, variance), everyone / 4)
        others, m = rest.var(axis=1, ddof=1), rest.shape[1]
        error = np.sqrt(mixed / size + others / m)
        t = (own.mean(axis=1) - rest.mean(axis=1)) / error
        cube = np.mean((score - score.mean()) ** 3)
        third, far = (((side.T - side.mean(axis=1)) ** 3).sum(axis=0) for side in (own, rest))
        third = np.minimum(third, size * cube * (mixed / everyone) ** 1.5)
        far = np.maximum(far, m * cube * (others / everyone) ** 1.5)
        a = np.clip((third / size**3 - far / m**3) / error**3, -1, 1)
        t = t + a / 6 + a * t**2 / 3 + a**2 * t**3 / 27
        if name == "Logistics":
            logistics = {frozenset(row[:5]): value for row, value in zip(best, t, strict=True)}
        top = np.maximum(top, normal(t, size - 1))
    observed = logistics[frozenset(range(5))]
    return top, sum(value >= observed - 1e-9 for value in logistics.values())


def second_search(found) -> tuple[float, float, float]:
    """Lift of North within the parts, its standard error (score units), and its adjusted p."""
    candidates, study = found.evidence.candidates, found.evidence.inputs
    (step,) = found.evidence.selection.steps
    layout = inference.arrange(candidates, candidates.mask(step.candidate).astype(int), 3)
    number = numbered(found)
    # 3 × 2 ÷ 5 in each part, against half of 3
    assert sorted(layout.eligible) == sorted([number["North"], number["South"]])
    assert layout.information[number["North"]] == pytest.approx(1.2 + 1.2)
    assert layout.information[number["Logistics, North"]] == pytest.approx(1.2)
    seen = inference.compare(layout, study.tested)
    assert np.argmax(seen.z) == number["North"]
    null = inference.null_of(layout, study.tested, permutations=1000, seed=(0, 1))
    p = float(inference.p_values(seen.z[number["North"]], null))
    unit = study.score.std() / study.tested.std()
    j = number["North"]
    effect, variance, information = seen.effect[j], seen.variance[j], layout.information[j]
    return unit * effect / information, unit * np.sqrt(variance) / information, p


def lift_claims(customers, found) -> list[str]:
    """Step 6: the honest lift, its rule by hand, and the table of other measured lifts."""
    score = customers["score"].to_numpy()
    row = found.segments.iloc[0]
    assert found.segments["definition"].tolist() == ["industry: Logistics", "region: North"]
    assert found.segments["accepted"].tolist() == [True, False]
    critical = found.summary["critical_value"]
    # step 3 solved for t, at d = 4
    needed = np.sqrt(4 * (np.exp((critical * 35 / 33) ** 2 / 4) - 1))
    a = lopsided(score, score > 7)["skew"]
    straight_needed, needed = needed, 3 / a * (np.cbrt(1 + a * (needed - a / 6)) - 1)
    error, t = cautious(score, score > 7)
    true = lifts.corrected(5.5 / error, needed)[0]
    shown, larger = stats.norm.sf(needed - true), stats.norm.sf(5.5 / error - true)
    assert larger / shown == pytest.approx(0.6, abs=1e-6)
    assert round(100 * round(100 * larger, 1) / round(100 * shown, 1)) == 60
    above = lifts.solve(t, 0.6, needed)
    assert above > t and row["lift"] == pytest.approx(row["naive_lift"])
    claims = [
        f"For 5 customers, the critical value {critical:.2f} is a straight t of "
        f"{straight_needed:.2f} and a t of {needed:.2f} (the formulas of step 3,",
        f"above {needed:.2f} standard errors, {needed * error:.2f} score points,",
        f"Suppose that 5.5 points had been measured, {5.5 / error:.2f} standard errors.",
        f"were {true * error:.2f} points, or {true:.2f} standard errors,",
        f"{100 * shown:.1f} % above {needed:.2f}, and {100 * larger:.1f} % above "
        f"{5.5 / error:.2f}.",
        f"{100 * larger:.1f} ÷ {100 * shown:.1f} = 60 % would",
        "for which this share is 60 % is",
        f"For the measured {row['naive_lift']:.1f} the share would be 60 % at {above * error:.2f},",
        f"{row['naive_lift']:.1f} measured, {row['lift']:.1f} honest, interval "
        f"{row['lift_low']:.1f} to {row['lift_high']:.1f}.",
        f"That is {row['lift_pct']:.0f} % of the mean score of all customers, {score.mean():.1f}.",
    ]
    for measured in (4.6, 5.0, 5.5, 6.2, 8.0):
        lift, low, high = (error * x for x in lifts.corrected(measured / error, needed))
        claims.append(f"| {measured} | {lift:.1f} | {low:.1f} to {high:.1f} |")
    return claims


@pytest.fixture(scope="module")
def claims(customers, found, inside) -> list[str]:
    """Every passage of the example that holds a number, with the numbers recomputed."""
    return (
        [f"| {name} | {' | '.join(row)} |" for name, *row in _rows(customers)]
        + search_claims(customers, found, inside)
        + luck_claims(customers, found, inside)
        + lift_claims(customers, found)
    )


def _rows(customers):
    for name, row in customers.iterrows():
        yield name, row["industry"], row["region"], f"{row['score']:.0f}"


def test_every_number_of_the_example_is_recomputed(claims):
    missing = [claim for claim in claims if claim not in FLAT]
    assert not missing


def test_no_other_numbers_stand_in_the_example(claims):
    """Numbers that no claim covers would go stale unseen."""
    left = FLAT
    for claim in claims:
        left = left.replace(claim, " ")
    left = re.sub(r"\*\*\d\. |of step 3", "", left)  # numbers of the steps themselves
    assert re.findall(r".{0,30}\d.{0,10}", left) == []


def test_the_formulas_of_the_page_are_those_of_the_search(customers, found, inside):
    z = normal_scores(customers["score"].to_numpy(), inside)
    seen = found.evidence.selection.observed.z
    for name, number in numbered(found).items():
        assert seen[number] == pytest.approx(z[name], rel=1e-9)


def test_random_permutations_agree_with_all_of_them(customers, found, inside):
    """25,200 ways against 1,000 permutations: within four standard errors of the simulation."""
    best, _ = exact_null(customers["score"].to_numpy(), inside)
    selection, number = found.evidence.selection, numbered(found)
    for name in ("Logistics", "Logistics, North", "North"):
        exact = (best >= selection.observed.z[number[name]] - inference.LOOSE).mean()
        allowed = 4 * np.sqrt(exact * (1 - exact) / 1000)
        assert selection.p_values[number[name]] == pytest.approx(exact, abs=allowed)


def test_simulation_table_is_consistent():
    """Found per company, and ± of the coverage, follow from the counts beside them."""
    rows = re.findall(r"^\| (?:added|multiplied) \|(.+)\|$", PAGE, re.MULTILINE)
    assert len(rows) == 6
    for row in rows:
        cells = [cell.strip().replace(",", "") for cell in row.split("|")]
        companies, found = int(cells[1]), int(cells[2])
        assert float(cells[3]) == pytest.approx(found / companies, abs=0.0501)
        cover, error = (float(x) for x in cells[7].removesuffix(" %").split(" ± "))
        share = cover / 100
        assert error == pytest.approx(100 * np.sqrt(share * (1 - share) / found), abs=0.051)
        assert round(share * found) / found == pytest.approx(share, abs=0.00051)
    # the table of alternatives repeats the rows with 300 customers
    small = [row.split("|") for row in rows if row.split("|")[0].strip() == "300"]
    naive, taken = ([cells[k].split(" ±")[0].strip() for cells in small] for k in (4, 5))
    assert f"| no correction (naive) | {' | '.join(naive)} |" in PAGE
    assert f"| the 60 % point (taken) | {' | '.join(taken)} |" in PAGE


def test_the_rule_of_the_page_is_the_rule_of_the_code():
    assert lifts.MIDDLE == 0.60
    assert inference.FLOOR == 0.25
    assert inference.PRIOR == 1.0
    assert loops.MOST == 1.0
    # never above the measured lift
    assert lifts.corrected(8.0, 3.0)[0] == 8.0


def test_the_percentiles_of_the_page_are_those_of_the_search(customers, found, inside):
    score = customers["score"].to_numpy()
    stands = {}
    for name in ("Logistics", "Retail"):
        own, rest = score[inside[name]], score[~inside[name]]
        stands[name] = 100 * np.median([(rest < value).mean() for value in own])
    assert found.segments["percentile"].iloc[0] == stands["Logistics"]
    assert (np.median(score[inside["Logistics"]]), np.median(score[inside["Retail"]])) == (11, 3)
    flat = " ".join(PAGE.split())
    assert "the median member of Logistics has 11 points" in flat
    assert f"it stands at {stands['Logistics']:.0f} %, and of Retail (3 points) at" in flat
    assert f"(3 points) at {stands['Retail']:.0f} %" in flat
    assert f"in 1 of {2**5} cases all five lie above the median" in flat
    assert 1 / 2**5 > 0.025 and found.segments["percentile_low"].iloc[0] == 0
    assert "at an eighth of the search's share" in flat and typical.STRICTER == 1 / 8


def test_what_is_listed_beside_logistics_is_that_of_the_page(customers, found, inside):
    evidence = found.evidence
    search, score = evidence.selection, customers["score"].to_numpy()
    rest = findings.left_of(score, search.layout, [inside["Logistics"]])
    flat = " ".join(PAGE.split())
    gaps = [s[inside["North"]].mean() - s[inside["South"]].mean() for s in (rest, score)]
    assert f"North is {gaps[0]:.2f} points above South, not {gaps[1]:.1f}" in flat
    assert found.segments["definition"].tolist() == ["industry: Logistics", "region: North"]
    assert (inside["Logistics"] & inside["Logistics, North"]).sum() == 3
    assert "nine in ten of its members" in flat and discovery.WITHIN == 0.9
    assert "half the same customers" in flat and findings.NEAR_COPY == 0.5


def test_the_members_of_two_partners_count_as_the_page_says():
    more = typical.alike_below(np.array([0, 0, 0, 1, 1]))[0]
    flat = " ".join(PAGE.split())
    assert f"(3² + 2²) ÷ 5 = {more:.1f} times as much" in flat
    assert f"tell as much as {5 / more:.1f}" in flat


def test_the_budget_of_the_page_is_that_of_the_code():
    claim = {"id": "H", "statement": "s", "variables": ["industry"], "where": "industry = 'x'"}
    study = study_of(hypotheses=[claim])
    open_, shown = (pd.DataFrame({"declared": [True], "p_adjusted": [p]}) for p in (0.5, 0.01))
    page = PAGE.split("**Budget.**")[1].split("\n**")[0]
    words = " ".join(page.split())
    share = budget.declared_share(study), budget.of_each_search(study, open_)
    assert f"1/{1 / share[0]:.0f} for the hypotheses that were declared, " in words
    assert words.count(f"1/{1 / share[1]:.0f} for the search of ") == 2
    assert f"0.01 becomes {0.01 / share[1]:.2f}" in words
    assert budget.of_each_search(study, shown) == budget.of_each_search(study, open_[:0]) == 0.5
    assert "each search has 1/2" in words
    companies, false = 1000, 22
    assert f"Of {companies:,} simulated companies" in words
    assert f"{false} showed anything, {100 * false / companies:.1f} %" in words


def test_the_false_discovery_rate_of_the_page_is_that_of_the_code(customers):
    page = " ".join(PAGE.split("**Budget.**")[1].split("\n**")[0].split())
    score, picks = customers["score"].to_numpy(), list(combinations(range(10), 5))
    counts = []
    for name in ("industry", "region"):
        inside = (customers[name] == customers[name].iloc[0]).to_numpy()
        seen = abs(stats.ttest_ind(score[inside], score[~inside], equal_var=False).statistic)
        drawn = [
            stats.ttest_ind(score[list(pick)], np.delete(score, pick), equal_var=False).statistic
            for pick in picks
        ]
        counts.append(int((np.abs(drawn) >= seen - 1e-9).sum()))
    assert f"Of the {len(picks)} ways" in page
    assert f"{counts[0]} have a plain t (of either sign) as large as industry" in page
    assert f"{counts[1]} one as large as region" in page
    alone = np.array(counts) / len(picks)
    two, three = (families.false_discovery(p) for p in (alone, [*alone, 0.04]))
    assert f"p-values are {alone[0]:.3f} and {alone[1]:.2f}; " in page
    assert f"told are {two[0]:.3f} and {two[1]:.2f}" in page
    assert f"it would be {three[0]:.3f}, {three[2]:.2f} and {three[1]:.2f}" in page
    assert two == pytest.approx([2 * alone[0], alone[1]])
    assert three[2] > 0.05 >= three[0] == pytest.approx(3 * alone[0])


def test_the_range_of_the_honest_lift_is_that_of_the_code():
    page = " ".join(PAGE.split("## How good the honest lift is")[1].split("\n## ")[0].split())
    told = f"{lifts.TRIED_CUSTOMERS} customers or more, whose scores have a skewness of at most "
    assert f"{told}{lifts.TRIED_SKEWNESS:g}." in page
