"""What the command line tells the person who typed it, always in one line."""


class CliError(Exception):
    """The command could not do what was asked; the message says why and what to do next."""

    exit_code = 1


class UsageFault(CliError):
    """The command was typed wrongly, or its file is not of the kind it reads."""

    exit_code = 2


class AlreadyRunning(CliError):
    """Another supervisor runs on the same state folder."""


class StartFailed(CliError):
    """A process died or was not ready in time; `tail` holds the last lines of its log."""

    def __init__(self, message: str, tail: str = "") -> None:
        super().__init__(message)
        self.tail = tail
