"""A mail server in a process of its own, which can be killed. Its file is the record of what arrived.

    python -m tests.chaos.peer PORT FILE SEED [--faults]

Each line of the file is written before the answer it records is sent: the code of the answer, the Message-ID (empty if the
recipient was refused), the recipient and the time. Between the two the server waits a moment, as a real server does when it
writes to a disk; only in this window can an email come twice. With `--faults` it answers 451 to 5% and 550 to 2%, half of
them to the recipient and half to the content, and breaks 1% of the connections, half of them after it has accepted the email.
"""

import asyncio
import os
import random
import re
import sys
import time
from email import message_from_bytes
from enum import StrEnum

LONGEST_WAIT = 0.02  # seconds between recording an email and answering
ADDRESS = re.compile(rb"<([^>]*)>")
ACCEPTED, REFUSED = 250, 550


class Fault(StrEnum):
    NONE = "none"
    LATER = "later"
    REFUSED = "refused"
    BROKEN = "broken"


WEIGHTS = {Fault.NONE: 92, Fault.LATER: 5, Fault.REFUSED: 2, Fault.BROKEN: 1}
ANSWERS = {Fault.LATER: b"451 4.7.1 Greylisted", Fault.REFUSED: b"550 5.7.1 Not wanted here"}


class Peer:
    def __init__(self, file: str, seed: int, *, faults: bool) -> None:
        self.file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        # A restarted peer gets other random numbers than at its first start.
        self.chance = random.Random(f"{seed} {os.fstat(self.file).st_size}")
        self.faults = faults

    def record(self, code: int, message_id: str, recipient: str) -> None:
        os.write(self.file, f"{code}\t{message_id}\t{recipient}\t{time.time():.3f}\n".encode())

    def fault(self) -> tuple[Fault, bool]:
        """What goes wrong with one email, and whether it does so early: at the recipient, or before the email is accepted."""
        [fault] = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values())) if self.faults else [Fault.NONE]
        return fault, self.chance.random() < 0.5

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(answer: bytes) -> None:
            writer.write(answer + b"\r\n")
            await writer.drain()

        recipient, fault, early = "", Fault.NONE, False
        await say(b"220 peer ESMTP")
        while line := await reader.readline():
            match line[:4].upper():
                case b"EHLO" | b"MAIL" | b"RSET":
                    await say(b"250 OK")
                case b"RCPT":
                    found = ADDRESS.search(line)
                    recipient = found[1].decode() if found else ""
                    fault, early = self.fault()
                    if early and fault in ANSWERS:
                        if fault is Fault.REFUSED:
                            self.record(REFUSED, "", recipient)
                        await say(ANSWERS[fault])
                    else:
                        await say(b"250 OK")
                case b"DATA":
                    await say(b"354 Go ahead")
                    content = await reader.readuntil(b"\r\n.\r\n")
                    message_id = str(message_from_bytes(content)["Message-ID"])
                    if early and fault is Fault.BROKEN:
                        return
                    if fault in ANSWERS:
                        if fault is Fault.REFUSED:
                            self.record(REFUSED, message_id, recipient)
                        await say(ANSWERS[fault])
                        continue
                    self.record(ACCEPTED, message_id, recipient)
                    await asyncio.sleep(self.chance.uniform(0, LONGEST_WAIT))
                    if fault is Fault.BROKEN:
                        return
                    await say(b"250 2.0.0 Queued")
                case b"QUIT":
                    await say(b"221 Bye")
                    return
                case _:
                    await say(b"502 5.5.1 Not implemented")


async def main(port: int, file: str, seed: int, *, faults: bool) -> None:
    peer = Peer(file, seed, faults=faults)
    server = await asyncio.start_server(peer.serve, "127.0.0.1", port, limit=2**20)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), faults="--faults" in sys.argv[4:]))
