"""How does nginx become the front of one installation?

`python -m ops.front --listen …` writes the configuration from `ops/front.conf` and becomes nginx. Two variables of
the environment matter here: `SITE_URL` says whether people come by https, and `TRUSTED_PROXY` (an address or network)
names whoever ends TLS before us and may say where a request really came from.
"""

import argparse
import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
TYPES = Path("/etc/nginx/mime.types")
PLACEHOLDER = re.compile(r"\$\((\w+)\)")


def configuration(words: Mapping[str, str], environment: Mapping[str, str], *, is_root: bool) -> str:
    """The text of nginx.conf.

    Args:
        words: listen, web, live, static, folder.
        is_root: nginx's workers then stay root: the checkout may lie where nobody else can read.
    """
    proxy = environment.get("TRUSTED_PROXY", "")
    filled = {
        **words,
        "user": "user root;" if is_root else "",
        "types": str(TYPES),
        "pages": str(HERE / "pages"),
        "scheme": environment.get("SITE_URL", "http://").partition("://")[0],
        "real_address": f"set_real_ip_from {proxy};\n    real_ip_header X-Forwarded-For;" if proxy else "",
    }
    return PLACEHOLDER.sub(lambda match: filled[match[1]], (HERE / "front.conf").read_text())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ops.front", description="Write nginx.conf and become nginx.")
    for name in ("listen", "web", "live", "static", "folder"):
        parser.add_argument(f"--{name}", required=True)
    words = vars(parser.parse_args())
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin")
    if nginx is None:
        sys.exit("There is no nginx on this machine.")
    folder = Path(words["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "nginx.conf"
    file.write_text(configuration(words, os.environ, is_root=os.geteuid() == 0))
    os.execv(nginx, [nginx, "-e", "stderr", "-p", str(folder), "-c", str(file), "-g", "daemon off;"])


if __name__ == "__main__":
    main()
