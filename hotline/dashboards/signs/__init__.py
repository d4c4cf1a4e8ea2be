"""Signs that a figure may have been arranged: pure rules, and the looks that count for them."""
