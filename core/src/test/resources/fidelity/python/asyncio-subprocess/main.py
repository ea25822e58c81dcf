import asyncio
import asyncio.subprocess


async def main():
    child = await asyncio.create_subprocess_exec(
        "cat", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    out, _ = await child.communicate(b"through cat")
    print(out, child.returncode)
    child = await asyncio.create_subprocess_shell("exit 6")
    print(await child.wait())


asyncio.run(main())
