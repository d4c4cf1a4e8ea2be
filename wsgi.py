"""What gunicorn loads: the only place that creates the application at import."""

from config import Config
from hotline import create_app

app = create_app(Config.from_env())
