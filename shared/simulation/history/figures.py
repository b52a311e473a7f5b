"""The historic figures that the demonstration shows, as questions to the indicators; what they answer is not written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.simulation.history import livestock, thanh_son
from shared.simulation.history.provinces import old_province_id


@dataclass(frozen=True, slots=True)
class HistoricFigure:
    """A figure of a deployment."""

    name_vi: str
    name_en: str
    indicator: str
    parameters: Mapping[str, str]
    #: Name the agencies that are missing in the numerator.
    exceptions: bool = False


def figures() -> list[HistoricFigure]:
    """Return the figures in order of their days."""
    can_tho, gia_lai = old_province_id("P92"), old_province_id("P64")
    national = {"as_of": "2013-11-30"}
    end_2017 = {"as_of": "2017-12-31", "scope": gia_lai}
    return [
        HistoricFigure(
            "Tỉnh, thành phố đã phê duyệt kế hoạch, 30/11/2013",
            "Provinces with an approved plan, 30 Nov 2013",
            "I1",
            {**national, "level": "province"},
            exceptions=True,
        ),
        HistoricFigure(
            "Bộ, ngành đã phê duyệt kế hoạch, 30/11/2013",
            "Ministries with an approved plan, 30 Nov 2013",
            "I1",
            {**national, "level": "central"},
            exceptions=True,
        ),
        HistoricFigure(
            "Cần Thơ: đơn vị được chứng nhận, 01/4/2014",
            "Cần Thơ: units certified, 1 Apr 2014",
            "I2",
            {"as_of": "2014-04-01", "scope": can_tho},
            exceptions=True,
        ),
        HistoricFigure(
            "Gia Lai: cơ quan bắt buộc đã công bố, cuối năm 2017",
            "Gia Lai: mandatory agencies declared, end of 2017",
            "I2",
            {**end_2017, "obligation": "mandatory"},
        ),
        HistoricFigure(
            "Gia Lai: xã, phường, thị trấn đã công bố, cuối năm 2017",
            "Gia Lai: communes declared, end of 2017",
            "I2",
            {**end_2017, "obligation": "encouraged"},
        ),
        HistoricFigure(
            "Huyện Thanh Sơn: TTHC có quy trình, cuối năm 2020",
            "Thanh Sơn district: public procedures covered, end of 2020",
            "I3",
            {"as_of": "2020-12-31", "scope": thanh_son.agency_id()},
        ),
        HistoricFigure(
            "Bộ Quốc phòng đã có kế hoạch, 12/4/2021",
            "Ministry of Defence with a plan, 12 Apr 2021",
            "I1",
            {"as_of": "2021-04-12", "scope": "bo-quoc-phong"},
        ),
        HistoricFigure(
            "Chi cục Chăn nuôi và Thú y: quy trình lạc hậu / đang có hiệu lực, 30/6/2022",
            "Livestock sub-department: procedures stale / in force, 30 Jun 2022",
            "I6",
            {"as_of": "2022-06-30", "scope": livestock.AGENCY_ID},
        ),
    ]
