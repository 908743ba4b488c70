"""The toy's far end, and the one line that makes it a provider while a test runs."""

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from renewal import providers as kinds
from renewal.services.app import Services
from renewal.services.texts.provider import Webhook
from sms_gateway.providers import PROVIDERS, open_providers
from tests.contract.wires.wire import Wire, webhook

KEY = "corn-of-the-tests"


@dataclass
class Loft:
    """Keeps letters; `say` is what it answers next instead of taking one."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    say: list[dict[str, Any]] = field(default_factory=list)
    swallow: int = 0
    gone: bool = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.gone:
            raise httpx.ConnectError("nobody there")
        if request.method == "GET":
            asked = request.url.params["id"]
            return httpx.Response(200, json={"letters": [one for one in self.taken if one["id"] == asked]})
        if self.say:
            return httpx.Response(200, json=self.say.pop(0))
        letter = json.loads(request.content) | {"ring": f"ring{len(self.taken)}", "state": "flying"}
        self.taken.append(letter)
        if self.swallow:
            self.swallow -= 1
            return httpx.Response(500)
        return httpx.Response(200, json=letter)


@contextmanager
def known() -> Iterator[None]:
    """The toy's folder and its line in the table."""
    folder = Path(__file__).parents[1] / "toys"
    kinds.FOLDERS.append(folder)
    PROVIDERS["pigeon"] = "tests.contract.toys.pigeon"  # type: ignore[index]
    kinds.provider_kinds.cache_clear()
    kinds.refusals.cache_clear()
    yield
    kinds.FOLDERS.remove(folder)
    del PROVIDERS["pigeon"]  # type: ignore[attr-defined]
    kinds.provider_kinds.cache_clear()
    kinds.refusals.cache_clear()


def _posted(told: dict[str, Any]) -> Webhook:
    body = json.dumps(told).encode()
    signed = hmac.new(KEY.encode(), body, "sha256").hexdigest()
    builder = EnvironBuilder("/sms/pigeon", method="POST", data=body, headers={"Feather": signed})
    return webhook(builder, rule="")


@contextmanager
def open_wire(services: Services) -> Iterator[Wire]:
    loft, numbers = Loft(), count()
    with known():
        options = {"pigeon_key": SecretStr(KEY), "pigeon_loft": SecretStr("http://loft.invalid")}
        changes = {"provider": "pigeon", "provider_options": options, "public_url": "https://sms.example.org"}
        services = replace(services, settings=services.settings.model_copy(update=changes))
        (provider,) = open_providers(services)
        provider._loft = httpx.Client(base_url="http://loft.invalid", transport=httpx.MockTransport(loft))
        yield Wire(
            provider=provider,
            services=services,
            new_id=lambda: f"{next(numbers):032x}",
            sent=lambda: [(letter["to"], letter["words"]) for letter in loft.taken],
            texts=lambda texts: _posted(
                {"letters": [{"ring": ref, "from": phone, "words": words} for ref, phone, words in texts]}
            ),
            receipts=lambda told: _posted(
                {
                    "landings": [
                        {
                            "ring": ref,
                            "id": our_id,
                            "state": "landed" if good else "lost",
                            "code": "WINDOW_SHUT",
                        }
                        for ref, our_id, good in told
                    ]
                }
            ),
            several=True,
            unsigned=lambda hook: replace(hook, headers=Headers()),  # type: ignore[arg-type]
            swallow=lambda: setattr(loft, "swallow", 1),
            refuse_account=lambda: loft.say.append({"code": "NO_CORN"}),
            refuse_busy=lambda: loft.say.append({"code": "ALL_ABROAD"}),
            hang_up=lambda: setattr(loft, "gone", True),
        )
