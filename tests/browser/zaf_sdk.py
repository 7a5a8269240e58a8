"""The vendor's own client of the app framework, from its package in npm's registry: one script for a page's frame."""

import io
import json
import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

PACKAGE = "zendesk_app_framework_sdk@2.0.11"
NO_NETWORK = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH")
SECONDS = 120
MODULES = ("index", "client", "utils")
"""What the client is made of; the fourth module of the package stands in for promises, which browsers have."""


def vendor_sdk(config: pytest.Config) -> str:
    """The text of a script that sets `window.ZAFClient`, or a skip that says why there is none."""
    assert config.cache is not None
    kept = config.cache.mkdir("zaf_sdk") / "package-2.0.11.tgz"
    if not kept.exists():
        _fetch(kept)
    return _script(kept.read_bytes())


def _fetch(kept: Path) -> None:
    """Packed into a folder of its own and then moved: another process may fetch it at the same time."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("node's npm is not on this machine")
    folder = kept.with_name(f"fetched-{os.getpid()}")
    folder.mkdir(exist_ok=True)
    command = [npm, "pack", "--silent", "--pack-destination", str(folder), PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, cwd=folder)
    if done.returncode and NO_NETWORK.search(done.stderr + done.stdout):
        pytest.skip(f"npm cannot fetch {PACKAGE} here, and has none kept")
    assert not done.returncode, done.stderr
    next(folder.glob("*.tgz")).replace(kept)
    folder.rmdir()


def _script(packed: bytes) -> str:
    """The package's modules in one script, each under the name that the others ask for."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        texts = {name: _member(archive, name) for name in MODULES}
    wrapped = ",\n".join(
        f"{json.dumps(f'./{name}')}: function (module, exports, require) {{\n{text}\n}}"
        for name, text in texts.items()
    )
    return f"""(function () {{
var modules = {{ {wrapped} }}, made = {{}};
function require(name) {{
  if (!made[name]) {{
    made[name] = {{ exports: {{}} }};
    modules[name](made[name], made[name].exports, require);
  }}
  return made[name].exports;
}}
window.ZAFClient = require("./index");
}})();
"""


def _member(archive: tarfile.TarFile, name: str) -> str:
    found = archive.extractfile(f"package/lib/{name}.js")
    assert found is not None, f"the package has no {name}"
    return found.read().decode("utf-8")
