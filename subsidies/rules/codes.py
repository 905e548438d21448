"""The closed lists of words a policy may use; every one is explained in docs/policy-format.md."""

from enum import StrEnum


class Unit(StrEnum):
    """What one line is paid for. Child-months are computed; the others can be written down, not yet computed."""

    INFANT_MONTH = "INFANT_MONTH"
    INFANT_YEAR = "INFANT_YEAR"
    PLACE_YEAR = "PLACE_YEAR"
    PLACE_ONCE = "PLACE_ONCE"
    CLASS_ONCE = "CLASS_ONCE"
    PROVIDER_YEAR = "PROVIDER_YEAR"
    PROVIDER_ONCE = "PROVIDER_ONCE"
    SQM_DAY = "SQM_DAY"
    STAFF_MONTH = "STAFF_MONTH"


COMPUTED_UNITS = frozenset({Unit.INFANT_MONTH})


class PolicyKind(StrEnum):
    """What the money is for (补助类别)."""

    OPERATING = "OPERATING"
    CONSTRUCTION = "CONSTRUCTION"
    RENT = "RENT"
    RATING_BONUS = "RATING_BONUS"
    TALENT = "TALENT"
    FAMILY = "FAMILY"
    VOUCHER = "VOUCHER"


class Level(StrEnum):
    """Who pays a share, from the highest level down; the order settles ties when fen are split."""

    CENTRAL = "CENTRAL"
    PROV = "PROV"
    CITY = "CITY"
    COUNTY = "COUNTY"
    TOWN = "TOWN"
    VILLAGE = "VILLAGE"


class Payee(StrEnum):
    """Who receives the money."""

    PROVIDER = "PROVIDER"
    FAMILY = "FAMILY"
    SPLIT = "SPLIT"


class SettlePeriod(StrEnum):
    """How often claims are settled; they are computed monthly all the same."""

    MONTH = "MONTH"
    QUARTER = "QUARTER"
    HALF = "HALF"
    YEAR = "YEAR"


class ReferenceDay(StrEnum):
    """The day of the month on which a fact is read."""

    FIRST_DAY = "FIRST_DAY"
    LAST_DAY = "LAST_DAY"
    ANY_DAY = "ANY_DAY"


class AgeDay(StrEnum):
    """The day on which an age condition is read; UNTIL_31_AUG lets a child stay to the end of its school year."""

    FIRST_DAY = "FIRST_DAY"
    LAST_DAY = "LAST_DAY"
    ANY_DAY = "ANY_DAY"
    UNTIL_31_AUG = "UNTIL_31_AUG"


class Presence(StrEnum):
    """When a day counts as attended: present in any booked half, or in every booked half."""

    ANY_HALF = "ANY_HALF"
    BOTH_HALVES = "BOTH_HALVES"


class Transfer(StrEnum):
    """Which provider a month belongs to when a child moves in it."""

    MORE_DAYS = "MORE_DAYS"
    FIRST = "FIRST"
    LAST = "LAST"
    EACH_OWN_DAYS = "EACH_OWN_DAYS"


class Basis(StrEnum):
    """How days become a share of the month."""

    NONE = "NONE"
    THRESHOLD = "THRESHOLD"
    THRESHOLD_THEN_DAILY = "THRESHOLD_THEN_DAILY"
    HALF_STEP = "HALF_STEP"
    DAILY = "DAILY"


class Below(StrEnum):
    """What a month below the threshold is worth."""

    ZERO = "ZERO"
    HALF = "HALF"
    DAILY = "DAILY"


class Denominator(StrEnum):
    """What daily shares are divided by."""

    CALENDAR = "CALENDAR"
    WORKDAY = "WORKDAY"
    FIXED = "FIXED"


class DayCount(StrEnum):
    """Which days are counted."""

    ATTENDED = "ATTENDED"
    ENROLLED = "ENROLLED"


class ThresholdOf(StrEnum):
    """What a threshold given as a fraction is a fraction of."""

    WORKDAYS = "WORKDAYS"
    CALENDAR_DAYS = "CALENDAR_DAYS"


class MultiplierBy(StrEnum):
    """What a multiplier looks at."""

    CARE_MODE = "CARE_MODE"
    RATING = "RATING"
    TYPE = "TYPE"


class Trigger(StrEnum):
    """What sets off a deduction."""

    INSPECTION_FAIL = "INSPECTION_FAIL"
    MAJOR_HAZARD = "MAJOR_HAZARD"
    REPORT_LATE = "REPORT_LATE"
    OVER_CAPACITY = "OVER_CAPACITY"


class Effect(StrEnum):
    """What a deduction does to the line."""

    PCT = "PCT"
    ZERO_FROM = "ZERO_FROM"
    FIXED = "FIXED"


class FromMonth(StrEnum):
    """The month in which a deduction begins, counted from what set it off."""

    SAME = "SAME"
    NEXT = "NEXT"


class Until(StrEnum):
    """When a deduction ends."""

    REINSPECT_PASSED = "REINSPECT_PASSED"
    PERIOD = "PERIOD"


class CapKind(StrEnum):
    """Upper limits. The first three are computed; the others can be written down, not yet computed."""

    INFANTS_PER_MONTH = "infants_per_month"
    MONTHS_PER_YEAR = "months_per_year"
    AMOUNT_AT_MOST_FEE = "amount_at_most_fee"
    TOTAL_FEN_PER_YEAR = "total_fen_per_year"
    SHARE_OF_ACTUAL_RENT = "share_of_actual_rent"
    PER_CHILD_PERIOD = "per_child_period"


COMPUTED_CAPS = frozenset({CapKind.INFANTS_PER_MONTH, CapKind.MONTHS_PER_YEAR, CapKind.AMOUNT_AT_MOST_FEE})


class Stage(StrEnum):
    """Where rounding to the unit happens: on each line, or once on the claim as a line of its own."""

    LINE = "LINE"
    TOTAL = "TOTAL"


class BandFrom(StrEnum):
    """Whether a policy's bands are kinds of class or ages in completed months."""

    CLASS = "CLASS"
    AGE = "AGE"


class Reason(StrEnum):
    """Why a line is what it is; everything but PAID means 0 fen."""

    PAID = "PAID"
    CONFLICT = "CONFLICT"
    EXCLUDED = "EXCLUDED"
    NOT_FILED = "NOT_FILED"
    SUSPENDED = "SUSPENDED"
    NOT_INCLUSIVE = "NOT_INCLUSIVE"
    RATING_TOO_LOW = "RATING_TOO_LOW"
    FEE_TOO_HIGH = "FEE_TOO_HIGH"
    OPEN_MAJOR_HAZARD = "OPEN_MAJOR_HAZARD"
    RECENT_PENALTY = "RECENT_PENALTY"
    NO_CONTRACT = "NO_CONTRACT"
    NOT_INSURED = "NOT_INSURED"
    OPERATING_TOO_SHORT = "OPERATING_TOO_SHORT"
    NOT_OPERATING = "NOT_OPERATING"
    AGE_OUTSIDE = "AGE_OUTSIDE"
    NOT_RESIDENT = "NOT_RESIDENT"
    TOO_FEW_MONTHS = "TOO_FEW_MONTHS"
    REPORT_LATE = "REPORT_LATE"
    OVER_CAPACITY = "OVER_CAPACITY"
    TOO_FEW_DAYS = "TOO_FEW_DAYS"
    NO_RATE = "NO_RATE"
    ZERO_RATE = "ZERO_RATE"
    DEDUCTED = "DEDUCTED"
    ROUNDED_TO_ZERO = "ROUNDED_TO_ZERO"
    OVER_MONTHS = "OVER_MONTHS"
    OVER_PLACES = "OVER_PLACES"


# The codes of providers, ages and modes are the contract's; a policy may name no others.
PROVIDER_KINDS = frozenset(
    {"CENTRE", "PUBLIC", "PUB_PRIV", "COMMUNITY", "KINDER", "EMPLOYER", "PRIVATE_NP", "PRIVATE_FP", "FAMILY"}
)
NATURES = frozenset({"INSTITUTION", "NON_PROFIT", "FOR_PROFIT"})  # 事业单位, 非营利, 营利
CLASS_BANDS = frozenset({"INFANT", "YOUNGER", "OLDER", "MIXED"})
AGE_BANDS = {"INFANT": (6, 12), "YOUNGER": (12, 24), "OLDER": (24, 36)}  # completed months, half-open
HALF_MODES = frozenset({"am", "pm", "half"})
MODES = HALF_MODES | {"full", "hourly", "temporary"}
