"""The address of a database, as a URL: `postgresql://ana@db.example.com/shop`. What is secret in it is shown to nobody.

`${NAME}` in a URL stands for a variable of the environment, and `env:NAME` for a whole URL that one holds.
"""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, parse_qsl, quote, quote_plus, unquote, urlsplit

from segql.diagnostics.suggest import nearest
from segql.engine.troubles import Trouble
from segql.node import Value

FILES = ("duckdb", "sqlite", "chdb")  # the path of such a URL names a file or folder here
ALIASES = {"postgres": "postgresql"}
SCHEMES = (
    *FILES,
    *("postgresql", "mysql", "mariadb", "clickhouse", "sc", "snowflake", "bigquery", "trino", "redshift", "databricks"),
    *("grpc", "grpc+tls"),
)

_REFERENCE = re.compile(r"\$\{(\w+)\}")
_SECRET = re.compile(r"pass|pwd|secret|token|key|credential", re.IGNORECASE)
_ESCAPED = "write `/ @ : # ?` in a password as `%2F %40 %3A %23 %3F`, or name a variable: `${NAME}`"


class Secret:
    """A text that nothing shows by accident."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "***"

    def reveal(self) -> str:
        """The text itself, for a driver."""
        return self._text


class Address(Value):
    """Where a database is, and as whom to go there. `shown` is all of it that may be printed."""

    scheme: str
    shown: str
    host: str = ""
    port: int | None = None
    user: str = ""
    password: Secret | None = None
    database: str = ""
    options: tuple[tuple[str, Secret], ...] = ()

    def __repr__(self) -> str:
        return f"Address({self.shown})"

    def option(self, name: str) -> str | None:
        """The value of an option, what stands after `?`."""
        return next((value.reveal() for key, value in self.options if key == name), None)

    def others(self, *known: str) -> dict[str, str]:
        """The options but these, for the driver."""
        return {key: value.reveal() for key, value in self.options if key not in known}

    def secret(self) -> str | None:
        """The password, for a driver."""
        return self.password.reveal() if self.password else None

    def scrubbed(self, text: str) -> str:
        """A text without the secrets of this address, in whatever form a driver may have put them."""
        for form in sorted({f for s in self._secrets() for f in _forms(s, self.user)}, key=len, reverse=True):
            text = text.replace(form, "***")
        return text

    def _secrets(self) -> Iterator[str]:
        if self.password:
            yield self.password.reveal()
        yield from (value.reveal() for name, value in self.options if _SECRET.search(name))


def _forms(secret: str, user: str) -> Iterator[str]:
    """A secret as it is, and as URLs, reprs, JSON and HTTP headers have it."""
    if not secret:
        return
    for form in (quote(secret), quote(secret, safe=""), quote_plus(secret)):
        yield from (form, re.sub("%..", lambda escape: escape[0].lower(), form))
    yield from (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], ascii(secret)[1:-1], repr(secret.encode())[2:-1])
    for text in (secret, f"{user}:{secret}"):
        yield b64encode(text.encode()).decode()


def is_url(text: str) -> bool:
    """Whether a database is named by a URL, or by a variable that holds one, and not by a path."""
    return "://" in text or text.startswith("env:")


def address(text: str, folder: str = "", environment: Mapping[str, str] = os.environ) -> Address:
    """A URL as an address; paths start from `folder`. Raises Trouble, which never quotes more than the scheme."""
    if text.startswith("env:"):
        name = text.removeprefix("env:").strip()
        if not environment.get(name):
            raise Trouble("address", f"there is no variable `{name}` in the environment", f"export {name}=…")
        text = environment[name]
    scheme, colon, _ = text.partition("://")
    scheme = _scheme(scheme, bool(colon))
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # whose words may quote a part of the password
        raise Trouble("address", f"this `{scheme}://` URL cannot be read: see its host and port", _ESCAPED) from None
    if scheme in FILES:
        return _file(scheme, parts, folder, environment)
    if parts.fragment or (parts.username is None and "@" in f"{parts.path}{parts.query}"):
        raise Trouble("address", f"this `{scheme}://` URL cannot be read: a `#`, or no host after `@`", _ESCAPED)

    def filled(part: str | None) -> str:
        return _filled(part or "", environment)

    user, host, database = filled(parts.username), filled(parts.hostname), filled(parts.path.lstrip("/"))
    place = f"{user}@{host}" if user else host
    found = Address(
        scheme=scheme,
        shown=f"{scheme}://{place}{f':{port}' if port else ''}{f'/{database}' if database else ''}",
        host=host,
        port=port,
        user=user or environment.get("SEGQL_USER", ""),
        password=_password(filled(parts.password), environment),
        database=database,
        options=_options(parts.query, environment),
    )
    shown: Address = found.replace(shown=found.scrubbed(found.shown))
    return shown


def _scheme(written: str, complete: bool) -> str:
    low = written.lower()
    base = low if low in SCHEMES else low.partition("+")[0]  # `postgresql+psycopg`: we choose the driver
    base = ALIASES.get(base, base)
    if complete and base in SCHEMES:
        return base
    near = nearest(base, (*SCHEMES, *ALIASES)) if re.fullmatch(r"[a-z+]{1,20}", base) else None
    help = f"did you mean `{near}://`?" if near else f"there is {', '.join(f'`{s}://`' for s in SCHEMES)}"
    if not complete or not re.fullmatch(r"[a-z][a-z0-9+.-]{0,30}", low):
        raise Trouble("address", "this is not the URL of a database", help)
    raise Trouble("address", f"there is no database `{low}://`", help)


def _file(scheme: str, parts: SplitResult, folder: str, environment: Mapping[str, str]) -> Address:
    """`sqlite:///shop.db` is a path from here, and `sqlite:////data/shop.db` one from the root."""
    if parts.netloc:
        raise Trouble("address", f"a `{scheme}` URL names a file", f"write three slashes: `{scheme}:///shop.db`")
    if parts.fragment:
        raise Trouble(
            "address",
            f"this `{scheme}:///` URL has a `#`",
            "write `#` and `?` in the name of a file as `%23` and `%3F`",
        )
    path = _filled(parts.path.removeprefix("/"), environment)
    options = _options(parts.query, environment)
    shown = f"{scheme}:///{path}"
    return Address(scheme=scheme, shown=shown, database=os.path.join(folder, path) if path else "", options=options)


def _password(written: str, environment: Mapping[str, str]) -> Secret | None:
    found = written or environment.get("SEGQL_PASSWORD", "")
    return Secret(found) if found else None


def _options(query: str, environment: Mapping[str, str]) -> tuple[tuple[str, Secret], ...]:
    pairs = parse_qsl(query, keep_blank_values=True)
    return tuple((name, Secret(_filled(value, environment, quoted=False))) for name, value in pairs)


def _filled(part: str, environment: Mapping[str, str], quoted: bool = True) -> str:
    """A part of a URL in plain text; what a variable holds is taken as it is."""
    pieces = _REFERENCE.split(part)
    found = [unquote(piece) if quoted else piece for piece in pieces]
    for at in range(1, len(pieces), 2):
        if pieces[at] not in environment:
            raise Trouble(
                "address", f"there is no variable `{pieces[at]}` in the environment", f"export {pieces[at]}=…"
            )
        found[at] = environment[pieces[at]]
    return "".join(found)
