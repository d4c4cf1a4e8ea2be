"""Pure decisions of the switchboard: what a provider's event means, and what a call's events add up to."""
