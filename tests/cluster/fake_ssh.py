"""In place of ssh, to this machine: forwards the port, and runs the command with the engine of the tests."""

import asyncio
import subprocess
import sys
from pathlib import Path


async def forward(here: int, there: int) -> None:
    async def copy(reader, writer):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def connect(reader, writer):
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", there)
        await asyncio.gather(copy(reader, other_writer), copy(other_reader, writer), return_exceptions=True)

    async with await asyncio.start_server(connect, "127.0.0.1", here) as server:
        await server.serve_forever()


async def main(words: list[str]) -> int:
    _, here, _, there = words[words.index("-L") + 1].split(":")
    host, program, *command = words[words.index("-L") + 2 :]
    if host != "me@box" or program != "samstudio":
        sys.stderr.write("Could not resolve hostname\n")
        return 255
    tunnel = asyncio.create_task(forward(int(here), int(there)))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.cluster.command", *command, "--gpus", "none",
        cwd=Path(__file__).parents[2], stdin=sys.stdin, stdout=sys.stdout, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        return await process.wait()
    finally:
        tunnel.cancel()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
