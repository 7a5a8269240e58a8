"""The yardstick: a bare Flask application that checks the same signature, under the product's own server settings.

`python -m benchmarks.bare --port 8001 --workers 1`
"""

import argparse
import hmac

from flask import Flask, Response, jsonify, request

from benchmarks.events import signature
from plugin.commands.run import Gunicorn, web_settings


def create_app() -> Flask:
    """One address that checks, and keeps nothing."""
    app = Flask(__name__)

    @app.post("/hooks/<source>/<key>")
    def receive(source: str, key: str) -> tuple[Response, int]:
        body = request.get_data(cache=False)
        at = request.headers.get("X-Zendesk-Webhook-Signature-Timestamp", "").encode()
        given = request.headers.get("X-Zendesk-Webhook-Signature", "")
        if not hmac.compare_digest(signature(at, body), given):
            return jsonify({"detail": "the signature is not ours"}), 401
        return jsonify({"delivery": "1"}), 200

    return app


def main() -> None:
    """Serve until a signal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bare", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    Gunicorn(create_app, web_settings("127.0.0.1", given.port, given.workers)).run()


if __name__ == "__main__":
    main()
