"""TCP carried on to sockets in the file system: `python relay.py ADDRESS:PORT=PATH ...`.

The servers of a test listen on such sockets only; other hosts reach them through this.
"""

import asyncio
import sys
from functools import partial

BYTES = 1 << 16


async def main(doors: list[str]) -> None:
    """Open every door, say so, and from then on whoever comes through one."""
    for door in doors:
        place, _, path = door.partition("=")
        address, _, port = place.partition(":")
        await asyncio.start_server(partial(carry, path), address, int(port))
    say("open")
    await asyncio.Event().wait()


async def carry(path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, in both directions until either side ends it."""
    here, there = writer.get_extra_info("sockname"), writer.get_extra_info("peername")
    say(f"{there[0]} to port {here[1]}")
    server_reader, server_writer = await asyncio.open_unix_connection(path)
    await asyncio.gather(pour(reader, server_writer), pour(server_reader, writer))


async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while some := await reader.read(BYTES):
            writer.write(some)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
