"""Small horizontal gauges, for what has a share and no unit: the energy of a cat."""

from __future__ import annotations


def gauge(share: float, width: int = 8, *, ascii: bool = False) -> str:
    """Return `width` cells of which `share` (0 to 1, held there) are full: ▰▰▰▱▱."""
    full = round(min(max(share, 0.0), 1.0) * width)
    on, off = ("#", "-") if ascii else ("▰", "▱")
    return on * full + off * (width - full)
