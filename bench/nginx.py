"""deploy/nginx.conf as it is shipped, with this machine's names in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import yardsticks
from bench.site import ROOT, Site, free_port

SHIPPED = ROOT / "deploy" / "nginx.conf"


@contextmanager
def shipped_nginx(site: Site) -> Iterator[int]:
    """In front of the site; yields its port. Only addresses and folders are replaced."""
    port = free_port()
    with TemporaryDirectory(prefix="undersigned-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "cache").mkdir()
        http = SHIPPED.read_text()
        for shipped, here in (
            ("listen 443 ssl", f"listen 127.0.0.1:{port}"),
            ("listen 80", f"listen unix:{folder}/plain"),
            ("server 127.0.0.1:8000", f"server 127.0.0.1:{site.port}"),
            ("server_name letters.example", "server_name 127.0.0.1"),
            ("$host;  # as SITE_URL", f"127.0.0.1:{site.port};"),
            ("/var/lib/nginx/undersigned", str(folder / "cache")),
            ("/var/lib/undersigned", str(site.data)),
            ("/var/log/nginx/undersigned.log", f"{folder}/access.log"),
        ):
            http = http.replace(shipped, here)
        http = "\n".join(
            line for line in http.split("\n") if "ssl_" not in line and "[::]" not in line
        )
        with yardsticks.nginx(folder, http, port=port):
            yield port
