"""Numbers that the rules of inspections use and that no text read so far fixes; each is a decision of this project.

Circular 26/2014/TT-BKHCN leaves notice, conclusion and quiet periods to practice; change them here, and say so in the
changelog, since late facts are decided anew by what stands here.
"""

from __future__ import annotations

#: Working days between the announcement and the first day on site.
NOTICE_WORKING_DAYS = 5
#: Days between two visits to one agency that are not joint (also the distance of an overlapping pair, indicator I20).
QUIET_DAYS = 30
#: Years in which nobody inspects an agency that they worked for.
CONFLICT_YEARS = 3
#: Days after the conclusion in which the agency may object.
OBJECTION_DAYS = 30
#: Days after the visit in which the conclusion is due; a later one is accepted and shown as late.
CONCLUSION_DAYS = 15
#: Extensions of a recommendation that need no decision.
FREE_EXTENSIONS = 2
#: Least share of inspections on site where a programme does not say (practice of Ha Noi, 2016).
DEFAULT_ONSITE_SHARE = 0.5
