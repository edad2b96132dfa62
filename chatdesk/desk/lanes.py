"""What waits to be decided: one lane per room or ticket, each in the order in which it was written."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from chatdesk.desk.work import Work


class Lanes:
    """A batch takes the first of each lane, so that no two pieces of work of one room are decided at once."""

    def __init__(self) -> None:
        self._lanes: dict[str, list[tuple[int, int, Work]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._lanes.values()))

    def put(self, work: Work) -> None:
        heapq.heappush(self._lanes.setdefault(work.lane, []), (work.order, work.arrival, work))

    def take(self, most: int) -> list[Work]:
        """The first of up to `most` lanes; lanes take turns, those served go to the back."""
        batch = []
        for name in list(self._lanes)[:most]:
            lane = self._lanes.pop(name)
            batch.append(heapq.heappop(lane)[2])
            if lane:
                self._lanes[name] = lane
        return batch

    def drop(self, names: Iterable[str]) -> list[Work]:
        """Take out all that waits in these lanes."""
        return [work for name in names for _, _, work in self._lanes.pop(name, [])]

    def put_back(self, batch: Iterable[Work]) -> None:
        for work in batch:
            self.put(work)
