import asyncio


async def step(name, delay):
    await asyncio.sleep(delay)
    print(name)
    return name.upper()


async def main():
    results = await asyncio.gather(step("slow", 0.06), step("fast", 0.01))
    print(results, asyncio.current_task().get_name(), asyncio.get_running_loop().get_debug())
    async with asyncio.timeout(0.02):
        await asyncio.sleep(5)


asyncio.run(main())
