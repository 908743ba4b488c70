"""Serves the gateway: `python -m sms_gateway`."""

import sys
import threading

from renewal.domain.errors import RenewalError
from renewal.language.distress import in_despair
from renewal.language.opting import read_opting
from renewal.private_files import keep_private, narrow
from renewal.services.app import Services, services_on
from renewal.settings import Settings, SettingsError, load_settings
from renewal.store import StoreError
from sms_gateway.alone import only_gateway
from sms_gateway.app import create_app, create_ops_app
from sms_gateway.limits_table import THREADS
from sms_gateway.logs import set_up_logs
from sms_gateway.serving import open_server

OPS_THREADS = 2


def read_words() -> None:
    """Read the words of every language now: the first texts would each do it, for seconds, while all others wait."""
    in_despair("居住证怎么续签")
    read_opting("居住证怎么续签")


def main() -> int:
    """Serve until stopped; 2 where a setting is wrong or a port is taken."""
    keep_private()
    set_up_logs()
    try:
        settings = load_settings(program="gateway")
        narrow(settings.state_dir)
        with services_on(settings) as services, only_gateway(services):
            _serve(settings, services)
    except (SettingsError, RenewalError, StoreError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _serve(settings: Settings, services: Services) -> None:
    app = create_app(settings, services)
    public = open_server(app, host=settings.gateway_host, port=settings.gateway_port, threads=THREADS)
    ops = open_server(
        create_ops_app(app), host=settings.ops_host, port=settings.ops_port, threads=OPS_THREADS
    )
    read_words()
    threading.Thread(target=ops.run, name="ops", daemon=True).start()
    public.run()


if __name__ == "__main__":
    sys.exit(main())
