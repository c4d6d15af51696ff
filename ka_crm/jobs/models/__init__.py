from ka_crm.jobs.models.job_run import UNFINISHED, JobRun, JobState

__all__ = ["UNFINISHED", "JobRun", "JobState"]
