"""Security headers of every answer; pages with data are kept by nobody."""

import secrets

from flask import Flask, Response, g

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with that, browsers send "Origin: null" with our own forms, and the origin check is lost.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def install(app: Flask, public_url: str) -> None:
    """Set the headers on every answer of this app, and give templates their nonce."""
    app.before_request(_make_nonce)
    app.context_processor(lambda: {"csp_nonce": g.get("csp_nonce", "")})

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        policy = POLICY.format(nonce=g.get("csp_nonce") or secrets.token_urlsafe(16))
        response.headers.setdefault("Content-Security-Policy", policy)
        if public_url.startswith("https:"):
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def _make_nonce() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)
