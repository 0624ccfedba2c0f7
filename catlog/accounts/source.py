"""The source of a sign-in, for the throttle and the list of sessions."""

from __future__ import annotations

import ipaddress
import os
import platform
import pwd

from catlog.config import Settings
from catlog.text import clean

_IPV6_PREFIX = 64


def source_of(settings: Settings) -> str:
    """Return `ssh ADDRESS` for a guest of `catlog ssh-entry`, otherwise `USER at HOST`.

    Without sshd the address in the environment can be forged, for another source at every attempt. One subscriber has a
    whole /64 of IPv6 addresses, so those count as one.
    """
    if settings.guest is not None and settings.ssh_client:
        return f"ssh {_network(settings.ssh_client)}"
    return clean(f"{_system_user()} at {platform.node() or 'localhost'}", limit=120)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return clean(address, limit=80)
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed), _IPV6_PREFIX), strict=False))


def _system_user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
