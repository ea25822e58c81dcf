import asyncio
import os
import signal
import threading


async def main():
    got = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, got.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await got.wait()
    print(await asyncio.to_thread(lambda: threading.current_thread().name))


asyncio.run(main())
