"""The doors to services outside: an interface each, with one implementation that lives here."""
