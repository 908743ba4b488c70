"""Serves the gateway: `python -m sms_gateway`."""

import sys

from waitress import serve  # type: ignore[import-untyped]

from renewal.domain.errors import RenewalError
from renewal.private_files import keep_private, narrow
from renewal.settings import SettingsError, load_settings
from renewal.store import StoreError
from sms_gateway.app import create_app
from sms_gateway.limits_table import LONGEST_BODY_BYTES
from sms_gateway.logs import set_up_logs

THREADS = 16  # a turn waits for the assistant: more threads than processors
BODY_SLACK_BYTES = (
    1024  # Flask refuses what is too large, with a sentence; waitress only what is far too large
)


def main() -> int:
    """Serve until stopped; 2 where a setting is wrong."""
    keep_private()
    set_up_logs()
    try:
        settings = load_settings(program="gateway")
        narrow(settings.state_dir)
        app = create_app(settings)
    except (SettingsError, RenewalError, StoreError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    serve(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        threads=THREADS,
        max_request_body_size=16 * LONGEST_BODY_BYTES + BODY_SLACK_BYTES,
        ident=None,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
