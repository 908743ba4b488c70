"""The command line: each command reads its arguments, calls one service and prints what came of it."""
