import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from guidance.catalog import snapshot
from guidance.curation import classification_imports, health, impact, link_checks, proposal_emails, publishing, stalls

log = structlog.get_logger(__name__)

LINKS, LINKS_SECONDS = 30, 45.0  # per run, so that other tasks have their turn


@shared_task
def check_links() -> None:
    if settings.CHECK_LINKS:
        link_checks.run(limit=LINKS, seconds=LINKS_SECONDS)


@shared_task
def publish_due() -> None:
    if published := publishing.publish_due(now=timezone.now()):
        log.info("published", proposals=published)


@shared_task
def tell_curators() -> None:
    if sent := proposal_emails.send_digests(now=timezone.now()):
        log.info("proposal_emails", digests=sent)


@shared_task
def settle() -> None:
    if settled := impact.repair_learner_skills(now=timezone.now()):
        log.info("settled after an undo", learners=settled)


@shared_task(soft_time_limit=1500, time_limit=1800)
def import_classification() -> None:
    if done := classification_imports.run_next(now=timezone.now()):
        log.info("imported a classification", source=done.source, state=done.state)


@shared_task
def find_stalls() -> None:
    log.info("stalls", parts=stalls.store(snapshot.current(), now=timezone.now()))


@shared_task
def count_findings() -> None:
    if (findings := health.recount(now=timezone.now())) is not None:
        log.info("health", findings=findings)
