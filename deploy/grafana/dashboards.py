"""Our dashboards: `python -m deploy.grafana.dashboards` writes them into `dashboards/`, which Grafana is given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from deploy.grafana.panels import Panel, dashboard

DIRECTORY = Path(__file__).with_name("dashboards")
_OF = '{service=~"$service"}'


def _quantile(share: float, histogram: str, by: str) -> str:
    """Return the query of a quantile over the last five minutes."""
    return f"histogram_quantile({share}, sum by ({by}, le) (rate({histogram}_bucket{_OF}[5m])))"


OVERVIEW = dashboard(
    "oversight-overview",
    "Tổng quan hệ thống / System overview",
    "What is wrong now, what comes in, how far behind the views are. Each alert links to its runbook.",
    [
        (
            "Hiện trạng / Now",
            [
                Panel(
                    "Cảnh báo đang mở / Open alerts",
                    "Alerts that are firing, without the watchdog",
                    [('count(ALERTS{alertstate="firing",alertname!="OversightWatchdog"}) or vector(0)', "alerts")],
                    width=6,
                    kind="stat",
                    red=1,
                ),
                Panel(
                    "Dịch vụ hoạt động / Services up",
                    "Services that answer Prometheus",
                    [('sum(max by (service) (up{job="oversight"}))', "services")],
                    width=6,
                    kind="stat",
                ),
                Panel(
                    "Độ trễ lớn nhất / Greatest lag",
                    "How old what the slowest consumer knows is",
                    [("max(oversight:subscription_age_seconds:max)", "lag")],
                    unit="s",
                    width=6,
                    kind="stat",
                    red=60,
                ),
                Panel(
                    "Sự kiện bị để riêng / Parked events",
                    "Set aside by consumers; figures stop before them",
                    [
                        (
                            "sum(max by (service, consumer, source, reason) (oversight_parked_items)) or vector(0)",
                            "parked",
                        )
                    ],
                    width=6,
                    kind="stat",
                    red=1,
                ),
            ],
        ),
        (
            "Tiếp nhận / Intake",
            [
                Panel(
                    "Sự kiện theo kết quả / Events by answer",
                    "Accepted, duplicate, waiting, refused",
                    [(f"sum by (status) (oversight:intake_items:rate5m{_OF})", "{{status}}")],
                    unit="cps",
                ),
                Panel(
                    "Thời gian ghi (p99) / Commit time (p99)",
                    "Group commits of each service",
                    [(f"oversight:intake_commit_seconds:p99_5m{_OF}", "{{service}}")],
                    unit="s",
                    red=1,
                ),
                Panel(
                    "Từ chối theo mã / Refusals by code",
                    "Events refused per second, by code",
                    [(f"topk(10, sum by (code) (rate(oversight_intake_refused_total{_OF}[5m])))", "{{code}}")],
                    unit="cps",
                ),
                Panel(
                    "Chờ ghi / Waiting for the writer",
                    "Events taken and not yet committed, and events per commit (median)",
                    [
                        (f"sum by (service) (oversight_intake_queued_items{_OF})", "{{service}} waiting"),
                        (_quantile(0.5, "oversight_intake_group_items", "service"), "{{service}} per commit"),
                    ],
                ),
                Panel(
                    "Hàng cách ly / Quarantine",
                    "Open items, and the age of the oldest that waits",
                    [
                        (f"max by (service, status) (oversight_quarantine_items{_OF})", "{{service}} {{status}}"),
                    ],
                ),
            ],
        ),
        (
            "Yêu cầu HTTP / HTTP requests",
            [
                Panel(
                    "Yêu cầu mỗi giây / Requests per second",
                    "By service and status",
                    [(f"sum by (service, status) (oversight:http_requests:rate5m{_OF})", "{{service}} {{status}}")],
                    unit="reqps",
                ),
                Panel(
                    "Thời gian trả lời (p99) / Answer time (p99)",
                    "The slowest routes",
                    [(f"topk(10, oversight:http_request_seconds:p99_5m{_OF})", "{{service}} {{route}}")],
                    unit="s",
                ),
            ],
        ),
        (
            "Tỉnh, thành phố / Provinces",
            [
                Panel(
                    "Thời gian từ sự kiện gần nhất / Since the last event",
                    "Of each province",
                    [("time() - max by (province) (oversight_province_last_event_timestamp_seconds)", "{{province}}")],
                    unit="s",
                    width=24,
                    red=7 * 86400,
                ),
            ],
        ),
    ],
)

TRANSPORT = dashboard(
    "oversight-transport",
    "Truyền tin và xử lý / Transport and processing",
    "From each log to the broker and from there into every consumer: positions, ages, batches, parked events.",
    [
        (
            "Nhật ký và công bố / Logs and relays",
            [
                Panel(
                    "Vị trí nhật ký / Log position",
                    "Last position of each log",
                    [(f"max by (service) (oversight_log_position{_OF})", "{{service}}")],
                ),
                Panel(
                    "Tuổi sự kiện chưa công bố / Age of what is not published",
                    "Oldest event that the broker has not confirmed",
                    [(f"oversight:cursor_age_seconds:max{_OF}", "{{service}} {{cursor}}")],
                    unit="s",
                    red=300,
                ),
                Panel(
                    "Đã kiểm tra toàn vẹn / Verified",
                    "How far each log was read again and found whole",
                    [
                        (f"max by (service) (oversight_log_verified_position{_OF})", "{{service}}"),
                        (f"max by (service) (oversight_log_broken_state{_OF})", "{{service}} broken"),
                    ],
                ),
                Panel(
                    "Xác nhận của RabbitMQ (p99) / Confirms (p99)",
                    "From publishing a window to its last confirm",
                    [
                        (
                            _quantile(0.99, "oversight_relay_confirm_seconds", "service"),
                            "{{service}}",
                        )
                    ],
                    unit="s",
                ),
            ],
        ),
        (
            "Bộ xử lý / Consumers",
            [
                Panel(
                    "Độ trễ / Lag",
                    "How old what each consumer knows of each source is",
                    [(f"oversight:subscription_age_seconds:max{_OF}", "{{service}} {{consumer}} ← {{source}}")],
                    unit="s",
                    red=60,
                ),
                Panel(
                    "Sự kiện đã xử lý / Events applied",
                    "Per second",
                    [(f"oversight:subscription_events:rate5m{_OF}", "{{service}} {{consumer}} ← {{source}}")],
                    unit="cps",
                ),
                Panel(
                    "Thời gian một lô (p99) / Time of a batch (p99)",
                    "One transaction of a consumer",
                    [
                        (
                            _quantile(0.99, "oversight_subscription_apply_seconds", "service, consumer"),
                            "{{service}} {{consumer}}",
                        )
                    ],
                    unit="s",
                ),
                Panel(
                    "Sự kiện mỗi lô / Events per batch",
                    "Median",
                    [
                        (
                            _quantile(0.5, "oversight_subscription_batch_events", "service, consumer"),
                            "{{service}} {{consumer}}",
                        )
                    ],
                ),
                Panel(
                    "Để riêng / Parked",
                    "By consumer and reason",
                    [
                        (
                            f"max by (service, consumer, reason) (oversight_parked_items{_OF})",
                            "{{service}} {{consumer}} {{reason}}",
                        )
                    ],
                    red=1,
                ),
                Panel(
                    "Cách đọc / How logs are read",
                    "1 for the way in which a log is read now; `feed` means without the broker",
                    [
                        (
                            f"sum by (service, consumer, source, state) (oversight_subscription_state{_OF})",
                            "{{service}} {{consumer}} ← {{source}}: {{state}}",
                        )
                    ],
                ),
            ],
        ),
        (
            "RabbitMQ",
            [
                Panel(
                    "Tin chờ / Messages ready",
                    "By queue",
                    [("topk(15, max by (queue) (rabbitmq_detailed_queue_messages_ready))", "{{queue}}")],
                ),
                Panel(
                    "Tin chết / Dead letters",
                    "Messages in qms.dead",
                    [('max by (queue) (rabbitmq_detailed_queue_messages{queue=~"qms[.]dead[.].+"})', "{{queue}}")],
                    red=1,
                ),
            ],
        ),
    ],
)

NOTIFICATIONS = dashboard(
    "oversight-notifications",
    "Cảnh báo và gửi tin / Alerts and deliveries",
    "Deadlines, what became of alerts, and whether messages reach people.",
    [
        (
            "Cảnh báo / Alerts",
            [
                Panel(
                    "Sự kiện cảnh báo / Alert events",
                    "Opened, escalated, resolved, per minute and rule",
                    [("sum by (rule, event) (rate(oversight_alert_events_total[5m])) * 60", "{{rule}} {{event}}")],
                ),
                Panel(
                    "Thời hạn chưa xét / Deadlines overdue",
                    "By how long the one due first has not been looked at",
                    [("max(oversight_deadline_overdue_seconds)", "deadlines")],
                    unit="s",
                    red=300,
                ),
            ],
        ),
        (
            "Gửi tin / Deliveries",
            [
                Panel(
                    "Hàng chờ gửi / Queue",
                    "By channel and status",
                    [("max by (channel, status) (oversight_deliveries)", "{{channel}} {{status}}")],
                ),
                Panel(
                    "Lần gửi / Tries",
                    "Per minute, by channel and result",
                    [
                        (
                            "sum by (channel, result) (rate(oversight_delivery_tries_total[5m])) * 60",
                            "{{channel}} {{result}}",
                        )
                    ],
                ),
                Panel(
                    "Quá hạn gửi / Overdue",
                    "By how long the message due first is overdue",
                    [("max(oversight_delivery_overdue_seconds)", "deliveries")],
                    unit="s",
                    red=600,
                ),
                Panel(
                    "Cảnh báo chưa thành tin / Alerts untold",
                    "By how long alerts have waited to become messages",
                    [("max(oversight_alerts_untold_overdue_seconds)", "alerts")],
                    unit="s",
                    red=300,
                ),
            ],
        ),
    ],
)

ALL: dict[str, dict[str, Any]] = {one["uid"]: one for one in (OVERVIEW, TRANSPORT, NOTIFICATIONS)}


def text(found: dict[str, Any]) -> str:
    """Return a dashboard's file."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for uid, found in ALL.items():
        (DIRECTORY / f"{uid}.json").write_text(text(found), encoding="utf-8")
