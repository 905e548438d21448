"""Documents and numbers that hold wherever no nearer area has its own; `manage.py load_law` writes them as dated rows.

Numbers the national text leaves open rest on LOCAL: this installation's defaults, to be replaced by the city's.
"""

import datetime as dt
from dataclasses import dataclass

from portal.wording import N_


@dataclass(frozen=True)
class DefaultDocument:
    """A document with its clauses: code and short wording."""

    code: str
    title: str
    doc_no: str
    issuer: str
    valid_from: dt.date
    clauses: dict[str, str]


@dataclass(frozen=True)
class DefaultValue:
    """A number of the law: its key, value, meaning (msgid) and the clause it rests on."""

    key: str
    value: int
    meaning: str
    document: str
    clause: str


FILING, LOCAL = "GWBRKF-2019-25", "LOCAL-DEFAULTS"

DOCUMENTS = (
    DefaultDocument(
        FILING,
        "托育机构登记和备案办法（试行）",
        "国卫办人口发〔2019〕25号",
        "国家卫生健康委办公厅等",
        dt.date(2019, 12, 19),
        {
            "materials": "托育机构备案应当提交备案书、备案承诺书及第八条所列材料。",
            "receipt": "卫生健康部门收到备案材料后5个工作日内提供备案回执和《托育机构基本条件告知书》。",
            "non-conformity": "不符合设置标准和管理规范的，15个工作日内通知备案机构，说明理由并向社会公开。",
            "change": "变更备案事项的，应当及时向原备案部门办理变更备案（第十条）。",
        },
    ),
    DefaultDocument(
        LOCAL,
        "地方缺省参数（国家规定未明确，由本市设定）",
        "",
        "本系统",
        dt.date(2000, 1, 1),
        {
            "notice": "公示期限由地方规定，多为5个工作日。",
            "hazard": "隐患整改期限由地方规定。",
            "change": "国家规定为“及时”，提醒期限由地方规定。",
            "inspection": "检查结果公开期限由地方规定。",
        },
    ),
)

VALUES = (
    DefaultValue("filing.receipt_workdays", 5, N_("Working days to give the receipt of a filing"), FILING, "receipt"),
    DefaultValue(
        "filing.decision_workdays", 15, N_("Working days from receipt to tell and publish a non-conformity"), FILING,
        "non-conformity",
    ),
    DefaultValue("notice.workdays", 5, N_("Working days a public notice stands"), LOCAL, "notice"),
    DefaultValue("hazard.general_days", 15, N_("Days to put a general hazard right"), LOCAL, "hazard"),
    DefaultValue("hazard.major_days", 30, N_("Days to put a major hazard right"), LOCAL, "hazard"),
    DefaultValue(
        "change.warn_workdays", 10, N_("Working days after which an unfiled change is warned of"), LOCAL, "change"
    ),
    DefaultValue(
        "inspection.publish_workdays", 20, N_("Working days within which an inspection is made public"), LOCAL,
        "inspection",
    ),
)  # fmt: skip
