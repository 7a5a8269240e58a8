"""What agents taught, tenant by tenant, ready to be asked: loaded once, then brought up to date by what is new."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy.orm import Session

from plugin.db.corrections import MOST_KEPT, Corrections
from plugin.domain.memory import Memory, Recollection
from plugin.domain.reason_codes import ReasonTree

MOST_TENANTS = 50
"""Memories kept in a process; a fleet with more loads some again."""
SLACK = 1.1
"""How far a memory may outgrow what is kept of a tenant before it is loaded anew."""


@dataclass
class TenantMemory:
    """The memory of one tenant, asked and taught by many threads."""

    revision: int = 0
    _memory: Memory = field(default_factory=Memory)
    _lock: Lock = field(default_factory=Lock)

    def recall(self, text: str, tree: ReasonTree) -> Recollection | None:
        """What agents said about this text, or about texts near it."""
        with self._lock:
            return self._memory.recall(text, tree)

    def refresh(self, session: Session, tenant_id: int) -> None:
        """Take in what was learnt since; one look at an index where nothing was."""
        corrections = Corrections(session, tenant_id)
        latest = corrections.revision()
        with self._lock:
            if latest <= self.revision:
                return  # a session that began before the last refresh sees less: what is here is newer
            if self.revision and len(self._memory) < MOST_KEPT * SLACK:
                for lesson in corrections.after(self.revision):
                    self._memory.take_in(lesson)
            else:
                self._memory = Memory(corrections.newest())
            self.revision = latest


class TenantMemories:
    """Memories by tenant; safe to share between threads."""

    def __init__(self) -> None:
        self._memories: OrderedDict[int, TenantMemory] = OrderedDict()
        self._lock = Lock()

    def of(self, session: Session, tenant_id: int) -> TenantMemory:
        """The memory of a tenant, up to date as far as this session sees."""
        with self._lock:
            memory = self._memories.setdefault(tenant_id, TenantMemory())
            self._memories.move_to_end(tenant_id)
            if len(self._memories) > MOST_TENANTS:
                self._memories.popitem(last=False)
        memory.refresh(session, tenant_id)
        return memory
