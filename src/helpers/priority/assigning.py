"""Who goes to which manager: an assignment under capacities that is judged by three shares.

The generalized assignment problem (Ross and Soland 1975, Mathematical Programming 8) with a fixed
cost for every group that a manager has to know. HiGHS solves a few managers at a time, starting
from a greedy plan, and only what is better is kept: a large neighbourhood search (Shaw 1998). The
limits are nodes and rounds, never seconds, so that a plan is the same on every machine.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, eye, hstack, kron

NODES, GAP = 20, 0.002
ROUNDS, SOLVED = 6, 80
# Whole problems up to this many decisions are given to the solver at once.
WHOLE = 100
# What a customer or a share of all revenue beyond a capacity weighs: more than all else together.
OVER = 1000.0
NOBODY = -1
CENT = 0.005  # half of one: no overload


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be assigned.

    Attributes
    ----------
    arr : revenue of each customer (currency per year), shape (customers,).
    alike : number of the group that each customer belongs to, from 0 on.
    owner : number of the manager that has each customer today, or `NOBODY`.
    most : most customers of each manager, shape (managers,).
    most_arr : most revenue of each manager; infinite = no limit.
    weights : of balance, segments and handovers; their sum is 1.
    """

    arr: np.ndarray
    alike: np.ndarray
    owner: np.ndarray
    most: np.ndarray
    most_arr: np.ndarray
    weights: tuple[float, float, float]

    @property
    def managers(self) -> int:
        return len(self.most)

    @property
    def groups(self) -> int:
        return int(self.alike.max(initial=-1)) + 1

    @property
    def total(self) -> float:
        return float(self.arr.sum()) or 1.0

    @property
    def due(self) -> np.ndarray:
        """Customers of each manager where books are balanced: by capacity."""
        return len(self.arr) * self.most / self.most.sum()

    @property
    def due_arr(self) -> np.ndarray:
        """Revenue of each manager where books are balanced: by capacity."""
        limited = bool(np.isfinite(self.most_arr).all())
        capacity = self.most_arr if limited else self.most
        return self.arr.sum() * capacity / capacity.sum()

    def held(self, plan: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Customers, revenue and number of groups of each manager under a plan."""
        count = np.bincount(plan, minlength=self.managers).astype(float)
        paid = np.bincount(plan, self.arr, minlength=self.managers)
        pairs = np.unique(plan * max(self.groups, 1) + self.alike)
        known = np.bincount(pairs // max(self.groups, 1), minlength=self.managers).astype(float)
        return count, paid, known

    def overload(self, plan: np.ndarray) -> float:
        """Customers, and revenue as customers of average revenue, beyond capacities; 0 = none."""
        count, paid, _ = self.held(plan)
        gap = paid - self.most_arr
        beyond = gap[gap > CENT].sum() / self.total
        return float(np.clip(count - self.most, 0, None).sum() + len(self.arr) * beyond)

    def cost(self, plan: np.ndarray) -> float:
        """Weighted mean of three shares from 0 to 1, and `OVER` for every customer beyond capacity.

        Imbalance: the share of revenue, and of customers, that would have to move for books to be
        balanced by capacity, averaged. Segments: groups that a manager has, as a share of all,
        averaged over managers. Handovers: customers that leave the manager they have today.
        """
        count, paid, known = self.held(plan)
        uneven = (
            np.abs(paid - self.due_arr).sum() / self.total
            + np.abs(count - self.due).sum() / len(self.arr)
        ) / 4
        mixed = known.sum() / (self.managers * max(self.groups, 1))
        moved = ((self.owner != NOBODY) & (plan != self.owner)).mean()
        parts = np.array([uneven, mixed, moved])
        return float(np.dot(self.weights, parts)) + OVER * self.overload(plan)


def greedy(task: Task, *, keep: bool = False) -> np.ndarray:
    """Each customer in turn, the largest first, to the manager where the plan costs least then.

    ``keep`` leaves customers with their manager of today first, where capacity allows.
    """
    plan = np.full(len(task.arr), NOBODY)
    count, paid = np.zeros(task.managers), np.zeros(task.managers)
    known = np.zeros((task.managers, max(task.groups, 1)), dtype=bool)
    balance, segments, handovers = task.weights
    order = np.lexsort((np.arange(len(task.arr)), -task.arr))

    def put(at: int, to: int) -> None:
        plan[at] = to
        count[to] += 1
        paid[to] += task.arr[at]
        known[to, task.alike[at]] = True

    if keep:
        for at in order:
            own = task.owner[at]
            fits = own != NOBODY and count[own] < task.most[own]
            if fits and paid[own] + task.arr[at] <= task.most_arr[own] + CENT:
                put(at, own)
    due, due_arr, customers = task.due, task.due_arr, len(task.arr)
    for at in order[plan[order] == NOBODY]:
        more = np.abs(paid + task.arr[at] - due_arr) - np.abs(paid - due_arr)
        many = np.abs(count + 1 - due) - np.abs(count - due)
        price = balance * (more / task.total + many / customers) / 4
        price += segments * ~known[:, task.alike[at]] / (task.managers * max(task.groups, 1))
        if task.owner[at] != NOBODY:
            price += handovers * (np.arange(task.managers) != task.owner[at]) / customers
        full = np.clip(count + 1 - task.most, 0, 1) + np.clip(
            paid + task.arr[at] - task.most_arr - CENT, 0, task.arr[at]
        ) * (customers / task.total)
        put(at, int(np.argmin(np.round(price + OVER * full, 12))))
    return plan


def assigned(task: Task) -> np.ndarray:
    """The best plan that was found: the manager's number of each customer, shape (customers,)."""
    plan = min(greedy(task), greedy(task, keep=True), key=task.cost)
    everybody = np.arange(task.managers)
    if len(task.arr) * task.managers <= WHOLE:
        plan = _better(task, plan, everybody)
    solved = 0
    # Whose customers were dealt out between two managers: the same again would end as before.
    dealt: dict[frozenset[int], np.ndarray] = {}
    for _ in range(ROUNDS):
        before = task.cost(plan)
        for pair in _pairs(task, plan):
            if solved >= SOLVED:
                return plan
            both, theirs = frozenset(pair), np.isin(plan, pair)
            if both not in dealt or (dealt[both] != theirs).any():
                plan, dealt[both] = _better(task, plan, np.array(pair)), theirs
            solved += 1
        if task.cost(plan) >= before - 1e-9:
            break
    return plan


def _pairs(task: Task, plan: np.ndarray) -> list[tuple[int, int]]:
    """Managers to look at together: who has most too much with who has most too little first.

    Up to four managers, every pair; of more, two pairings of all.
    """
    count, paid, _ = task.held(plan)
    beyond = (paid - task.due_arr) / task.total + (count - task.due) / len(task.arr)
    order = np.lexsort((np.arange(task.managers), -np.round(beyond, 12))).tolist()
    if task.managers <= 4:
        return [(a, b) for at, a in enumerate(order) for b in order[:at:-1]]
    half = task.managers // 2
    ends = list(zip(order[:half], order[: task.managers - half - 1 : -1], strict=True))
    return ends + list(zip(order[:half], order[half : 2 * half], strict=True))


def _better(task: Task, plan: np.ndarray, managers: np.ndarray) -> np.ndarray:
    """The plan with the customers of some managers assigned anew, where that is better."""
    at = np.flatnonzero(np.isin(plan, managers))
    if not len(at) or len(managers) < 2:
        return plan
    found = _solved(task, at, managers)
    if found is None:
        return plan
    changed = plan.copy()
    changed[at] = found
    return changed if task.cost(changed) < task.cost(plan) - 1e-9 else plan


def _solved(task: Task, at: np.ndarray, managers: np.ndarray) -> np.ndarray | None:
    """Managers of the customers ``at``, each of ``managers``; None where the solver has no plan.

    Variables: customer × manager, group × manager, then for each manager how far its revenue and
    its count lie from what is due, and how far beyond its capacities.
    """
    balance, segments, handovers = task.weights
    n, m, customers = len(at), len(managers), len(task.arr)
    groups, kinds = np.unique(task.alike[at], return_inverse=True)
    k = len(groups)
    x, far = n * m, n * m + k * m
    columns = far + 4 * m
    costs = np.zeros(columns)
    has_owner = (task.owner[at] != NOBODY)[:, None]
    costs[:x] = (
        handovers / customers * (has_owner & (task.owner[at][:, None] != managers))
    ).ravel()
    costs[x:far] = segments / (task.managers * max(task.groups, 1))
    costs[far : far + m] = balance / 4  # shares of all revenue
    costs[far + m : far + 2 * m] = balance / 4 / customers
    costs[far + 2 * m : far + 3 * m] = OVER * customers
    costs[far + 3 * m :] = OVER
    # Shares, rounded: their last digits depend on the unit of money, and are to decide nothing.
    share, one_each = np.round(task.arr[at] / task.total, 12), np.ones(n)
    limited = np.isfinite(task.most_arr[managers])
    due_arr, due = np.round(task.due_arr[managers] / task.total, 12), task.due[managers]
    paid, count = kron(share, eye(m)), kron(one_each, eye(m))

    def far_from(place: int, sign: float) -> csr_matrix:
        return csr_matrix((np.full(m, sign), (np.arange(m), np.arange(m) + place)), (m, 4 * m))

    none = csr_matrix((m, k * m))
    in_group = csr_matrix((np.ones(n), (np.arange(n), kinds)), (n, k))
    every = [
        (hstack([kron(eye(n), np.ones(m)), csr_matrix((n, k * m + 4 * m))]), 1, 1),
        (hstack([paid, none, far_from(0, -1)]), -np.inf, due_arr),
        (hstack([paid, none, far_from(0, 1)]), due_arr, np.inf),
        (hstack([count, none, far_from(m, -1)]), -np.inf, due),
        (hstack([count, none, far_from(m, 1)]), due, np.inf),
        (hstack([paid, none, far_from(2 * m, -1)]).tocsr()[limited], -np.inf,
         task.most_arr[managers][limited] / task.total),
        (hstack([count, none, far_from(3 * m, -1)]), -np.inf, task.most[managers]),
        (hstack([eye(x), -kron(in_group, eye(m)), csr_matrix((x, 4 * m))]), -np.inf, 0),
    ]  # fmt: skip
    upper = np.ones(columns)
    upper[far:] = np.inf
    whole = np.zeros(columns)
    whole[:x] = 1
    found = milp(
        costs,
        integrality=whole,
        bounds=Bounds(0, upper),
        constraints=[LinearConstraint(csr_matrix(rows), low, up) for rows, low, up in every],
        options={"node_limit": NODES, "mip_rel_gap": GAP},
    )
    if found.x is None:
        return None
    return managers[np.argmax(found.x[:x].reshape(n, m), axis=1)]
