from django.urls import path

from ka_crm.imports.views import batches, files

app_name = "imports"
urlpatterns = [
    path("", files.import_list, name="list"),
    path("upload/", files.upload, name="upload"),
    path("template/<str:kind>.<str:form>", files.template_file, name="template"),
    path("<int:batch_id>/", batches.batch_page, name="batch"),
    path("<int:batch_id>/mapping/", batches.map_columns, name="mapping"),
    path("<int:batch_id>/answer/", batches.answer, name="answer"),
    path("<int:batch_id>/check/", batches.check_again, name="check"),
    path("<int:batch_id>/load/", batches.load, name="load"),
    path("<int:batch_id>/undo/", batches.undo, name="undo"),
    path("<int:batch_id>/discard/", batches.discard, name="discard"),
    path("<int:batch_id>/rejected.csv", batches.rejected_rows, name="rejected"),
]
