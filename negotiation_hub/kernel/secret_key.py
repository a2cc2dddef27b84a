"""Django's SECRET_KEY for set-ups that name none: made once, kept beside the key ring."""

import os
import secrets
from pathlib import Path


def secret_key(path: Path) -> str:
    """Reads the key, or makes it (mode 0600). Two processes that start at once end up with the same one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
