"""Static files with their content in the address, so that browsers may keep them for good."""

from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, url_for


def init_app(app: Flask) -> None:
    """Gives templates `asset(name)`, and answers to such addresses a far-future cache."""
    folder = Path(str(app.static_folder))
    versions = {file.name: _version(file) for file in folder.iterdir() if file.is_file()}

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def keep(response: Response) -> Response:
        name = (request.view_args or {}).get("filename")
        if request.endpoint == "static" and name in versions and request.args.get("v") == versions[name]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _version(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:12]
