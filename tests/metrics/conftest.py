"""Shared by the tests of metrics."""

import pytest

from helpers.quarter import Quarter


@pytest.fixture
def quarter() -> Quarter:
    """July to September 2026; the trailing year starts on 1 October 2025."""
    return Quarter.parse("2026Q3")
