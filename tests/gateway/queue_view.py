"""Looking into the job queue."""

from dbos import DBOSClient, WorkflowStatus

from renewal.services.app import Services
from renewal.services.job_data import JobData
from renewal.services.jobs import APPLICATION, SCHEMA


def open_queue(services: Services) -> DBOSClient:
    return DBOSClient(
        system_database_engine=services.store.engine,
        dbos_system_schema=SCHEMA,
        application_name=APPLICATION,
        serializer=JobData(),
        lazy=True,
    )


def queued(services: Services) -> list[WorkflowStatus]:
    return open_queue(services).list_workflows()
