"""What is loaded for good is passed over by the collector, which works on as before."""

import gc

import pytest

from helpers.loading import for_good


@pytest.fixture(autouse=True)
def as_before():
    yield
    gc.unfreeze()
    gc.enable()


def test_nothing_is_looked_through_within_nor_later():
    gc.unfreeze()
    with for_good():
        assert not gc.isenabled()
        kept = [[] for _ in range(100)]
        with for_good():
            assert not gc.isenabled()
        assert not gc.isenabled()  # the outer one is not over
    assert gc.isenabled() and gc.get_freeze_count() > len(kept)


def test_who_looks_for_no_garbage_goes_on_so():
    gc.disable()
    with for_good():
        pass
    assert not gc.isenabled()


def test_an_import_that_fails_changes_nothing():
    with pytest.raises(ImportError), for_good():
        raise ImportError
    assert gc.isenabled()
