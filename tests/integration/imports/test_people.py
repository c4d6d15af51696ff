"""Files of people and of decision chains: found again, linked to their bosses, taken back."""

import pytest

from accounts.models import ChainRole, Contact, DecisionChain
from accounts.operations.people import change_contact, create_contact
from ka_crm.imports.importer import UndoRefused
from ka_crm.imports.models import ImportBatch
from ka_crm.imports.operations import undo_import
from ka_crm.imports.rules import reasons
from tests.integration.imports.conftest import fates, reasons_of

HEAD = "customer_code,name,reports_to,email,title,influence,attitude,consent\n"
LINES = (
    HEAD
    + "ALPHA,Elena Ruiz,paul@alpha.example,elena@alpha.example,Category manager,4,for us,given\n"
    + "ALPHA,Tom Haverkamp,elena ruiz,,Assistant,2,-1,\n"
    + "ALPHA,Paul Brandt,,paul@alpha.example,VP,5,,\n"
    + "BETA,Elena Ruiz,,,Somebody else,,,\n"
)
ROLES = "customer_code,chain,contact,role\n"


def undo(batch, by):
    return undo_import(batch=ImportBatch.objects.get(pk=batch), by=by)


def test_people_are_linked_to_bosses_that_stand_further_down(load, dora, alpha, beta):
    assert fates(load("contacts", LINES, by=dora)) == (4, 0, 0, 0, 0)
    elena = Contact.objects.get(email="elena@alpha.example")
    assert (elena.reports_to.name, elena.influence, elena.attitude, elena.consent) == (
        "Paul Brandt",
        4,
        1,
        "given",
    )
    tom = Contact.objects.get(name="Tom Haverkamp")
    assert (tom.reports_to, tom.attitude, tom.created_by, tom.source) == (elena, -1, dora, "import")
    assert Contact.objects.get(customer=beta).reports_to is None


def test_the_same_file_again_adds_and_changes_nothing(load, alpha, beta):
    load("contacts", LINES)
    before = list(Contact.objects.order_by("pk").values())
    assert fates(load("contacts", LINES + "\n")) == (0, 0, 4, 0, 0)
    assert list(Contact.objects.order_by("pk").values()) == before


def test_people_are_found_by_mail_else_by_name_in_any_letters(load, alice, alpha):
    known = create_contact(by=alice, customer=alpha, values={"name": "Elena Ruiz"})
    text = (
        HEAD
        + "ALPHA,ELENA RUIZ,,elena@alpha.example,,,,\nALPHA,Elena Ruiz-Lopez,,Elena@Alpha.example,Head,,,\n"
    )
    assert fates(load("contacts", text))[:2] == (0, 2)
    known.refresh_from_db()
    assert (known.name, known.email, known.title) == ("Elena Ruiz-Lopez", "elena@alpha.example", "Head")


def test_namesakes_with_other_mail_addresses_are_two_people_whom_a_name_alone_does_not_tell_apart(
    load, alpha
):
    text = HEAD + "ALPHA,Li Wei,,one@alpha.example,,,,\nALPHA,Li Wei,,two@alpha.example,,,,\n"
    assert fates(load("contacts", text))[0] == 2
    report = load("contacts", HEAD + "ALPHA,Li Wei,,,Head,,,\nALPHA,Tom,li wei,,,,,\n", skip_rejected=True)
    assert reasons_of(report) == {2: reasons.SEVERAL_PEOPLE, 3: reasons.SEVERAL_PEOPLE}


def test_a_circle_of_reporting_lines_is_an_error_of_its_lines_and_of_those_who_need_them(load, alice, alpha):
    known = create_contact(by=alice, customer=alpha, values={"name": "Known"})
    text = HEAD + "".join(
        f"ALPHA,{name},{boss},,,,,\n"
        for name, boss in (
            ("A", "B"),
            ("B", "A"),
            ("Self", "self"),
            ("Below", "A"),
            ("Known", "New"),
            ("New", "Known"),
            ("Fine", "Known"),
            ("Lost", "Nobody"),
        )  # fmt: skip
    )
    report = load("contacts", text, skip_rejected=True)
    circle, unknown = reasons.REPORTING_CIRCLE, reasons.UNKNOWN_PERSON
    assert reasons_of(report) == {
        2: circle, 3: circle, 4: circle, 5: unknown, 6: circle, 7: circle, 9: unknown,
    }  # fmt: skip
    assert Contact.objects.get(name="Fine").reports_to == known
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ALPHA,Tom,,,,6,,", reasons.OUT_OF_RANGE),
        ("ALPHA,Tom,,,,0,,", reasons.OUT_OF_RANGE),
        ("ALPHA,Tom,,,,,nice,", reasons.NOT_A_CHOICE),
        ("ALPHA,Tom,,,,,,perhaps", reasons.NOT_A_CHOICE),
        ("ALPHA,Tom,,no mail,,,,", reasons.NOT_MAIL),
        ("ALPHA,,,,,,,", reasons.MISSING),
        ("NONE,Tom,,,,,,", reasons.UNKNOWN_CUSTOMER),
        ("BETA,Tom,,,,,,", reasons.UNKNOWN_CUSTOMER),
    ],
)
def test_a_bad_line_says_why_and_a_foreign_customer_is_an_unknown_one(check, sue, alpha, beta, line, reason):
    assert reasons_of(check("contacts", f"{HEAD}{line}\n", viewer=sue)) == {2: reason}


def test_taking_people_back_leaves_who_was_there_as_they_were(load, dora, alice, alpha):
    boss = create_contact(by=alice, customer=alpha, values={"name": "Boss"})
    known = create_contact(
        by=alice, customer=alpha, values={"name": "Known", "title": "Old", "reports_to": boss}
    )
    report = load("contacts", HEAD + "ALPHA,Known,New,,Fresh,,,\nALPHA,New,Boss,,,,,\n")
    known.refresh_from_db()
    assert (known.reports_to.name, known.title) == ("New", "Fresh")
    undo(report.batch, dora)
    known.refresh_from_db()
    assert (known.reports_to, known.title, Contact.objects.count()) == (boss, "Old", 2)


def test_people_edited_since_are_not_taken_back(load, dora, alice, alpha):
    known = create_contact(by=alice, customer=alpha, values={"name": "Known", "title": "Old"})
    report = load("contacts", HEAD + "ALPHA,Known,,,Fresh,,,\n")
    change_contact(by=alice, contact=known, version=2, changes={"department": "Sales"})
    with pytest.raises(UndoRefused, match="edited since"):
        undo(report.batch, dora)


def test_roles_come_by_file_once_and_make_their_chain(load, dora, alpha, beta):
    load("contacts", LINES)
    text = ROLES + (
        "ALPHA,Terms,elena@alpha.example,buyer\nALPHA,terms,Elena Ruiz,Influencer\n"
        "ALPHA,Terms,Paul Brandt,decider\n"
        "ALPHA,Terms,Paul Brandt,decider\n"
    )
    report = load("decision_chains", text)
    assert fates(report) == (3, 0, 1, 0, 0)
    assert DecisionChain.objects.get().name == "Terms"
    assert fates(load("decision_chains", text + "\n")) == (0, 0, 4, 0, 0)
    assert ChainRole.objects.count() == 3
    undo(report.batch, dora)
    assert (ChainRole.objects.count(), DecisionChain.objects.count(), Contact.objects.count()) == (0, 0, 4)


def test_a_chain_that_somebody_added_people_to_is_not_taken_back(load, dora, alice, alpha, beta):
    load("contacts", LINES)
    report = load("decision_chains", ROLES + "ALPHA,Terms,Elena Ruiz,buyer\n")
    tom = Contact.objects.get(name="Tom Haverkamp")
    change_contact(by=alice, contact=tom, version=1, changes={}, roles={None: ["user"]})
    with pytest.raises(UndoRefused, match="added people"):
        undo(report.batch, dora)
    assert ChainRole.objects.count() == 2


def test_roles_of_nobody_and_of_foreign_customers_are_errors(check, sue, alpha, beta):
    tail = ",Terms,Nobody,buyer\n"
    text = f"{ROLES}ALPHA{tail}BETA{tail}NONE{tail}ALPHA,Terms,Nobody,king\n"
    assert reasons_of(check("decision_chains", text, viewer=sue)) == {
        2: reasons.UNKNOWN_PERSON, 3: reasons.UNKNOWN_CUSTOMER, 4: reasons.UNKNOWN_CUSTOMER,
        5: reasons.NOT_A_CHOICE,
    }  # fmt: skip
