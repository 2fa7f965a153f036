"""Sums of permuted values over groups: what every permutation test of means asks for.

A stratum of many customers is not shuffled anew for each permutation, which takes most of the time
of a test: its customers are put on a wheel in random order, and the wheel is turned, by another
number of places for each permutation. Turns of one wheel are a group of permutations, so that a
test among them has its level as exactly as one among all (Lehmann & Romano 2005, Testing
Statistical Hypotheses, 15.2), and each of them is as random. And the sums of a group over *all*
turns are one circular correlation, which the fast Fourier transform gives in n·log n steps (Cooley
& Tukey 1965, Mathematics of Computation 19) where each turn by itself would take n.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

BLOCK = 256  # permutations held in memory at a time
WHEEL = 16  # customers of a stratum, per permutation of a block, from which it is a wheel

Sums = tuple[np.ndarray, np.ndarray]


def permuted_sums(
    values: np.ndarray,
    weights: np.ndarray,
    squares: np.ndarray,
    cells: list[np.ndarray],
    *,
    draws: int,
    rng: np.random.Generator,
) -> Iterator[list[Sums]]:
    """Blocks of permutations within cells: sums of values, and of their squares, per cell.

    Parameters
    ----------
    values : (customers,).
    weights : (customers, groups), by which permuted values are added up.
    squares : (customers, groups), by which their squares are.
    cells : positions of the customers of each stratum.
    draws : permutations in all.

    Yields
    ------
    At most `BLOCK` permutations: per cell two arrays (permutations, groups).
    """
    same = squares is weights
    sources: list[_Source] = []
    for rows in cells:
        of = weights[rows]
        kind = _Wheel if rows.size >= WHEEL * BLOCK else _Shuffle
        sources.append(kind(values[rows], of, of if same else squares[rows], draws, rng))
    for start in range(0, draws, BLOCK):
        yield [source.take(min(BLOCK, draws - start)) for source in sources]


class _Source(Protocol):
    def take(self, count: int) -> Sums: ...


class _Shuffle:
    """A cell of few customers: every permutation is drawn by itself."""

    def __init__(self, values, weights, squares, draws: int, rng: np.random.Generator) -> None:
        self.values, self.weights, self.squares, self.rng = values, weights, squares, rng

    def take(self, count: int) -> Sums:
        drawn = np.tile(self.values, (count, 1))
        self.rng.permuted(drawn, axis=1, out=drawn)
        return drawn @ self.weights, (drawn**2) @ self.squares


class _Wheel:
    """A cell of many customers: one random order, turned; a new one when all turns are used."""

    def __init__(self, values, weights, squares, draws: int, rng: np.random.Generator) -> None:
        self.values, self.weights, self.squares, self.rng = values, weights, squares, rng
        self.turns = min(values.size - 1, draws)
        self.at = self.turns
        self.sums: Sums

    def take(self, count: int) -> Sums:
        parts: list[Sums] = []
        while count:
            if self.at == self.turns:
                self._turn()
            end = min(self.at + count, self.turns)
            parts.append((self.sums[0][self.at : end], self.sums[1][self.at : end]))
            count -= end - self.at
            self.at = end
        if len(parts) == 1:
            return parts[0]
        plain, square = zip(*parts, strict=True)
        return np.vstack(plain), np.vstack(square)

    def _turn(self) -> None:
        """A new order, and the sums of all turns that are drawn of it."""
        from scipy.fft import irfft, rfft

        n = self.values.size
        order = self.rng.permutation(n)
        turns = 1 + self.rng.choice(n - 1, self.turns, replace=False)
        on_wheel = self.values[order]
        plain, square = rfft(on_wheel), rfft(on_wheel**2)
        self.sums = (
            np.empty((self.turns, self.weights.shape[1])),
            np.empty((self.turns, self.squares.shape[1])),
        )
        for at in range(self.weights.shape[1]):
            seen = np.conj(rfft(np.ascontiguousarray(self.weights[order, at])))
            self.sums[0][:, at] = irfft(plain * seen, n)[turns]
            if self.squares is self.weights:
                self.sums[1][:, at] = irfft(square * seen, n)[turns]
        if self.squares is not self.weights:
            for at in range(self.squares.shape[1]):
                seen = np.conj(rfft(np.ascontiguousarray(self.squares[order, at])))
                self.sums[1][:, at] = irfft(square * seen, n)[turns]
        self.at = 0
