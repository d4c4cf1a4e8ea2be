"""What gunicorn and `flask` load: the only place that creates the application at import, or says why it cannot."""

import sys

from config import Config, ConfigError
from hotline import create_app
from hotline.house import refuse_demonstration

try:
    app = create_app(Config.from_env())
    refuse_demonstration(app)
except ConfigError as error:
    sys.exit(f"Hotline does not start. {error}")
