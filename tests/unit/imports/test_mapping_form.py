"""What the selects of the import page mean as a mapping."""

import pytest

from ka_crm.imports.forms import answer_from_post, fields_by_column, mapping_from_post
from ka_crm.imports.rules.fields import Field, FieldType
from ka_crm.imports.rules.mapping import mapping_from
from ka_crm.lib.spreadsheets import FileRefused

FIELDS = (
    Field("code", FieldType.CODE, "Code", required=True),
    Field("name", FieldType.TEXT, "Name", required=True),
    Field("region", FieldType.TEXT, "Region"),
)
HEADERS = ["Code", "Name", "Other name", ""]


def mapped(data, raw):
    return mapping_from_post(data, raw, mapping_from(raw, FIELDS), HEADERS, FIELDS)


def test_columns_are_named_by_their_header_and_by_number_where_they_have_none():
    raw = {"columns": {"code": "Code"}}
    assert mapped({"column_2": "name", "column_4": "region"}, raw)["columns"] == {
        "code": "Code",
        "name": "Name",
        "region": 4,
    }


def test_a_field_chosen_for_a_second_column_moves_there():
    raw = {"columns": {"code": "Code", "name": "Other name"}}
    data = {"column_1": "code", "column_2": "name", "column_3": "name", "column_4": ""}
    assert mapped(data, raw)["columns"] == {"code": "Code", "name": "Name"}
    raw = {"columns": {"code": "Code", "name": "Name"}}
    assert mapped(data, raw)["columns"] == {"code": "Code", "name": "Other name"}


def test_a_column_set_to_nothing_is_not_taken_and_what_nobody_chose_cannot_be_smuggled_in():
    raw = {"columns": {"code": "Code", "name": "Name"}}
    assert mapped({"column_2": "", "column_3": "password", "need_name": "9"}, raw)["columns"] == {
        "code": "Code"
    }


def test_a_needed_field_takes_the_chosen_column_from_whatever_had_it():
    raw = {"columns": {"code": "Code", "region": "Name"}}
    assert mapped({"need_name": "2"}, raw)["columns"] == {"code": "Code", "name": "Name"}


def test_a_constant_fills_a_field_until_a_column_does():
    raw = {"columns": {"code": "Code", "name": "Name"}, "create_missing": ["stores"]}
    with_constant = mapped({"constant_region": " North "}, raw)
    assert with_constant == {**raw, "constants": {"region": "North"}}
    assert mapped({}, with_constant) == with_constant
    assert "constants" not in mapped({"constant_region": ""}, with_constant)
    assert "constants" not in mapped({"column_3": "region"}, with_constant)


def test_without_headers_columns_are_numbers():
    raw = {"header": False, "columns": {"code": 1}}
    result = mapping_from_post({"column_2": "name"}, raw, mapping_from(raw, FIELDS), ["", ""], FIELDS)
    assert result == {"header": False, "columns": {"code": 1, "name": 2}}


def test_a_remembered_column_that_the_file_lacks_is_left_out():
    assert fields_by_column(mapping_from({"columns": {"code": "Gone", "name": "name"}}, FIELDS), HEADERS) == {
        2: "name"
    }


def test_answers_add_to_what_was_answered():
    raw = {"columns": {}, "create_missing": ["stores"]}
    assert answer_from_post({"answer": '{"create_missing": ["customers"]}'}, raw)["create_missing"] == [
        "customers",
        "stores",
    ]
    assert answer_from_post({"answer": '{"date_format": "%d/%m/%Y"}'}, raw)["date_format"] == "%d/%m/%Y"


@pytest.mark.parametrize("answer", ["", "[]", "{}", '{"columns": {}}', '{"decimal": ".", "path": "x"}'])
def test_an_answer_to_nothing_is_refused(answer):
    with pytest.raises(FileRefused):
        answer_from_post({"answer": answer}, {})
