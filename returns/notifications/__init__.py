"""The letters of policies, returns and money."""
