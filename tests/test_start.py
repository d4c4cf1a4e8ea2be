"""Starting: a demonstration's database is nothing to run production on, and a refusal is one plain sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def start():
    """start(config, **settings) -> what `import wsgi` ends with, in a process of its own."""

    def run(config, **settings):
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HOTLINE_", "TWILIO_"))},
            "HOTLINE_SECRET_KEY": "s" * 40,
            "HOTLINE_PUBLIC_URL": "https://1022.example.gov.vn",
            "HOTLINE_DATABASE_URL": config.database_url,
            "HOTLINE_INSTANCE_DIR": str(config.instance_dir),
            **settings,
        }
        command = [sys.executable, "-c", "import wsgi"]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return run


def test_production_refuses_the_demonstrations_sign_ins(start, config):
    refused = start(config)
    assert refused.returncode == 1
    assert "@demo.test" in refused.stderr and "HOTLINE_DATABASE_URL" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert start(config, HOTLINE_DEMO="1").returncode == 0


def test_an_empty_database_starts_so_that_it_can_be_migrated(start, bare_config):
    assert start(bare_config).returncode == 0


def test_a_missing_setting_is_one_sentence(start, bare_config):
    refused = start(bare_config, HOTLINE_SECRET_KEY="")
    assert refused.returncode == 1
    assert refused.stderr.startswith("Hotline does not start. HOTLINE_SECRET_KEY")
    assert "Traceback" not in refused.stderr
