"""Background work: jobs, the newest job only, and job queues."""

from .job import Job, Report, Work
from .latest import LatestJob
from .queue import JobQueue
from .worker import Worker

__all__ = ["Job", "JobQueue", "LatestJob", "Report", "Work", "Worker"]
