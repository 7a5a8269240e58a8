"""What Zendesk takes for an app: the rules of its own validator, and what its marketplace asks for, checked here first.

https://developer.zendesk.com/documentation/apps/app-developer-guide/manifest/
"""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from plugin.helpdesks.zendesk.app_location import location_problems
from plugin.helpdesks.zendesk.app_parameters import parameter_problems
from plugin.packages import Files, Twice, read_json
from plugin.png import size_of

MANIFEST: Final = "manifest.json"
REQUIRED: Final = ("author", "defaultLocale", "location", "frameworkVersion")
SWITCHES: Final = ("private", "singleInstall", "signedUrls", "requirementsOnly", "marketingOnly")
LOCALE: Final = re.compile(r"[a-z]{2,3}(-\w{2,3})?", re.ASCII)
TRANSLATION: Final = re.compile(r"translations/([^/]+)\.json")
TEXTS: Final = ("name", "short_description", "long_description", "installation_instructions")
PICTURES: Final[Mapping[str, tuple[tuple[int, int], ...]]] = {
    "assets/logo.png": ((320, 320),),
    "assets/logo-small.png": ((128, 128),),
    "assets/banner.png": ((830, 200), (1660, 400)),
}
OPTIONAL: Final = frozenset({"assets/banner.png"})
REFUSED: Final = re.compile(
    r"\.(zip|gz|tgz|tar|rar|7z|jar|war|exe|dll|pdf|docx?|xlsx?|pptx?|mp3|mp4|avi|mov|wav)", re.IGNORECASE
)
WHAT_NEXT: Final = (
    "Upload it in the Admin Center (Apps and integrations, Zendesk Support apps, Upload private app) or at "
    "apps.zendesk.com, then run `marginalia connect zendesk --account … --app-id N` with the number that the app got."
)


def made_for(contents: Files, private: bool, email: str | None) -> dict[str, bytes]:
    """The package for one's own account alone, or for all; with the address of whoever answers questions about it."""
    manifest = json.loads(contents[MANIFEST])
    manifest["private"] = private
    if email:
        manifest["author"]["email"] = email
    return {**contents, MANIFEST: (json.dumps(manifest, indent=2) + "\n").encode()}


def problems(contents: Files) -> Iterator[str]:
    """Everything that Zendesk would refuse, or that would show an app without its sidebar."""
    yield from _refused_files(contents)
    yield from _wrong_pictures(contents)
    manifest = yield from _document(contents, MANIFEST)
    if manifest is not None:
        yield from (f"{MANIFEST}: {said}" for said in _manifest_problems(manifest, contents))
        yield from _translation_problems(contents, manifest)


def _refused_files(contents: Files) -> Iterator[str]:
    for path in contents:
        if REFUSED.fullmatch(PurePosixPath(path).suffix):
            yield f"{path}: Zendesk takes no file of this kind"
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or "\\" in path:
            yield f"{path}: must lie inside the package"


def _wrong_pictures(contents: Files) -> Iterator[str]:
    for path, sizes in PICTURES.items():
        if path not in contents:
            if path not in OPTIONAL:
                yield f"{path}: is missing"
        elif size_of(contents[path]) not in sizes:
            wanted = " or ".join(f"{width} × {height}" for width, height in sizes)
            yield f"{path}: must be a PNG of {wanted} pixels"


def _document(contents: Files, path: str) -> Generator[str, None, dict[str, Any] | None]:
    """The object in this file, None where there is none; what is wrong with it is yielded."""
    if path not in contents:
        yield f"{path}: is missing"
        return None
    try:
        found = read_json(contents[path])
    except Twice as error:
        yield f"{path}: the key {error} stands twice"
    except ValueError as error:
        yield f"{path}: is not JSON ({error})"
    else:
        if isinstance(found, dict):
            return found
        yield f"{path}: must be an object"
    return None


def _manifest_problems(manifest: Mapping[str, Any], contents: Files) -> Iterator[str]:
    yield from (f"{key} is missing" for key in REQUIRED if key not in manifest)
    yield from (
        f"{key} must be true or false" for key in SWITCHES if not isinstance(manifest.get(key, True), bool)
    )
    if manifest.get("frameworkVersion", "2.0") != "2.0":
        yield 'frameworkVersion must be "2.0"'
    yield from (
        f"{key} must not stand beside a location" for key in SWITCHES[-2:] if manifest.get(key) is True
    )
    if "noTemplate" in manifest:
        yield "noTemplate belongs to a former framework"
    if manifest.get("signedUrls") is not True:
        yield "signedUrls must be true: without it nobody vouches for who is looking"
    yield from _author_problems(manifest.get("author", {}))
    yield from _locale_problems(manifest.get("defaultLocale", "en"), contents)
    yield from _domain_problems(manifest.get("domainWhitelist", []))
    yield from location_problems(manifest.get("location", {}), contents)
    yield from parameter_problems(manifest.get("parameters", []), "oauth" in manifest)


def _author_problems(author: Any) -> Iterator[str]:
    if not isinstance(author, dict):
        yield "author must be an object"
        return
    for key in ("name", "email", "url"):
        if not isinstance(author.get(key, ""), str):
            yield f"author.{key} must be a text"
    url = author.get("url", "https://")
    if isinstance(url, str) and not url.startswith(("http://", "https://")):
        yield "author.url must be an http or https address"


def _locale_problems(locale: Any, contents: Files) -> Iterator[str]:
    if not isinstance(locale, str) or not LOCALE.fullmatch(locale):
        yield "defaultLocale must be a language, as en or pt-br"
    elif f"translations/{locale}.json" not in contents:
        yield f"defaultLocale is {locale}, and there is no translations/{locale}.json"


def _domain_problems(domains: Any) -> Iterator[str]:
    if not isinstance(domains, list) or not all(isinstance(one, str) for one in domains):
        yield "domainWhitelist must be a list of texts"


def _translation_problems(contents: Files, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Each language has every text that is shown: a private app its name alone, any other all four."""
    needed = TEXTS[:1] if manifest.get("private", True) is True else TEXTS
    for path in contents:
        locale = TRANSLATION.fullmatch(path)
        if path.startswith("translations/") and not (locale and LOCALE.fullmatch(locale[1])):
            yield f"{path}: must be named after its language, as translations/en.json"
        elif locale:
            document = yield from _document(contents, path)
            if document is not None:
                yield from (f"{path}: {said}" for said in _text_problems(document, needed, manifest))


def _text_problems(
    document: Mapping[str, Any], needed: tuple[str, ...], manifest: Mapping[str, Any]
) -> Iterator[str]:
    app = document.get("app")
    if not isinstance(app, dict):
        yield "app must be an object"
        return
    for key in needed:
        if not (isinstance(app.get(key), str) and app[key].strip()):
            yield f"app.{key} is missing"
    if "zendesk" in str(app.get("name", "")).lower():
        yield "app.name must not hold Zendesk's own name"
    labels = app.get("parameters")
    for one in _parameters(manifest):
        label = labels.get(one) if isinstance(labels, dict) else None
        if not (isinstance(label, dict) and isinstance(label.get("label"), str)):
            yield f"app.parameters.{one}.label is missing"


def _parameters(manifest: Mapping[str, Any]) -> list[str]:
    found = manifest.get("parameters", [])
    listed = found if isinstance(found, list) else []
    return [str(one["name"]) for one in listed if isinstance(one, dict) and "name" in one]
