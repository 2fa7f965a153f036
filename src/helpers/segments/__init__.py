"""Which groups of customers are really better."""

from typing import Any

__all__ = ["discover", "warm"]


def __getattr__(name: str) -> Any:
    # loaded on first use: the search's compiler takes a moment that other imports need not wait
    if name in __all__:
        from helpers.segments import discovery

        return getattr(discovery, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
