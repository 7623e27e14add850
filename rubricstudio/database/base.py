"""The database engine of the settings: Django's own but for how a connection is looked at."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base
from psycopg import Connection
from psycopg.pq import ConnStatus, TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks the socket first: a statement before every request is a round trip for nothing."""

    def is_usable(self) -> bool:
        """Whether the connection can be used.

        A server that ends, or ends a session, says so and closes the socket: while nothing lies
        there to be read, nobody closed it. Otherwise a statement decides.
        """
        return (self.connection is not None and _quiet(self.connection)) or super().is_usable()


def _quiet(connection: Connection) -> bool:
    if connection.pgconn.status != ConnStatus.OK:
        return False
    # As in Django: after an error nothing more can be asked of the transaction.
    if connection.pgconn.transaction_status == TransactionStatus.INERROR:
        return False
    waiting = select.poll()
    waiting.register(connection.pgconn.socket, select.POLLIN | select.POLLHUP | select.POLLERR)
    return not waiting.poll(0)
