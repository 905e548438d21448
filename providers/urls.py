"""Addresses of providers."""

from django.urls import path, register_converter

from providers.queries.applications import STEPS
from providers.views import classes, filings, mine, profile, register, upkeep


class Step:
    """One page of a filing, by name."""

    regex = "|".join(STEPS)

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(Step, "step")

app_name = "providers"
urlpatterns = [
    path("", profile.index, name="index"),
    path("mine/", mine.index, name="mine"),
    path("register/", register.guide, name="register"),
    path("register/check/", register.check, name="register_check"),
    path("register/discard/", register.discard, name="register_discard"),
    path("register/paper/<str:kind>/", register.draft_paper, name="draft_paper"),
    path("register/<step:step>/", register.step, name="register_step"),
    path("filings/", filings.index, name="filings"),
    path("filings/<uuid:public_id>/", filings.case, name="filing"),
    path("filings/<uuid:public_id>/receive/", filings.receive, name="filing_receive"),
    path("filings/<uuid:public_id>/return/", filings.return_, name="filing_return"),
    path("filings/<uuid:public_id>/conform/", filings.conform, name="filing_conform"),
    path("filings/<uuid:public_id>/refuse/", filings.refuse, name="filing_refuse"),
    path("filings/<uuid:public_id>/withdraw/", filings.withdraw, name="filing_withdraw"),
    path("filings/<uuid:public_id>/receipt/", filings.receipt, name="filing_receipt"),
    path("filings/<uuid:public_id>/paper/<str:kind>/", filings.paper, name="filing_paper"),
    path("filings/<uuid:public_id>/correct/", register.correct, name="filing_correct"),
    path("filings/<uuid:public_id>/correct/check/", register.check, name="correct_check"),
    path("filings/<uuid:public_id>/correct/paper/<str:kind>/", register.draft_paper, name="correct_paper"),
    path("filings/<uuid:public_id>/correct/<step:step>/", register.step, name="correct_step"),
    path("<uuid:public_id>/", profile.profile, name="profile"),
    path("<uuid:public_id>/manage/", mine.manage, name="manage"),
    path("<uuid:public_id>/month/", mine.month, name="month_now"),
    path("<uuid:public_id>/month/<str:month>/", mine.month, name="month"),
    path("<uuid:public_id>/classes/", classes.index, name="classes"),
    path("<uuid:public_id>/classes/new/", classes.new, name="class_new"),
    path("<uuid:public_id>/classes/<uuid:class_id>/", classes.change, name="class"),
    path("<uuid:public_id>/papers/", upkeep.paper_list, name="papers"),
    path("<uuid:public_id>/papers/<uuid:file_id>/", upkeep.paper, name="paper"),
    path("<uuid:public_id>/contact/", upkeep.contact, name="contact"),
    path("<uuid:public_id>/staff/", upkeep.staff_list, name="staff"),
    path("<uuid:public_id>/account/", upkeep.account, name="account"),
    path("<uuid:public_id>/vacancy/", upkeep.vacancy, name="vacancy"),
    path("<uuid:public_id>/people/", upkeep.people, name="people"),
    path("<uuid:public_id>/inclusive/", upkeep.agreement, name="agreement"),
]
