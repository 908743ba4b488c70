"""`python -m actions`: serves the actions on the address of the settings, loopback by default."""

import sys
import warnings

from actions.server import NoSecret, make_app
from renewal.domain.errors import RenewalError
from renewal.language.dates import find_expiry
from renewal.private_files import keep_private, narrow
from renewal.services.app import Services, services_on
from renewal.settings import Settings, SettingsError, load_settings


def main() -> int:
    """Serve until it is stopped. 1 with one clear line where it cannot start."""
    keep_private()
    warnings.filterwarnings("ignore", message=".*not be compatible.*")  # Rasa 3.6 with this SDK was tried
    try:
        settings = load_settings(program="actions")
        narrow(settings.state_dir)
        with services_on(settings) as services:
            _serve(settings, services)
    except (SettingsError, RenewalError, NoSecret) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _serve(settings: Settings, services: Services) -> None:
    app = make_app(services)
    find_expiry(
        "12月5号", services.today()
    )  # its parser takes seconds to read: now, not at a holder's first date
    app.run(
        host=settings.actions_host,
        port=settings.actions_port,
        single_process=True,
        access_log=False,
        motd=False,
    )


if __name__ == "__main__":
    sys.exit(main())
