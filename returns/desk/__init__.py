"""Pages of the desk about policies, returns and money."""
