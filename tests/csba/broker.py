"""The Redis database of these tests, seen from the server's side."""

import redis
from django.conf import settings as product

CHANNEL = f"{product.CSBA_LIVE_PREFIX}live"


def kill_connections(subscribed: bool) -> int:
    """Ends the connections to the Redis database of these tests; returns how many."""
    with redis.Redis.from_url(product.REDIS_URL) as broker:
        here = broker.connection_pool.connection_kwargs["db"]
        found = [
            client["id"]
            for client in broker.client_list()
            if int(client["db"]) == here
            and (client["sub"] != "0") == subscribed
            and client["id"] != str(broker.client_id())
        ]
        for client in found:
            broker.client_kill_filter(_id=client)
        return len(found)
