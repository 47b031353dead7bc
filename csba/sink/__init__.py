"""The mail sink: every outgoing mail of this machine ends here and can be read in the browser.

For the demo and for tests, never for production: it listens on loopback only and asks for no login.
It shows mail that strangers wrote parts of, so nothing in a mail may run, load or navigate.
"""
