"""Addresses of enrolments: providers and spells by their random public ids, never anything about a child."""

from django.urls import path, register_converter

from enrolments.views import attendance, duplicates, enrol, roll, spell


class Step:
    """One page of enrolling, by name."""

    regex = "|".join(enrol.STEPS)

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(Step, "enrol_step")

app_name = "enrolments"
urlpatterns = [
    path("", roll.index, name="index"),
    path("totals/", roll.totals, name="totals"),
    path("duplicates/", duplicates.index, name="duplicates"),
    path("duplicates/<uuid:public_id>/", duplicates.pair, name="duplicate"),
    path("at/<uuid:public_id>/", roll.provider_roll, name="roll"),
    path("at/<uuid:public_id>/find/", roll.find, name="find"),
    path("at/<uuid:public_id>/new/check/", enrol.check, name="enrol_check"),
    path("at/<uuid:public_id>/new/discard/", enrol.discard, name="enrol_discard"),
    path("at/<uuid:public_id>/new/free/", enrol.free, name="enrol_free"),
    path("at/<uuid:public_id>/new/<enrol_step:step>/", enrol.step, name="enrol"),
    path("at/<uuid:public_id>/held/<uuid:child_id>/", spell.hold, name="hold"),
    path("at/<uuid:public_id>/months/<str:month>/", attendance.month, name="month"),
    path("at/<uuid:public_id>/months/<str:month>/confirm/", attendance.confirm, name="confirm"),
    path("at/<uuid:public_id>/today/", attendance.today, name="today"),
    path("at/<uuid:public_id>/days/<str:day>/", attendance.day, name="day"),
    path("<uuid:public_id>/", spell.spell, name="spell"),
    path("<uuid:public_id>/reveal/", spell.reveal, name="reveal"),
    path("<uuid:public_id>/end/", spell.end, name="end"),
    path("<uuid:public_id>/move/", spell.move, name="move"),
    path("<uuid:public_id>/annul/", spell.annul, name="annul"),
    path("<uuid:public_id>/identity/", spell.identity, name="identity"),
    path("<uuid:public_id>/forget/", spell.forget, name="forget"),
]
