"""Style sheets, scripts and fonts of the pages: fetched by npm at locked versions, copied beside our own files.

Pages load nothing from other hosts. Without these files they still work, only plainer.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from deploy.local import system_packages
from deploy.local.errors import LocalSetupError
from deploy.local.progress import Progress
from deploy.local.stamps import file_digest

VENDOR = Path("services/inspection/web/static/vendor")
#: Only for tests.
PROVIDER = Path("node_modules/oidc-provider/package.json")
_FONT = ".letters/be-vietnam-pro-{subset}-{weight}-normal.woff2"
#: Makes the letters lighter, once npm has fetched them.
LETTERS = Path("deploy/local/letters.mjs")

#: From a file below node_modules to its place below `VENDOR`.
FILES: dict[str, str] = {
    "govuk-frontend/dist/govuk/govuk-frontend.min.css": "govuk/govuk-frontend.min.css",
    "govuk-frontend/dist/govuk/govuk-frontend.min.js": "govuk/govuk-frontend.min.js",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "htmx.org/LICENSE": "htmx/LICENSE",
    "echarts/dist/echarts.common.min.js": "echarts/echarts.common.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "@fontsource/be-vietnam-pro/LICENSE": "fonts/LICENSE",
} | {
    source: f"fonts/{Path(source).name}"
    for subset in ("latin", "latin-ext", "vietnamese")
    for weight in (400, 700)
    for source in [_FONT.format(subset=subset, weight=weight)]
}


def inputs(project: Path) -> str:
    """What the copied files depend on."""
    return file_digest(project / "package-lock.json", Path(__file__), project / LETTERS)


def present(project: Path) -> bool:
    """Tell whether every file is in its place."""
    return all((project / VENDOR / place).exists() for place in FILES.values())


def present_for_tests(project: Path) -> bool:
    """Tell whether the programs of the tests are there too."""
    return present(project) and (project / PROVIDER).exists()


def install_for_tests(project: Path, progress: Progress) -> bool:
    """Fetch and copy the files, and fetch the identity provider that the tests sign in with.

    Raises:
        LocalSetupError: a package does not contain what the pages use.
    """
    return install(project, progress, packages=())


def install(project: Path, progress: Progress, *, packages: tuple[str, ...] = ("--omit=dev",)) -> bool:
    """Fetch and copy the files; False, with a note, when npm or its registry cannot be had.

    Raises:
        LocalSetupError: a package does not contain what the pages use.
    """
    if not system_packages.provide((system_packages.NPM,), progress):
        return False
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *packages]
    if progress.run(command, cwd=project) != 0:
        progress.warn(f"npm could not fetch the web assets: {system_packages.NPM.without}")
        progress.warn(f"to have them: npm ci (see {progress.log}), then make setup")
        return False
    if progress.run(["node", str(LETTERS)], cwd=project) != 0:
        progress.warn(f"the fonts could not be prepared: {system_packages.NPM.without} (see {progress.log})")
        return False
    copy_all(project)
    progress.say(f"{len(FILES)} files in {VENDOR}")
    return True


def copy_all(project: Path) -> None:
    """Copy what npm has fetched to where the pages look for it.

    Raises:
        LocalSetupError: a package does not contain what the pages use.
    """
    for source, place in FILES.items():
        _copy(project / "node_modules" / source, project / VENDOR / place)


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        message = f"the web assets lack {source}"
        raise LocalSetupError(message, hint="package-lock.json and deploy/local/web_assets.py do not fit together")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    copy_all(Path.cwd())
