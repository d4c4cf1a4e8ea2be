"""Settings: what is missing or wrong is said in one sentence before anything starts."""

import re
from pathlib import Path

import pytest

from config import Config, ConfigError, listen_address

ROOT = Path(__file__).parent.parent
SOUND = {"HOTLINE_SECRET_KEY": "s" * 40, "HOTLINE_PUBLIC_URL": "https://1022.example.gov.vn"}
TWILIO = {"HOTLINE_SMS_GATEWAY": "twilio", "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "new, old"}


def test_the_least_a_province_must_set_is_enough():
    config = Config.from_env(SOUND)
    assert (config.is_https, config.is_sqlite, config.demo, config.sms_gateway) == (True, True, False, "console")
    assert config.timezone == "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"HOTLINE_SECRET_KEY": ""}, "HOTLINE_SECRET_KEY"),
        ({"HOTLINE_SECRET_KEY": "short"}, "HOTLINE_SECRET_KEY"),
        ({"HOTLINE_PUBLIC_URL": ""}, "HOTLINE_PUBLIC_URL"),
        ({"HOTLINE_PUBLIC_URL": "1022.example.gov.vn"}, "HOTLINE_PUBLIC_URL"),
        ({"HOTLINE_PUBLIC_URL": "http://1022.example.gov.vn"}, "https"),
        ({"HOTLINE_SMS_GATEWAY": "pigeon"}, "HOTLINE_SMS_GATEWAY"),
        ({"HOTLINE_SMS_GATEWAY": "http"}, "HOTLINE_SMS_HTTP"),
        ({"HOTLINE_SMS_GATEWAY": "twilio"}, "TWILIO_ACCOUNT_SID"),
        (TWILIO, "TWILIO_FROM"),
        ({"SMTP_URL": "mail.example.gov.vn:587"}, "SMTP_URL"),
        ({"SMTP_URL": "http://mail.example.gov.vn?from=a@b.vn"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example.gov.vn"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example.gov.vn?from=nobody"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example.gov.vn?from=a@b.vn&tls=no"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example.gov.vn?from=a@b.vn%0ABcc:x@y.vn"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://mail.example.gov.vn:port?from=a@b.vn"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://?from=a@b.vn"}, "SMTP_URL"),
        ({"HOTLINE_TIMEZONE": "Asia/Saigon2"}, "HOTLINE_TIMEZONE"),
        ({"HOTLINE_PROXY_HOPS": "one"}, "HOTLINE_PROXY_HOPS"),
        ({"HOTLINE_PROXY_HOPS": "-1"}, "HOTLINE_PROXY_HOPS"),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(wrong, named):
    with pytest.raises(ConfigError) as refused:
        Config.from_env({**SOUND, **wrong})
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


def test_two_tokens_are_taken_while_one_is_rotated():
    config = Config.from_env({**SOUND, **TWILIO, "TWILIO_FROM": "+842713881022"})
    assert config.twilio_tokens == ("new", "old")


def test_a_mail_server_is_read_from_its_address():
    address = "smtps://1022%40example.vn:p%2Fw@mail.example.vn?from=T%E1%BB%95ng%20%C4%91%C3%A0i%20<a+b@example.vn>"
    server = Config.from_env({**SOUND, "SMTP_URL": address}).mail_server
    assert (server.host, server.port, server.is_tls) == ("mail.example.vn", 465, True)
    assert (server.user, server.password, server.sender) == ("1022@example.vn", "p/w", "Tổng đài <a+b@example.vn>")
    assert "p/w" not in repr(server)
    assert Config.from_env({**SOUND, "SMTP_URL": "smtp://mail.example.vn?from=a@b.vn"}).mail_server.port == 587
    assert Config.from_env(SOUND).mail_server is None


def test_no_secret_is_shown_when_the_settings_are_printed():
    shown = repr(Config.from_env({**SOUND, **TWILIO, "TWILIO_FROM": "+842713881022", "HOTLINE_PUSH_SECRET": "p" * 20}))
    assert "s" * 40 not in shown and "old" not in shown and "p" * 20 not in shown


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1"])
def test_a_port_that_cannot_be_is_refused(port):
    with pytest.raises(ConfigError, match="PORT"):
        listen_address({"PORT": port})


def test_the_example_names_every_setting_that_is_read():
    read = set(re.findall(r'text\("([A-Z_]+)"', (ROOT / "config.py").read_text("utf-8")))
    listed = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.M))
    assert read <= listed
