"""Settings: one frozen object, read once from the environment, and the only reader of it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
GATEWAYS = ("console", "twilio", "http")
SMTP_PORTS = {"smtp": 587, "smtps": 465}


class ConfigError(Exception):
    """A setting is missing or wrong; the text says what to do about it."""


@dataclass(frozen=True)
class MailServer:
    """Where e-mail is handed over. `is_tls` from the first byte; otherwise STARTTLS where it is offered."""

    host: str
    port: int
    is_tls: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_url(cls, url: str) -> MailServer:
        """Read `smtp://user:password@host:587?from=address`, or smtps. Raises ConfigError."""
        wrong = ConfigError(
            "SMTP_URL must look like smtp://user:password@mail.example.gov.vn:587?from=1022@example.gov.vn "
            "(or smtps://); special characters of the password are written as %40 and the like."
        )
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise wrong from error
        asked, _equals, sender = parts.query.partition("=")
        sender = unquote(sender)
        address = parseaddr(sender)[1]
        if parts.scheme not in SMTP_PORTS or not parts.hostname or parts.path.strip("/") or asked != "from":
            raise wrong
        if not re.fullmatch(r"[!-~]+@[!-~]+", address) or not sender.isprintable() or "&" in sender:
            raise wrong
        return cls(
            host=parts.hostname,
            port=port or SMTP_PORTS[parts.scheme],
            is_tls=parts.scheme == "smtps",
            sender=sender,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


@dataclass(frozen=True)
class Config:
    """Everything the environment decides. Instances are made by `from_env`, or by hand in tests.

    `public_url` has no trailing slash. `twilio_tokens` holds one auth token, or two while one is being rotated.
    `sms_http` is what the map of the HTTP gateway says, its secrets filled in; `HttpMap` reads it.
    """

    secret_key: str = field(repr=False)
    public_url: str
    database_url: str = f"sqlite:///{ROOT / 'instance' / 'hotline.db'}"
    instance_dir: Path = ROOT / "instance"
    timezone: str = "Asia/Ho_Chi_Minh"
    demo: bool = False
    sms_gateway: str = "console"
    twilio_account_sid: str = ""
    twilio_tokens: tuple[str, ...] = field(default=(), repr=False)
    twilio_from: str = ""
    twilio_messaging_service_sid: str = ""
    twilio_api_base: str = "https://api.twilio.com"
    sms_http: Mapping[str, Any] | None = field(default=None, repr=False)
    smtp_url: str = field(default="", repr=False)
    proxy_hops: int = 0
    push_secret: str = field(default="", repr=False)
    files_dir: Path | None = None
    testing: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Config:
        """Read the settings of `.env.example`. Raises ConfigError with one sentence an administrator can act on."""
        env = os.environ if env is None else env

        def text(name: str, default: str = "") -> str:
            return env.get(name, "").strip() or default

        try:
            hops = int(text("HOTLINE_PROXY_HOPS", "0"))
        except ValueError as error:
            raise ConfigError("HOTLINE_PROXY_HOPS must be a whole number: how many proxies stand in front.") from error
        instance = Path(text("HOTLINE_INSTANCE_DIR", str(ROOT / "instance"))).resolve()
        config = cls(
            secret_key=text("HOTLINE_SECRET_KEY"),
            public_url=text("HOTLINE_PUBLIC_URL").rstrip("/"),
            database_url=text("HOTLINE_DATABASE_URL", f"sqlite:///{instance / 'hotline.db'}"),
            instance_dir=instance,
            timezone=text("HOTLINE_TIMEZONE", "Asia/Ho_Chi_Minh"),
            demo=text("HOTLINE_DEMO") == "1",
            sms_gateway=text("HOTLINE_SMS_GATEWAY", "console"),
            twilio_account_sid=text("TWILIO_ACCOUNT_SID"),
            twilio_tokens=tuple(t.strip() for t in text("TWILIO_AUTH_TOKEN").split(",") if t.strip()),
            twilio_from=text("TWILIO_FROM"),
            twilio_messaging_service_sid=text("TWILIO_MESSAGING_SERVICE_SID"),
            twilio_api_base=text("TWILIO_API_BASE", "https://api.twilio.com").rstrip("/"),
            sms_http=_sms_map(Path(text("HOTLINE_SMS_HTTP")), env) if text("HOTLINE_SMS_HTTP") else None,
            smtp_url=text("SMTP_URL"),
            proxy_hops=hops,
            push_secret=text("HOTLINE_PUSH_SECRET"),
            files_dir=Path(text("HOTLINE_FILES_DIR")).resolve() if text("HOTLINE_FILES_DIR") else None,
        )
        config.check()
        return config

    def check(self) -> None:
        """Refuse to start half-configured. Raises ConfigError."""
        if len(self.secret_key) < SHORTEST_SECRET:
            raise ConfigError(
                f"HOTLINE_SECRET_KEY must hold at least {SHORTEST_SECRET} characters; make one with: "
                'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        url = urlsplit(self.public_url)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ConfigError("HOTLINE_PUBLIC_URL must be the address citizens see, e.g. https://1022.example.gov.vn")
        if url.scheme == "http" and url.hostname not in LOOPBACK and not self.demo:
            raise ConfigError("HOTLINE_PUBLIC_URL must begin with https:// outside this machine.")
        if self.sms_gateway not in GATEWAYS:
            raise ConfigError(f"HOTLINE_SMS_GATEWAY must be one of {', '.join(GATEWAYS)}.")
        if self.sms_gateway == "twilio":
            if not (self.twilio_account_sid and self.twilio_tokens):
                raise ConfigError("The twilio gateway needs TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
            if not (self.twilio_from or self.twilio_messaging_service_sid):
                raise ConfigError("The twilio gateway needs TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID.")
        if self.sms_gateway == "http" and self.sms_http is None:
            raise ConfigError("The http gateway needs HOTLINE_SMS_HTTP, the file that describes the provider.")
        if self.smtp_url:
            MailServer.from_url(self.smtp_url)
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ConfigError(f"HOTLINE_TIMEZONE {self.timezone!r} is not a known zone.") from error
        if self.proxy_hops < 0:
            raise ConfigError("HOTLINE_PROXY_HOPS must be zero or more.")
        if self.files_dir is not None and not (self.files_dir.is_dir() and os.access(self.files_dir, os.W_OK)):
            raise ConfigError(
                "HOTLINE_FILES_DIR must be a directory that exists and that the application may write to."
            )

    @property
    def is_https(self) -> bool:
        """True when citizens reach us over TLS: cookies are then Secure and `__Host-`."""
        return self.public_url.startswith("https://")

    @property
    def mail_server(self) -> MailServer | None:
        """Where e-mail to staff leaves; None when it is only printed."""
        return MailServer.from_url(self.smtp_url) if self.smtp_url else None

    @property
    def is_sqlite(self) -> bool:
        """True for the embedded database."""
        return self.database_url.startswith("sqlite")


def _sms_map(file: Path, env: Mapping[str, str]) -> dict[str, Any]:
    """Read the map of a provider of texts; `${NAME}` in it becomes the setting of that name. Raises ConfigError."""
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"HOTLINE_SMS_HTTP: {file} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"HOTLINE_SMS_HTTP: {file} is no TOML ({error}).") from error

    def secret(found: re.Match[str]) -> str:
        value = env.get(found.group(1), "").strip()
        if not value:
            raise ConfigError(f"HOTLINE_SMS_HTTP: {file} asks for the setting {found.group(1)}, which is empty.")
        return value

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            return re.sub(r"\$\{(\w+)\}", secret, value)
        if isinstance(value, dict):
            return {name: filled(one) for name, one in value.items()}
        return [filled(one) for one in value] if isinstance(value, list) else value

    return {name: filled(one) for name, one in data.items()}


def listen_address(env: Mapping[str, str] | None = None) -> tuple[str, int]:
    """Where `make run` listens: HOST and PORT, by default 127.0.0.1 and 8000. Raises ConfigError."""
    env = os.environ if env is None else env
    port = env.get("PORT", "") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ConfigError("PORT must be a number between 1 and 65535.")
    return env.get("HOST", "") or "127.0.0.1", int(port)


def demo_environment(public_url: str, secret: str, twilio_token: str) -> dict[str, str]:
    """The environment of the demonstration's processes; what is set already stays."""
    defaults = {
        "HOTLINE_SECRET_KEY": secret,
        "HOTLINE_PUBLIC_URL": public_url,
        "TWILIO_AUTH_TOKEN": twilio_token,
        "HOTLINE_DEMO": "1",
    }
    return {**os.environ, **{name: value for name, value in defaults.items() if not os.environ.get(name)}}
