"""Work beside the GUI thread: jobs, the newest one alone, or many in a queue."""

from .job import Job, Report, Work
from .latest import LatestJob
from .queue import JobQueue
from .worker import Worker

__all__ = ["Job", "JobQueue", "LatestJob", "Report", "Work", "Worker"]
