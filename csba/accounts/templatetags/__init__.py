"""Words of the account pages."""
