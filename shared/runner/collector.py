"""What Python's collector of cyclic garbage is told in a service, once everything has been imported and begun."""

from __future__ import annotations

import gc


def settle() -> None:
    """Leave alone what is there by now, and look through what comes in larger pieces, seldom."""
    # What was imported stays for good: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    # A batch makes tens of thousands of objects that counting frees by itself; looking for cycles after each 700 of
    # them was a quarter of intake's time. The middle generation is looked through after every second time: what a page has
    # made by the tenth held it up for an eighth of a second.
    gc.set_threshold(10_000, 2, 25)
