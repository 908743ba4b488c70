"""The values of the front page's template, for a page that is shown without a gateway."""

from typing import Any

from sms_gateway.blueprints.pages import front_values
from tests.loaded import ground


def values() -> dict[str, Any]:
    """As somebody sees it who asked for nothing."""
    return {**front_values(ground(), "zh-CN", []), "simulator": True, "site": ""}
