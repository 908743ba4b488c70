"""Who calls, as far as limits and logs are concerned."""

import ipaddress

from flask import request

NETWORK_OF_ONE_CALLER = 64  # bits: whoever has one IPv6 address has a whole /64 of them
LONGEST_CHARS = 64
MAPPED = "::ffff"


def caller() -> str:
    """The caller's address; one IPv6 network is one caller.

    It is the connection's own, or the one that the trusted proxy names: `serving.py` decides which.
    """
    raw = request.remote_addr or ""
    if raw == MAPPED:
        # The server reads the proxy's `::ffff:203.0.113.9` as an address and a port.
        raw = str(request.environ.get("REMOTE_PORT", ""))
    try:
        address = ipaddress.ip_address(raw)
    except ValueError:
        return raw[:LONGEST_CHARS]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, NETWORK_OF_ONE_CALLER), strict=False))
        return str(address.ipv4_mapped)
    return str(address)
