from __future__ import annotations

import asyncio

from service.api.stream.mailbox import Mailbox, Parcel


def parcel(seq: int) -> Parcel:
    return Parcel(seq, capture_us=seq, data=b"", received_s=0.0)


def test_the_oldest_makes_room() -> None:
    mailbox = Mailbox(2)
    assert [mailbox.put(parcel(seq)) for seq in range(4)] == [None, None, parcel(0), parcel(1)]


def test_it_says_whether_something_waits() -> None:
    mailbox = Mailbox()
    assert mailbox.empty
    mailbox.put(parcel(0))
    assert not mailbox.empty


def test_what_is_left_comes_in_order_after_closing() -> None:
    async def taken() -> list[int]:
        mailbox = Mailbox(2)
        for seq in range(3):
            mailbox.put(parcel(seq))
        mailbox.close()
        return [each.seq async for each in mailbox]

    assert asyncio.run(taken()) == [1, 2]


def test_the_taker_waits_for_what_comes_later() -> None:
    async def taken() -> list[int]:
        mailbox = Mailbox()
        seqs: list[int] = []

        async def take() -> None:
            async for each in mailbox:
                seqs.append(each.seq)

        task = asyncio.create_task(take())
        for seq in range(3):
            await asyncio.sleep(0)
            mailbox.put(parcel(seq))
            await asyncio.sleep(0)
        mailbox.close()
        await task
        return seqs

    assert asyncio.run(taken()) == [0, 1, 2]
