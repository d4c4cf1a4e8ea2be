"""How well the search finds what people look for, by kind of query: `python tools/search_quality.py [REPORTS]`.

Loads a demonstration of as many reports (600), plants those of the list among them and asks every query of the list.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from flask_migrate import upgrade  # noqa: E402

from config import Config  # noqa: E402
from hotline import create_app  # noqa: E402
from hotline.demo.load import load_province  # noqa: E402
from tests.support.searching import outcomes, plant, recall, report  # noqa: E402

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LEAST_RECALL = 0.95


def main() -> int:
    """Print the table; 1 when less is found than was promised."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            secret_key="a secret of this tool, long enough to be taken",
            public_url="http://localhost",
            database_url=f"sqlite:///{folder}/search.db",
            instance_dir=Path(folder),
            testing=True,
            demo=True,
        )
        with create_app(config).app_context():
            upgrade(directory=str(ROOT / "migrations"))
            load_province(int(sys.argv[1]) if len(sys.argv) > 1 else 600, 7, NOW, told=lambda number: None)
            found = outcomes(plant(NOW))
    print(report(found))
    return 0 if recall(found) >= LEAST_RECALL else 1


if __name__ == "__main__":
    sys.exit(main())
