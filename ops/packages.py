"""Which programs does Porchlight need from the distribution, and how do they get here?

Installing them starts nothing and makes no database: what the packages would do for a machine of their own is held
back while they are installed, and services that come with them stay switched off.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ctypes.util import find_library
from pathlib import Path

from ops.commands import as_root, run
from ops.postgres import find_programs
from ops.say import CannotGoOn, step

APT = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
FONTS = Path("/usr/share/fonts")
POLICY = Path("/usr/sbin/policy-rc.d")
NO_START = "#!/bin/sh\n# Porchlight's set-up is installing packages; it starts its own servers.\nexit 101\n"
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/porchlight.conf")
# Ours are private: these would otherwise be started at the next boot.
SERVICES = ("postgresql", "redis-server", "nginx")


def missing(with_browser: bool) -> list[str]:
    """The Debian packages whose programs or libraries are not here yet."""
    present = {
        "postgresql-15": find_programs() is not None,
        "postgresql-15-postgis-3": find_programs() is not None,
        "redis-server": _is_here("redis-server"),
        "nginx-light": _is_here("nginx"),
        "libgdal32": find_library("gdal") is not None,
        "libgeos-c1v5": find_library("geos_c") is not None,
        # Letters to residents are printed in it: it knows every Latin name.
        "fonts-dejavu-core": any(FONTS.rglob("DejaVuSans.ttf")),
        "chromium": not with_browser or _is_here("chromium"),
    }
    return [name for name, is_present in present.items() if not is_present]


def install(with_browser: bool = False) -> None:
    """Install what is missing, on Debian; elsewhere say what is.

    Raises:
        CannotGoOn: The packages cannot be installed from here.
    """
    if _is_our_policy():
        # Left by a set-up that was killed; with it no service of this machine starts.
        run(as_root(["rm", "-f", POLICY]))
    wanted = missing(with_browser)
    if not wanted:
        return
    if shutil.which("apt-get") is None:
        raise CannotGoOn(
            "Porchlight needs PostgreSQL with PostGIS, Redis 7, nginx, GDAL, GEOS and the DejaVu fonts"
            f"{', and Chromium for its tests' if with_browser else ''}. On Debian 12 it installs them itself; "
            f"here these are missing (Debian's names): {', '.join(wanted)}."
        )
    if os.geteuid() != 0 and shutil.which("sudo") is None:
        raise CannotGoOn(f"Please have these packages installed (there is no sudo here): {', '.join(wanted)}.")
    with step(f"Installing {', '.join(wanted)} with apt"):
        _install(wanted)
    if still := missing(with_browser):
        raise CannotGoOn(f"apt installed its packages, but these are still not usable here: {', '.join(still)}.")


def _install(wanted: list[str]) -> None:
    quiet = "DEBIAN_FRONTEND=noninteractive"
    run(as_root(["env", quiet, *APT, "update"]))
    with ExitStack() as held:
        held.enter_context(_file(NO_MAIN_CLUSTER, "create_main_cluster = false\n", "644"))
        if not POLICY.exists():
            held.enter_context(_file(POLICY, NO_START, "755"))
        # Where an earlier installation was cut off, apt refuses to go on without this.
        run(as_root(["env", quiet, "dpkg", "--configure", "-a"]))
        before = {name for name in SERVICES if _has_service(name)}
        run(as_root(["env", quiet, *APT, "install", "-y", "--no-install-recommends", *wanted]))
        for name in SERVICES:
            if name not in before and _has_service(name) and shutil.which("systemctl"):
                run(as_root(["systemctl", "--quiet", "disable", name]))


def _is_our_policy() -> bool:
    try:
        return POLICY.read_text() == NO_START
    except OSError:
        return False


def _is_here(program: str) -> bool:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin") is not None


def _has_service(name: str) -> bool:
    return Path(f"/lib/systemd/system/{name}.service").exists()


@contextmanager
def _file(path: Path, text: str, mode: str) -> Iterator[None]:
    """A file of root's that is there only while packages are installed."""
    run(as_root(["mkdir", "-p", path.parent]))
    run(as_root(["tee", path]), text=text)
    run(as_root(["chmod", mode, path]))
    try:
        yield
    finally:
        run(as_root(["rm", "-f", path]))
