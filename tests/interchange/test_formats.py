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
    if format.container:
        assert callable(module.read)
    if format.container in (Container.JSON_LINES, Container.JSON, Container.CSV):
        assert callable(module.matches)
    if format.ending:
        assert callable(module.write)


def test_names_and_endings_of_exports_are_unique() -> None:
    assert len(set(EXPORTS)) == len({format.ending for format in WRITABLE}) == len(WRITABLE)
    assert [format_of_file(f"list{format.ending.upper()}") for format in WRITABLE] == list(EXPORTS)
    assert format_of_file("list") == "json"
    with pytest.raises(InvalidArgumentError, match="netflix is no export format"):
        export_format("netflix")


def test_special_forms_precede_the_general_csv() -> None:
    assert [format.name for format in READABLE if format.container is Container.CSV][-1] == "csv"


@pytest.mark.parametrize("words", ["import", "export"])
def test_the_help_describes_every_format(words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    CommandLine().having(home=tmp_path)("list", words, "--help")
    lines = {" ".join(line.split()) for line in capsys.readouterr().out.splitlines()}
    exports = {format.name: format.export_summary for format in WRITABLE}
    described = import_summaries() if words == "import" else exports
    assert {f"{name} {summary}" for name, summary in described.items()} <= lines
    assert list(described) == list(IMPORTS if words == "import" else EXPORTS)
