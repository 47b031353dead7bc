"""Is the system alive: heartbeat rows that each sweep writes, and the page that reads them."""
