"""Addresses of subsidies."""

from django.urls import path

from subsidies.views import batches, claims, closing, ledger, policies, queue

app_name = "subsidies"
urlpatterns = [
    path("claims/", claims.listing, name="claims"),
    path("claims/<uuid:public_id>/", claims.page, name="claim"),
    path("claims/<uuid:public_id>/lines/<int:line_id>/", claims.line, name="line"),
    path("claims/<uuid:public_id>/cases/<int:case_id>/", claims.case, name="case"),
    path("claims/<uuid:public_id>/confirm/", claims.confirm, name="confirm"),
    path("claims/<uuid:public_id>/return/", claims.send_back, name="return"),
    path("queue/<slug:state>/", queue.page, name="queue"),
    path("queue/<slug:state>/check/", queue.check, name="queue_check"),
    path("queue/<slug:state>/pass/", queue.decide, name="queue_pass"),
    path("close/", closing.page, name="close"),
    path("payments/", batches.listing, name="batches"),
    path("payments/new/<str:policy_code>/<str:area_code>/", batches.new, name="batch_new"),
    path("payments/<uuid:public_id>/", batches.page, name="batch"),
    path("payments/<uuid:public_id>/file/", batches.file, name="batch_file"),
    path("policies/", policies.listing, name="policies"),
    path("policies/<str:code>/", policies.page, name="policy"),
    path("ledger/", ledger.page, name="ledger"),
    path("ledger/file/", ledger.file, name="ledger_file"),
    path("ledger/looked-over/", ledger.looked_over, name="looked_over"),
    path("conflicts/", ledger.conflicts, name="conflicts"),
]
