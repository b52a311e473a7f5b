"""The bench leaves no page out."""

from tests.bench.page_list import AS_INSPECTOR, PAGES
from tests.browser.site_map import page_rules


def test_every_page_is_measured():
    assert set(PAGES) == page_rules()
    assert {name for named in PAGES.values() for name in named} >= AS_INSPECTOR
