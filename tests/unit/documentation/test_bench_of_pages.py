"""The bench leaves no page out."""

from tests.bench.pages import NOT_MEASURED, PAGES
from tests.browser.site_map import page_rules


def test_every_page_is_measured_or_said_not_to_be():
    assert {*PAGES, *NOT_MEASURED} >= page_rules()
    assert not {*PAGES} & NOT_MEASURED
