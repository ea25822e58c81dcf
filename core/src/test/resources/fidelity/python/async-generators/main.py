import asyncio


async def countdown(n):
    try:
        while n:
            yield n
            await asyncio.sleep(0)
            n -= 1
    finally:
        print("closed")


async def main():
    print([n async for n in countdown(3)])
    async for n in countdown(5):
        print("first", n)
        break


asyncio.run(main())
