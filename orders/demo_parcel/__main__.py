"""Runs the stand-in alone: `python -m orders.demo_parcel --port 8002 --database demo_parcel.sqlite3`.

The secrets come from DEMO_PARCEL_API_KEY and DEMO_PARCEL_SECRET, never from the command line, which others
can read.
"""

import argparse
import logging
import os
import sys

from daphne.server import Server

from orders.demo_parcel.app import create_app


def main() -> int:
    """Serves until it is told to stop."""
    parser = argparse.ArgumentParser(prog="orders.demo_parcel", description="Demo Parcel, alone.")
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--database", required=True, help="the SQLite file that holds all state")
    parser.add_argument("--webhook-url", default="", help="where messages are posted; nowhere when absent")
    parser.add_argument("--public-base", default="", help="its address as the hub reaches it")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        app = create_app(
            options.database,
            os.environ.get("DEMO_PARCEL_API_KEY", ""),
            os.environ.get("DEMO_PARCEL_SECRET", ""),
            options.webhook_url,
            options.public_base,
        )
    except ValueError as error:
        parser.error(str(error))
    app.start()
    Server(app, endpoints=[f"tcp:port={options.port}:interface={options.host}"], server_name="demo").run()
    app.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
