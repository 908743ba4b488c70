"""The labels that staff read in tables for what the store calls otherwise; fields and categories are wording's."""

from collections.abc import Mapping

from renewal.services.app import Services

OUTCOMES = {"renewed": "自动续签成功", "failed": "自动续签失败", "waiting": "缺数据，等待"}
KINDS = {"failure": "失败", "renewed": "成功", "no_result": "无结果"}
STATES = {
    "pending": "等待发送",
    "sending": "正在发送",
    "accepted": "已交运营商",
    "sent": "已发出",
    "delivered": "已送达",
    "failed": "失败",
    "suppressed": "已退订，不发",
    "uncertain": "不确定",
    "expired": "过期未发",
    "": "无短信",
}


def label(labels: Mapping[str, str], name: str) -> str:
    """The label of a name; a name that has none stands for itself."""
    return labels.get(name, name)


def field(services: Services, name: str) -> str:
    """What a compared field is called."""
    return services.wording.render(f"label.field.{name}")


def category(services: Services, name: str) -> str:
    """What a holder's category is called."""
    return services.wording.render(f"label.category.{name}")
