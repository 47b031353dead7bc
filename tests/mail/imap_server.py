"""An IMAP server of its own process, for tests: its mailbox is empty and lives in memory."""

from pymap.main import main

if __name__ == "__main__":
    main()
