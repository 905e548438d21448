"""The commands others build on: what they print, when they refuse, and that twice is once."""

import datetime as dt
import io

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from subsidies.models import Claim, Line, Policy, PolicyVersion
from tests.factories import subsidies as make

pytestmark = pytest.mark.django_db
MAY = dt.date(2025, 5, 1)


@pytest.fixture(autouse=True)
def english():
    """Messages are matched in the language they are written in."""
    with translation.override("en"):
        yield


def run(*args, **options) -> str:
    """A command's output."""
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.fixture
def month(city):
    """A child-month worth 500 yuan."""
    make.policy(valid_from=MAY)
    at = make.recognised()
    return make.stay(at, "2025-05", 3, of=make.child("boy"))


def test_close_month_says_what_came_of_it_and_then_that_there_is_nothing_to_do(month):
    assert "1 lines, 500.00 yuan; 1 claims, hash " in run("close_month", "2025-05")
    assert "nothing to do" in run("close_month", "2025-05")
    assert Line.objects.count() == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("2025-13",), "is not a month"),
        (("2025-07",), "has not ended yet"),
        (("2025-05", "--area", "999"), "no area with the code 999"),
        (("2025-05", "--area", "440105001"), "not a part of a district"),
    ],
)
def test_close_month_refuses_with_a_sentence(month, args, said):
    with pytest.raises(CommandError, match=said):
        run("close_month", *args)


def test_close_month_names_a_missing_calendar(month):
    make.CalendarDay.objects.filter(day__year=2025).delete()
    with pytest.raises(CommandError, match="calendar of 2025"):
        run("close_month", "2025-05")


def test_export_lines_has_the_columns_of_the_contract(month):
    run("close_month", "2025-05")
    code = month.provider.code
    assert run("export_lines", "2025-05") == (
        "policy,version,unit,subject_key,provider_code,payee,period,seq,amount_fen,reason\n"
        f"TEST,1,INFANT_MONTH,boy,{code},PROVIDER,2025-05,0,50000,PAID\n"
    )
    assert run("export_lines", "2025-05", "--area", "440106").count("\n") == 1


def test_load_policy_records_a_version_once(city, tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(make.terms(), allow_unicode=True))
    assert "version 1 recorded, adopted" in run("load_policy", str(file))
    assert "recorded already" in run("load_policy", str(file))
    file.write_text(yaml.safe_dump(make.terms(rates=[{"rate_fen": 1, "clause": "general"}]), allow_unicode=True))
    with pytest.raises(CommandError, match="already recorded with other terms"):
        run("load_policy", str(file))
    file.write_text(yaml.safe_dump(make.terms(version=2), allow_unicode=True))
    with pytest.raises(CommandError, match="Say that this one corrects it"):
        run("load_policy", str(file))
    assert "version 2" in run("load_policy", str(file), "--corrects", "1")
    assert PolicyVersion.objects.filter(retracted_at__isnull=True).get().number == 2


def test_load_policy_names_every_problem_by_its_place(city, tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(make.terms(rates=[], unit="SQM_DAY", eligibility=[
        {"if": "resident_in_area", "clause": "general"}])))  # fmt: skip
    with pytest.raises(CommandError) as refused:
        run("load_policy", str(file))
    assert "unit: SQM_DAY can be written down but is not computed yet." in str(refused.value)
    assert not Policy.objects.exists()
    with pytest.raises(CommandError, match="cannot be read"):
        run("load_policy", str(tmp_path / "none.yaml"))
    file.write_text("a: [")
    with pytest.raises(CommandError, match="not YAML"):
        run("load_policy", str(file))


def test_a_policy_that_needs_facts_nobody_records_is_kept_in_the_library_only(city, tmp_path):
    file = tmp_path / "policy.yaml"
    needs = make.terms(eligibility=[{"if": "resident_in_area", "clause": "general"}])
    file.write_text(yaml.safe_dump(needs))
    with pytest.raises(CommandError, match="keeps no record of resident_ok"):
        run("load_policy", str(file))
    assert "in the library" in run("load_policy", str(file), "--library")


def test_policies_that_exclude_one_another_are_refused(city, tmp_path):
    make.policy(code="ONE", excludes=["TWO"])
    file = tmp_path / "policy.yaml"
    file.write_text(yaml.safe_dump(make.terms(code="TWO", excludes=["ONE"])))
    with pytest.raises(CommandError, match="in a circle"):
        run("load_policy", str(file))


def test_every_policy_of_the_library_is_recorded_once_and_other_files_are_sent_elsewhere(city):
    policies = [path for path in sorted(make.POLICIES.glob("*.yaml")) if "unit" in make.policy_file(path.name)]
    assert [path.name for path in policies] == ["demo-2025-1.yaml", "hunan-2024.yaml", "shanxi-2025.yaml"]
    for path in policies:
        assert "version 1 recorded, " in run("load_policy", str(path))
    for path in policies:
        assert "version 1 is recorded already" in run("load_policy", str(path))
    for name in ("checklist-site-2025.yaml", "rating-demo-2024.yaml"):
        with pytest.raises(CommandError, match="not a subsidy policy: load it with load_checklist"):
            run("load_policy", str(make.POLICIES / name))


def test_check_ledger_is_content_and_then_finds_what_was_forged(month):
    run("close_month", "2025-05")
    assert "0 differences: 1 lines in 1 claims are the law on today's facts" in run("check_ledger")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE subsidies_line SET amount_fen = 60000")
        cursor.execute("SET LOCAL session_replication_role = origin")
    with pytest.raises(CommandError, match="3 problem"):
        run("check_ledger")


def test_check_ledger_leaves_out_what_waits_for_the_next_close(month):
    run("close_month", "2025-05")
    make.attend(month, "2025-05", 0)
    assert "1 months of providers wait" in run("check_ledger")
    month.attendance.update(days="F" * 31)
    run("close_month", "2025-05")
    month.attendance.update(days="-" * 31)
    with pytest.raises(CommandError, match="1 problem"):
        run("check_ledger")


def test_check_ledger_finds_a_claim_that_does_not_add_up(month):
    run("close_month", "2025-05")
    Claim.objects.update(lines_fen=1, paid_fen=1, line_count=2)
    with pytest.raises(CommandError, match="2 problem"):
        run("check_ledger")
