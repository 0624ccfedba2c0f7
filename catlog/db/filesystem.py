"""Detect network file systems, which lack the shared memory that SQLite's write-ahead log needs."""

from __future__ import annotations

from pathlib import Path

_NETWORK = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "ncpfs", "webdav", "davfs")
_MOUNTS = Path("/proc/self/mountinfo")


def network_filesystem(path: Path, mounts: Path = _MOUNTS) -> str | None:
    """Return the kind of network file system of `path`, or None, also where it cannot be determined."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    target = str(path.expanduser().absolute())
    best, kind = "", ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, rest = before.split(), after.split()
        if len(fields) < 5 or not rest:
            continue
        mount = fields[4].replace("\\040", " ")
        inside = target == mount or target.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, rest[0]
    return kind if kind.startswith(_NETWORK) else None
