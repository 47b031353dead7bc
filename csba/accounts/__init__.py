"""People who log in: staff and sellers alike, by e-mail address."""
