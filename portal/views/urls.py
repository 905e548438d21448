"""Addresses of the portal's own pages."""

from django.urls import path

from portal.views import (
    account, audit, calendar, demo, health, home, law, notices, people, preferences, runs, styleguide, texts, verify,
)  # fmt: skip

urlpatterns = [
    path("livez", health.live, name="livez"),
    path("readyz", health.ready, name="readyz"),
    path("home/", home.page, name="home"),
    path("inbox/", home.inbox, name="inbox"),
    path("inbox/read/", home.read_all, name="inbox_read"),
    path("account/", account.profile, name="account"),
    path("invitations/<str:token>/", account.invitation, name="invitation"),
    path("people/", people.index, name="people"),
    path("people/invite/", people.invite, name="people_invite"),
    path("people/grant/", people.grant, name="people_grant"),
    path("people/<int:membership_id>/end/", people.end, name="people_end"),
    path("people/invitations/<int:invitation_id>/revoke/", people.revoke, name="people_revoke"),
    path("settings/", law.settings_page, name="settings"),
    path("settings/law/<str:code>/", law.key, name="law_key"),
    path("settings/calendar/", calendar.page, name="calendar"),
    path("settings/calendar/<int:year>/", calendar.page, name="calendar_year"),
    path("audit/", audit.page, name="audit"),
    path("runs/", runs.index, name="runs"),
    path("runs/<uuid:public_id>/", runs.page, name="run"),
    path("notices/", notices.index, name="notices"),
    path("notices/objections/", notices.objections, name="objections"),
    path("notices/objections/<uuid:public_id>/", notices.answer, name="objection"),
    path("notices/<uuid:public_id>/", notices.page, name="notice"),
    path("policies/", law.policies, name="policies"),
    path("policies/<str:code>/", law.policy, name="policy"),
    path("verify", verify.page, name="verify"),
    path("verify/<str:code>/", verify.code, name="verify_code"),
    path("privacy/", texts.privacy, name="privacy"),
    path("accessibility/", texts.accessibility, name="accessibility"),
    path("help/", texts.help_page, name="help"),
    path("demo/", demo.page, name="demo"),
    path("demo/next-workday/", demo.next_workday, name="demo_next_workday"),
    path("elder/", preferences.set_elder, name="set_elder"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
