"""Forms of the administrator's screens: what may be typed, and what it means for the catalogue."""
