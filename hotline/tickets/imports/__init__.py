"""Historic tickets from files: `flask tickets import FILE --map MAP.toml`. The maps are described in docs/import."""
