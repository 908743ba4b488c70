"""The desk at `/desk`, where staff work: server-rendered, usable by keyboard, on a phone and without JavaScript.

A page is a module of `pages/` with its blueprint and a line in `pages/__init__.py`. What it does is one call of
`renewal.services`; every view says whom it is for (`access.for_role`), or nobody gets it.
"""
