"""Headers that every answer carries, errors included: nothing from elsewhere, no inline code, no cookies."""

from typing import Final

from flask import Flask, Response

from hub.web.service import Hub

_POLICY: Final = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS: Final = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HSTS: Final = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def init_app(app: Flask) -> None:
    """Sets the headers, and the host names that are answered."""
    hub: Hub = app.extensions["hub"]
    headers = HEADERS | (_HSTS if hub.settings.https else {})
    hosts = [host.strip() for host in hub.settings.trusted_hosts.split(",") if host.strip()]
    app.config["TRUSTED_HOSTS"] = hosts or None

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(headers)
        return response
