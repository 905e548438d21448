"""Addresses of inspections."""

from django.urls import path

from inspections.views import decisions, draws, findings, on_site, ratings, visits

app_name = "inspections"
urlpatterns = [
    path("", visits.listing, name="visits"),
    path("mine/", visits.mine, name="mine"),
    path("plan/", visits.plan, name="plan"),
    path("visits/<uuid:public_id>/", visits.page, name="visit"),
    path("visits/<uuid:public_id>/begin/", visits.begin, name="begin"),
    path("visits/<uuid:public_id>/check/<str:group>/", on_site.check, name="check"),
    path("visits/<uuid:public_id>/finding/", on_site.finding, name="finding_new"),
    path("visits/<uuid:public_id>/finish/", on_site.finish, name="finish"),
    path("visits/<uuid:public_id>/record/", visits.record, name="record"),
    path("visits/<uuid:public_id>/publish/", visits.publish, name="publish"),
    path("visits/<uuid:public_id>/cancel/", visits.cancel, name="cancel"),
    path("findings/", findings.listing, name="findings"),
    path("findings/<uuid:public_id>/", findings.page, name="finding"),
    path("findings/<uuid:public_id>/answer/", findings.answer, name="answer"),
    path("findings/<uuid:public_id>/check/", findings.check, name="check_finding"),
    path("findings/<uuid:public_id>/more-time/", findings.ask_extension, name="ask_extension"),
    path("findings/<uuid:public_id>/more-time/decide/", findings.decide_extension, name="decide_extension"),
    path("findings/<uuid:public_id>/withdraw/", findings.withdraw, name="withdraw"),
    path("findings/<uuid:public_id>/suspend/", decisions.suspend, name="suspend"),
    path("findings/<uuid:public_id>/files/<uuid:file_id>/", findings.file, name="finding_file"),
    path("decisions/<uuid:public_id>/", decisions.page, name="decision"),
    path("decisions/<uuid:public_id>/resume/", decisions.resume, name="resume"),
    path("draws/", draws.listing, name="draws"),
    path("draws/new/", draws.new, name="draw_new"),
    path("draws/<uuid:public_id>/", draws.page, name="draw"),
    path("ratings/", ratings.listing, name="ratings"),
    path("ratings/new/<str:code>/", ratings.new, name="assess"),
    path("ratings/<uuid:public_id>/", ratings.page, name="assessment"),
    path("ratings/<uuid:public_id>/decide/", ratings.decide, name="decide_assessment"),
]
