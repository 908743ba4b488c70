"""`renewal appointment`: what staff can type about centres and appointments."""

import typer

app = typer.Typer(help="预约签注：中心、号源、预约。", no_args_is_help=True)
