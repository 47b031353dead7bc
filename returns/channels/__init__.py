"""Ways in for other machines."""
