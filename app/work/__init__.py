"""Background work: worker threads, jobs and queues of jobs; work of the GUI thread in small steps."""

from .job import Job, Report, Work
from .latest import LatestJob
from .queue import JobQueue
from .turns import in_turns
from .worker import Worker

__all__ = ["Job", "JobQueue", "LatestJob", "Report", "Work", "Worker", "in_turns"]
