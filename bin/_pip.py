"""Puts pip into a venv that has none, from the index that PIP_INDEX_URL names; for bin/_env."""

import hashlib
import os
import re
import runpy
import sys
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

WHEEL = re.compile(r'href="([^"]*/pip-(\d+(?:\.\d+)+)-py3-none-any\.whl)#sha256=([0-9a-f]{64})"')

index = os.environ["PIP_INDEX_URL"].rstrip("/") + "/pip/"
page = urllib.request.urlopen(index).read().decode()  # noqa: S310 -- the address is the user's own setting
link, version, digest = max(
    WHEEL.findall(page), key=lambda found: [int(part) for part in found[1].split(".")]
)
content = urllib.request.urlopen(urllib.parse.urljoin(index, link)).read()  # noqa: S310 -- as above
if hashlib.sha256(content).hexdigest() != digest:
    sys.exit("The pip that the package index sent is not the one it announced.")
with tempfile.TemporaryDirectory() as folder:
    wheel = Path(folder) / f"pip-{version}-py3-none-any.whl"
    wheel.write_bytes(content)
    sys.path.insert(0, str(wheel))
    sys.argv = ["pip", "install", "--quiet", str(wheel)]
    runpy.run_module("pip", run_name="__main__")
