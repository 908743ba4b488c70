"""The far end of each provider, for the suite that all of them pass: a file here and a line below make a new one."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from renewal.services.app import Services
from tests.contract.wires import alibaba, simulator, twilio
from tests.contract.wires.wire import Wire

WIRES: Mapping[str, Callable[[Services], AbstractContextManager[Wire]]] = {
    "simulator": simulator.open_wire,
    "twilio": twilio.open_wire,
    "alibaba": alibaba.open_wire,
}
