"""The far end of each provider, for the suite that all of them pass: a file here and a line below make a new one."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from renewal.services.app import Services
from tests.contract.wires import alibaba, pigeon, simulator, twilio
from tests.contract.wires.wire import Wire

WIRES: Mapping[str, Callable[[Services], AbstractContextManager[Wire]]] = {
    "simulator": simulator.open_wire,
    "twilio": twilio.open_wire,
    "alibaba": alibaba.open_wire,
}
# None of the table's: it shows that a new one passes by its folder and its line alone.
TOYS: Mapping[str, Callable[[Services], AbstractContextManager[Wire]]] = {"pigeon": pigeon.open_wire}
