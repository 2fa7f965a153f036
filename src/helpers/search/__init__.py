"""Which groups of customers stand out of everything that was looked at: the search, on arrays."""

from typing import Any

__all__ = ["discover", "warm"]


def __getattr__(name: str) -> Any:
    # loaded on first use: the search's compiler takes a moment that other imports need not wait
    if name in __all__:
        from helpers.search import discovery

        return getattr(discovery, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
