"""A bad line between terminals and a gateway: slow, cutting connections in mid-word, or swallowing everything."""

import asyncio
import threading

SLOW = "slow"
LOSSY = "lossy"
HALF_OPEN = "half-open"


class BadLine:
    """A proxy in a thread. `mood`: None (good), SLOW, LOSSY or HALF_OPEN; `suffered` counts what it did to bytes."""

    def __init__(self, port, chance, delay_s=0.05):
        self._target, self._chance, self._delay_s = port, chance, delay_s
        self.mood = None
        self.suffered = {SLOW: 0, LOSSY: 0, HALF_OPEN: 0}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        self._ready.wait()

    async def _serve(self):
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _connected(self, reader, writer):
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        try:
            await asyncio.gather(self._pass_on(reader, there_writer), self._pass_on(there_reader, writer))
        except asyncio.CancelledError:
            return  # close(); asyncio's streams would print it

    async def _pass_on(self, reader, writer):
        try:
            while data := await reader.read(4096):
                if self.mood == SLOW:
                    self.suffered[SLOW] += 1
                    await asyncio.sleep(self._delay_s)
                elif self.mood == LOSSY and self._chance.random() < 0.2:
                    self.suffered[LOSSY] += 1
                    writer.write(data[: len(data) // 2])
                    break
                elif self.mood == HALF_OPEN:
                    self.suffered[HALF_OPEN] += 1
                    continue
                writer.write(data)
                await writer.drain()
        except OSError:
            return  # the other side went away
        finally:
            writer.close()

    def close(self):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()
