"""`renewal case`: what staff can type about renewals at the window."""

import typer

app = typer.Typer(help="窗口续签：收件、核定、签注。", no_args_is_help=True)
