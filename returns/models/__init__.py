"""The rows of this app: none yet; policies and returns follow."""
