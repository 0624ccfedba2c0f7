"""The registry: each line names a module with the functions that its container and its ending require."""

from pathlib import Path

import pytest

from catlog.errors import InvalidArgumentError
from catlog.interchange.formats import (
    EXPORTS,
    FORMATS,
    IMPORTS,
    READABLE,
    WRITABLE,
    Container,
    Format,
    export_format,
    format_of_file,
    import_summaries,
)
from tests.support.cli import CommandLine


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: f"{format.name} by {format.module}")
def test_a_module_has_what_its_line_promises(format: Format) -> None:
    module = format.load()
    assert format.container or format.ending
    assert callable(module.read) or not format.container
    assert hasattr(module, "matches") == (format.container not in (Container.XML, Container.PICKLE))
    assert callable(module.write) or not format.ending


def test_names_and_endings_of_exports_are_unique() -> None:
    assert len(set(EXPORTS)) == len({format.ending for format in WRITABLE}) == len(WRITABLE)
    assert [format_of_file(f"list{format.ending.upper()}") for format in WRITABLE] == list(EXPORTS)
    assert format_of_file("list") == "json"
    with pytest.raises(InvalidArgumentError, match="netflix is no export format"):
        export_format("netflix")


def test_special_forms_precede_the_general_csv() -> None:
    assert [format.name for format in READABLE if format.container is Container.CSV][-1] == "csv"


def test_the_help_describes_every_format(tmp_path: Path) -> None:
    here = CommandLine().having(home=tmp_path)
    texts = {words: here("list", words, "--help").out for words in ("import", "export")}
    assert all(f"{name} " in texts["import"] for name in IMPORTS)
    assert all(summary in texts["import"] for summary in import_summaries().values())
    assert all(f"{format.name} " in texts["export"] and format.export_summary in texts["export"] for format in WRITABLE)
