"""What the acts and subjects of the audit trail are called in words; one that is not here is shown as it is stored.

The portal names the verbs of upper apps by string only; a test finds the ones that are missing.
"""

from django.utils.translation import gettext_lazy as _

VERBS = {
    # portal
    "add_law_value": _("Added a value of the law"),
    "answer_objection": _("Answered an objection"),
    "change_profile": _("Changed own details"),
    "declare_interest": _("Declared an interest"),
    "end_interest": _("Ended an interest"),
    "end_notice": _("Notice ended"),
    "end_office": _("Ended an office"),
    "fill_calendar": _("Filled the calendar"),
    "finish_run": _("Long work finished"),
    "grant_office": _("Granted an office"),
    "invite": _("Invited"),
    "load_areas": _("Loaded areas"),
    "object_to_notice": _("Objected to a notice"),
    "open_account": _("Opened an account"),
    "publish_notice": _("Published a notice"),
    "revoke_invitation": _("Took an invitation back"),
    "set_calendar_day": _("Changed a calendar day"),
    "set_demo_day": _("Moved the demo's day"),
    "start_run": _("Started long work"),
    "turn_the_tree": _("Areas moved on their day"),
    "withdraw_notice": _("Withdrew a notice"),
    # providers
    "add_certificate": _("Added a certificate"),
    "add_paper": _("Added a paper"),
    "become_filed": _("Became filed"),
    "cancel": _("Cancelled the filing"),
    "confirm_month": _("Confirmed the month"),
    "correct": _("Corrected a fact"),
    "declare_vacancies": _("Declared free places"),
    "employ": _("Employed a person"),
    "end_employment": _("Ended an employment"),
    "end_post": _("Ended a post"),
    "file": _("Submitted a filing"),
    "find_conforming": _("Found conforming"),
    "find_non_conforming": _("Found not conforming"),
    "grant_post": _("Granted a post"),
    "import_providers": _("Imported providers"),
    "keep_roll": _("Changed how the roll is kept"),
    "open_class": _("Opened a class"),
    "receive": _("Gave the receipt"),
    "register": _("Registered a provider"),
    "reopen": _("Reopened"),
    "return_for_correction": _("Returned for correction"),
    "set_payee_account": _("Set the account for payments"),
    "suspend": _("Suspended"),
    "update_contact": _("Changed contact data"),
    "withdraw_filing": _("Withdrew a filing"),
    # enrolments
    "annul": _("Annulled"),
    "book_session": _("Booked a session"),
    "confirm_attendance": _("Confirmed attendance"),
    "end_enrolment": _("Ended an enrolment"),
    "enter_attendance": _("Entered attendance"),
    "forget": _("Deleted an identity"),
    "hold_place": _("Held a place"),
    "import_attendance": _("Imported attendance"),
    "import_enrolments": _("Imported enrolments"),
    "join_children": _("Joined two records of a child"),
    "keep_apart": _("Kept two records of children apart"),
    "move_to_class": _("Moved to another class"),
    "record_identity": _("Recorded an identity"),
    "register_child": _("Registered a child"),
    "release": _("Released"),
    "reveal_identity": _("Looked at an identity"),
    "reveal_names": _("Looked at names"),
    "shorten": _("Shortened an enrolment"),
    "take_place": _("Took a place"),
    # inspections
    "answer_finding": _("Answered a finding"),
    "approve_extension": _("Approved more time"),
    "ask_extension": _("Asked for more time"),
    "begin_visit": _("Began a visit"),
    "cancel_visit": _("Cancelled a visit"),
    "clear_finding": _("Cleared a finding"),
    "confirm_assessment": _("Confirmed an assessment"),
    "decide": _("Decided"),
    "draw_visits": _("Drew visits"),
    "finish_visit": _("Finished a visit"),
    "load_version": _("Loaded a version"),
    "plan_visit": _("Planned a visit"),
    "publish_visit": _("Published a visit's result"),
    "record_assessment": _("Recorded an assessment"),
    "record_finding": _("Recorded a finding"),
    "record_results": _("Recorded results"),
    "refuse_extension": _("Refused more time"),
    "return_assessment": _("Returned an assessment"),
    "send_back": _("Sent back"),
    "withdraw_finding": _("Withdrew a finding"),
    # subsidies
    "check_claim": _("Checked a claim"),
    "confirm_claim": _("Confirmed a claim"),
    "correct_policy": _("Corrected a policy"),
    "end_policy": _("Ended a policy"),
    "look_over_corrections": _("Looked over corrections of the ledger"),
    "export_lines": _("Exported lines of the ledger"),
    "load_policy": _("Loaded a policy"),
    "release_claim": _("Released a claim"),
    "return_claim": _("Returned a claim"),
    "review_claim": _("Reviewed a claim"),
    "publish_claim": _("Published a claim"),
    "export_batch": _("Exported a payment list"),
    "export_claim": _("Put a claim on a payment list"),
    "read_account_numbers": _("Looked at account numbers"),
    # quotas
    "freeze_report": _("Froze a report"),
    "load_population": _("Loaded the population"),
}


def verb_text(verb: str) -> str:
    """The act in words."""
    return str(VERBS.get(verb, verb.replace("_", " ")))


SUBJECTS = {
    "portal.Area": _("Area"),
    "portal.CalendarDay": _("Working-day calendar"),
    "portal.DemoDay": _("Day of the demo"),
    "portal.LawValue": _("Value of the law"),
    "portal.Membership": _("Office"),
    "portal.PublicNotice": _("Public notice"),
    "portal.Run": _("Long work"),
    "portal.User": _("Person"),
    "providers.ClassGroup": _("Class"),
    "providers.FilingCase": _("Filing"),
    "providers.Provider": _("Provider"),
    "enrolments.Child": _("Child"),
    "enrolments.Enrolment": _("Enrolment"),
    "inspections.Assessment": _("Star rating"),
    "inspections.Checklist": _("Checklist"),
    "inspections.Decision": _("Decision"),
    "inspections.Draw": _("Draw"),
    "inspections.Finding": _("Finding"),
    "inspections.RatingScheme": _("Rating scheme"),
    "inspections.Visit": _("Visit"),
    "subsidies.Claim": _("Subsidy claim"),
    "subsidies.Line": _("Line"),
    "subsidies.PaymentBatch": _("Payment list"),
    "subsidies.PolicyVersion": _("Policy"),
    "quotas.Report": _("Report"),
}
LONG_KEY = 24  # a UUID is longer, a code of the field is not


def subject_text(subject: str) -> str:
    """The kind of thing in words and its code; of a UUID the first eight letters."""
    model, _colon, key = subject.partition(":")
    return f"{SUBJECTS.get(model, model)} {key if len(key) <= LONG_KEY else key[:8]}"
