"""Exports as platforms write them, and archives that mean harm."""

from __future__ import annotations

import io
import stat
import warnings
import zipfile
from pathlib import Path

import pytest

from cellcheck.grading import export_files
from cellcheck.grading.export_files import Refused
from cellcheck.grading.handed_in import Student, handed_in, pages_of, students_in

from .graded import folder, zipped


def files_by_student(source: Path) -> dict[str, list[str]]:
    return {one.name: [*handed_in(one).files] for one in students_in(source)[0]}


def only(source: Path) -> Student:
    folder(source, {"Zoe/z.py": "x"})
    student, _ = students_in(source)[0]
    return student


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["Ada/a.py", "Ben/b.ipynb"], {"Ada": ["a.py"], "Ben": ["b.ipynb"]}),
        (["ada.py", "ben.ipynb", "ben.py"], {"ada": ["ada.py"], "ben": ["ben.ipynb", "ben.py"]}),
        (["hw/ada.py", "hw/ben.py"], {"ada": ["ada.py"], "ben": ["ben.py"]}),
        (["hw/Ada/src/a.py", "hw/Ben/a.py"], {"Ada": ["src/a.py"], "Ben": ["a.py"]}),
        (
            ["Ada L_123_assignsubmission_file_/a.py", "Ben_9_assignsubmission_file_/a.py"],
            {"Ada L": ["a.py"], "Ben": ["a.py"]},
        ),
        (
            [
                "lovelaceada_12_34_rnn.py",
                "lovelaceada_12_35_lstm-2.py",
                "ben_LATE_5_6_rnn.py",
                "cem_7_late_8_my_rnn.py",
            ],
            {"ben": ["rnn.py"], "cem": ["my_rnn.py"], "lovelaceada": ["lstm.py", "rnn.py"]},
        ),
        (
            [
                "Hw 5_ada_attempt_2026-10-01-12-00-00_a.py",
                "Hw 5_ada_attempt_2026-10-02-12-00-00_b.py",
            ],
            {"ada": ["b.py"]},
        ),
        (
            ["Ada/a.py", "Ada/.ipynb_checkpoints/a.py", "__MACOSX/Ada/._a.py", "Ada/README.md"],
            {"Ada": ["a.py"]},
        ),
    ],
)
@pytest.mark.parametrize("as_zip", [False, True])
def test_exports(
    files: list[str], expected: dict[str, list[str]], as_zip: bool, tmp_path: Path
) -> None:
    contents = dict.fromkeys(files, "x = 1\n")
    if as_zip:
        source = tmp_path / "export.zip"
        source.write_bytes(zipped(contents))
    else:
        source = folder(tmp_path / "export", contents)
    assert files_by_student(source) == expected


def test_what_came_late_is_told(tmp_path: Path) -> None:
    names = ("ada_LATE_1_2_a.py", "ada_1_3_b.py", "ben_4_5_LATE_a.py", "chocolate_6_7_a.py")
    source = folder(tmp_path / "export", dict.fromkeys(names, "x = 1\n"))
    late = {one.name: one.is_late for one in students_in(source)[0]}
    assert late == {"ada": True, "ben": False, "chocolate": False}
    assert "it was handed in late" in handed_in(students_in(source)[0][0]).notes


def test_an_archive_of_a_student_is_opened(tmp_path: Path) -> None:
    inner = zipped({"work/a.py": "x = 1"})
    source = tmp_path / "export.zip"
    source.write_bytes(zipped({"Ada/a.zip": inner, "Ben.zip": inner}))
    assert files_by_student(source) == {"Ada": ["work/a.py"], "Ben": ["work/a.py"]}


METADATA = """
submission_12:
  :submitters:
  - :name: Ada Lovelace
    :sid: '99'
    :email: ada@example.org
  - :name: Ben Bitdiddle
  :score: 3
submission_13:
  :submitters: []
"""


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (METADATA, {"Ada Lovelace, Ben Bitdiddle": ["a.py"], "submission_13": ["b.py"]}),
        ("- no\n- mapping", {"submission_12": ["a.py"], "submission_13": ["b.py"]}),
        ("a: [", {"submission_12": ["a.py"], "submission_13": ["b.py"]}),
    ],
)
def test_an_export_of_gradescope_says_whose_it_is(
    metadata: str, expected: dict[str, list[str]], tmp_path: Path
) -> None:
    files = {
        "assignment_7_export/submission_metadata.yml": metadata,
        "assignment_7_export/submission_12/a.py": "x = 1\n",
        "assignment_7_export/submission_13/b.py": "x = 1\n",
    }
    source = tmp_path / "export.zip"
    source.write_bytes(zipped(files))
    assert files_by_student(source) == expected


def test_a_file_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    source = tmp_path / "export.zip"
    with zipfile.ZipFile(source, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for text in ("first", "last"):
            archive.writestr("Ada/a.py", text)
        archive.writestr("Ben/b.py", "x")
    ada, _ = students_in(source)[0]
    assert handed_in(ada).files == {"a.py": b"last"}
    assert handed_in(ada).notes == ("a.py was handed in twice: the last one counts",)


def test_a_name_of_dots_is_a_student(tmp_path: Path) -> None:
    source = tmp_path / "export.zip"
    source.write_bytes(zipped({".../a.py": "x = 1\n", "Ben/.hidden/b.py": "x", "Ben/b.py": "x"}))
    assert files_by_student(source) == {"...": ["a.py"], "Ben": ["b.py"]}


def test_what_is_nobody_s_is_told(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", {"Ada/a.py": "x", "grades.csv": "x", "README.md": "x"})
    assert students_in(source)[1] == ["README.md", "grades.csv"]


ESCAPES = ["../evil.py", "a/../../evil.py", "/etc/evil.py", "..\\evil.py", "C:\\evil.py", "C:/e.py"]


@pytest.mark.parametrize("name", ESCAPES)
def test_no_path_leads_out_of_an_archive(name: str, tmp_path: Path) -> None:
    source = folder(tmp_path / "in", {"Ada/a.zip": zipped({name: "x = 1", "good.py": "x = 1"})})
    handed = handed_in(only(source))
    assert [*handed.files] == ["good.py"]
    assert any("leads out of the archive" in note for note in handed.notes)


@pytest.mark.parametrize("name", ["x" * 300 + ".py", "d/" * 3000 + "a.py"])
def test_a_path_that_is_too_long_is_left_out(name: str, tmp_path: Path) -> None:
    source = folder(tmp_path / "in", {"Ada/a.zip": zipped({name: "x = 1", "good.py": "x = 1"})})
    handed = handed_in(only(source))
    assert [*handed.files] == ["good.py"] and "too long" in handed.notes[0]


def told(data: bytes, tmp_path: Path) -> str:
    """What is said of an archive that a student handed in, of which nothing is read."""
    handed = handed_in(only(folder(tmp_path / "in", {"Ada/a.zip": data})))
    assert handed.files == {}
    return " ".join(handed.notes)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    assert "too large when unpacked" in told(zipped({"a.py": bytes(9 * 2**20)}), tmp_path)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(export_files.LIMITS, ".py", 1000)
    data = zipped({"a.py": bytes(5000)})
    lying = data.replace((5000).to_bytes(4, "little"), (1100).to_bytes(4, "little"))
    assert lying != data
    assert told(lying, tmp_path)


def test_archives_in_archives_end(tmp_path: Path) -> None:
    data = zipped({"a.py": "x = 1"})
    for _ in range(5):
        data = zipped({"a.zip": data})
    assert "too deep" in told(data, tmp_path)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_files, "MOST_ENTRIES", 10)
    data = zipped({f"{n}.txt": "" for n in range(11)})
    assert "too many files" in told(data, tmp_path)


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 no archive", zipped({"a.py": "x"})[:-30]],
    ids=["empty", "no archive", "cut short"],  # an archive holds the time at which it was made
)
def test_a_damaged_archive_is_told(data: bytes, tmp_path: Path) -> None:
    assert "damaged" in told(data, tmp_path)


def test_a_damaged_file_of_an_archive_is_told(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a.py")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, "x = 1  # the text")
    assert "damaged" in told(stream.getvalue().replace(b"the text", b"another "), tmp_path)


def test_links_are_not_followed(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a.py")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "no ordinary file" in told(zipped({info: "/etc/passwd"}), tmp_path)
    (tmp_path / "secret.py").write_text("SECRET = 1")
    (tmp_path / "in" / "Ada" / "a.zip").unlink()
    (tmp_path / "in" / "Ada" / "a.py").symlink_to(tmp_path / "secret.py")
    (tmp_path / "in" / "Ada" / "sub").symlink_to(tmp_path)
    assert handed_in(only(tmp_path / "in")).files == {}


def test_an_encrypted_file_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.py": "x = 1"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in told(bytes(data), tmp_path)


def test_one_student_s_files_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellcheck.grading.handed_in.MOST_BYTES", 10)
    source = folder(tmp_path / "in", {"Ada/a.py": "x = 1\n", "Ada/b.py": "x = 22\n"})
    handed = handed_in(only(source))
    assert [*handed.files] == ["a.py"] and "altogether" in handed.notes[0]


def test_an_export_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="does not exist"):
        students_in(tmp_path / "nowhere")


def test_pages_have_names_that_any_file_system_takes() -> None:
    names = ["../x", "<b>", "a", "A", "", "." * 300, "Zoë 日本"]
    pages = pages_of(Student(name) for name in names)
    stems = [page.removesuffix(".html") for page in pages.values()]
    assert len({stem.casefold() for stem in stems}) == len(names)
    assert all(stem and stem.replace("_", "").replace("-", "").isalnum() for stem in stems)
    assert pages["Zoë 日本", ""] == "Zoë_日本.html"
