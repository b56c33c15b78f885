"""Is the front's configuration one that nginx takes, and does it trust nobody it should not?"""

import shutil
import subprocess
from pathlib import Path

import pytest

from ops.front import configuration

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")


def words(folder: Path) -> dict[str, str]:
    return {
        "listen": "127.0.0.1:20999",
        "web": "127.0.0.1:20998",
        "live": "127.0.0.1:20997",
        "static": str(folder),
        "folder": str(folder),
    }


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
@pytest.mark.parametrize("environment", [{}, {"SITE_URL": "https://city.example", "TRUSTED_PROXY": "10.0.0.0/8"}])
def test_nginx_accepts_it(tmp_path: Path, environment: dict[str, str]) -> None:
    file = tmp_path / "nginx.conf"
    file.write_text(configuration(words(tmp_path), environment, is_root=False))
    command = [str(NGINX), "-t", "-e", "stderr", "-p", str(tmp_path), "-c", str(file)]

    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_nobody_may_say_where_a_request_came_from_unless_named(tmp_path: Path) -> None:
    assert "real_ip_header" not in configuration(words(tmp_path), {}, is_root=False)
    trusting = configuration(words(tmp_path), {"TRUSTED_PROXY": "10.0.0.7"}, is_root=False)
    assert "set_real_ip_from 10.0.0.7;" in trusting


@pytest.mark.parametrize(("site", "scheme"), [("http://localhost:8000", "http"), ("https://city.example", "https")])
def test_the_application_hears_how_people_come(tmp_path: Path, site: str, scheme: str) -> None:
    text = configuration(words(tmp_path), {"SITE_URL": site}, is_root=False)

    assert f"proxy_set_header X-Forwarded-Proto {scheme};" in text
