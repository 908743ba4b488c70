"""What the wording calls a category and a compared field, for the desk's pages."""

from collections.abc import Iterable

from renewal.domain import Category, Field
from sms_gateway.gateway import gateway


def category(of: Category) -> str:
    """On what ground a holder stays."""
    return gateway().services.wording.render(f"label.category.{of}")


def fields(named: Iterable[Field]) -> str:
    """Compared fields, listed."""
    wording = gateway().services.wording
    return "、".join(wording.render(f"label.field.{field}") for field in named)
