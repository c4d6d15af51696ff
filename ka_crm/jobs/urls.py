from django.urls import path

from ka_crm.jobs.views import runs, schedule

app_name = "jobs"
urlpatterns = [
    path("", runs.job_list, name="list"),
    path("schedule/", schedule.schedule_page, name="schedule"),
    path("schedule/run-now/", schedule.run_now, name="run_now"),
    path("<int:job_id>/", runs.job_page, name="job"),
    path("<int:job_id>/progress/", runs.job_progress, name="progress"),
    path("<int:job_id>/stop/", runs.job_stop, name="stop"),
    path("<int:job_id>/retry/", runs.job_retry, name="retry"),
]
