"""The slides that everybody opens first have room for what stands on them."""

from laid_out import faults, laid_out


def test_every_slide_of_the_sample_has_room(published, browser):
    found = laid_out(browser, published / "presentation.html")
    assert len(found) > 10 and not faults(found), faults(found)
