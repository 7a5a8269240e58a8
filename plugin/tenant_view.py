"""A tenant as the work sees it: settings in force, its reason codes, and a reader of texts; compiled once a version."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from sqlalchemy.orm import Session

from plugin.currencies import digits
from plugin.db.settings import SettingsVersions
from plugin.domain.classifier import Classifier
from plugin.domain.facts import Ranked
from plugin.domain.judging import Playbook
from plugin.domain.memory import remembered
from plugin.domain.message_text import newest_text
from plugin.domain.offers import OfferBook
from plugin.domain.reason_codes import ReasonTree, overlay
from plugin.domain.rules import Rulebook
from plugin.domain.settings import TenantSettings
from plugin.domain.triage import Reading
from plugin.reason_data import default_classifier, default_tree
from plugin.settings_file import check
from plugin.tenant_memory import TenantMemories, TenantMemory

MOST_KEPT = 200
"""Compiled tenants kept in memory; a fleet with more compiles some again."""


@dataclass(frozen=True)
class TenantView:
    """One version of one tenant's settings, ready for use."""

    version: int
    settings: TenantSettings
    tree: ReasonTree
    classifier: Classifier
    playbook: Playbook
    memory: TenantMemory = field(default_factory=TenantMemory)

    def read(self, text: str, language: str | None) -> Reading:
        """What a customer's text is about: what agents said of it before, then what its phrases say."""
        fresh = newest_text(text)
        found = self.classifier.classify(fresh, language)
        codes = tuple(Ranked(ranked.code, ranked.score, ranked.evidence) for ranked in found.codes)
        return remembered(Reading(codes, found.sure, "phrases"), self.memory.recall(fresh, self.tree))

    def options(self) -> Mapping[str, str]:
        """Code → displayed name path of every code that the helpdesk's field shall offer."""
        locale = self.settings.locale
        return {code.code: self.tree.path(code.code, locale) for code in self.tree.visible()}


class TenantViews:
    """Views by tenant and version; safe to share between threads."""

    def __init__(self) -> None:
        self._views: dict[tuple[int, int], TenantView] = {}
        self._memories = TenantMemories()
        self._lock = Lock()

    def of(self, session: Session, tenant_id: int) -> TenantView:
        """The view of the settings in force."""
        versions = SettingsVersions(session, tenant_id)
        version = versions.version()
        view = self._views.get((tenant_id, version))
        return view or self._make(tenant_id, versions)

    def reading(self, session: Session, tenant_id: int) -> TenantView:
        """The view for reading texts: with what agents taught so far, which `of` does without."""
        view = self.of(session, tenant_id)
        return replace(view, memory=self._memories.of(session, tenant_id))

    def _make(self, tenant_id: int, versions: SettingsVersions) -> TenantView:
        """Compiled by one thread; the others, who would each do the same, wait for it."""
        version, document = versions.newest()
        with self._lock:
            known = self._views.get((tenant_id, version))
            return known or self._keep(tenant_id, view_of(version, document))

    def _keep(self, tenant_id: int, view: TenantView) -> TenantView:
        if len(self._views) >= MOST_KEPT:
            self._views.pop(next(iter(self._views)))
        self._views[tenant_id, view.version] = view
        return view


def view_of(version: int, document: Mapping[str, object]) -> TenantView:
    """The view of one settings document."""
    settings = check(document)
    tree, own_phrases = overlay(default_tree(), settings.reason_codes)
    classifier = default_classifier().for_tenant(tree, own_phrases)
    return TenantView(version, settings, tree, classifier, playbook_of(settings, tree))


def playbook_of(settings: TenantSettings, tree: ReasonTree) -> Playbook:
    """The tenant's tiers, rules and offers, compiled; macros, goods and answers are added where they are known."""
    named = [action.value for rule in settings.rules for action in rule.actions if action.field == "offer"]
    return Playbook(
        tree=tree,
        rulebook=Rulebook(settings.rules, settings.currency, digits),
        digits=digits,
        currency=settings.currency,
        locale=settings.locale,
        tiers=settings.tiers,
        teams=settings.teams,
        hints=settings.macros,
        offers=OfferBook(settings.offers, settings.currency, digits, named),
        routing_wait=settings.routing_wait,
        owners=settings.owners(),
    )
