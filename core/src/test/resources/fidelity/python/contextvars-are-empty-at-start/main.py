import asyncio
import contextvars

print(list(contextvars.copy_context().items()))
user = contextvars.ContextVar("user", default="nobody")


async def visit(name):
    user.set(name)
    await asyncio.sleep(0)
    return user.get()


async def main():
    print(await asyncio.gather(visit("ada"), visit("bob")), user.get())


asyncio.run(main())
