"""The ledger's hashes: known values computed by hand, no node passes for a leaf, no line counts twice, proofs lead up."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from hotline.satisfaction.rules import ledger
from hotline.satisfaction.rules.ledger import Entry

JUNE = date(2026, 6, 1)


def entry(receipt="0f", unit="SXD", score=5, **more):
    return Entry(
        receipt, unit, more.get("is_first", True), "link", "yes", score, more.get("first_solved", "yes"), more.get("first_score", score)
    )  # fmt: skip


def test_known_values_made_with_sha256sum():
    # printf '\0a' | sha256sum, and so on: nothing of ours computed these.
    a = "022a6979e6dab7aa5ae4c3e5e45f7e977112a7e63593820dbec1ec738a24f93c"
    assert ledger.leaf_hash("a").hex() == a
    assert ledger.tree_root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert ledger.tree_root([bytes.fromhex(a)]).hex() == a


def test_eight_leaves_of_rfc_6962_known_from_certificate_transparency():
    # The inputs and roots of the reference implementation (certificate-transparency, merkle_tree_test).
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    leaves = [sha256(b"\x00" + bytes.fromhex(one)).digest() for one in inputs]
    assert [ledger.tree_root(leaves[: count + 1]).hex() for count in range(8)] == roots


def test_a_node_never_passes_for_a_leaf_and_an_odd_line_never_counts_twice():
    left, right, odd = (ledger.leaf_hash(word) for word in "abc")
    # 0x01 before nodes: the two hashes written as one line are another leaf than the node above them.
    assert sha256(b"\x00" + left + right).digest() != ledger.tree_root([left, right])
    # CVE-2012-2459: a tree that doubles its odd leaf has the same root for [a, b, c] and [a, b, c, c].
    assert ledger.tree_root([left, right, odd]) != ledger.tree_root([left, right, odd, odd])


@given(st.lists(st.text('abc,\n"é', max_size=4), min_size=1, max_size=40), st.data())
def test_every_line_has_a_proof_and_no_other_line_has_it(words, data):
    leaves = [ledger.leaf_hash(word) for word in words]
    at = data.draw(st.integers(0, len(words) - 1))
    proof = ledger.inclusion_proof(leaves, at)
    assert ledger.root_of_proof(words[at], proof) == ledger.tree_root(leaves)
    assert ledger.root_of_proof(words[at] + "!", proof) != ledger.tree_root(leaves)
    assert len(proof) <= len(words).bit_length()


def test_a_line_says_nothing_of_who_or_when_and_a_small_unit_is_not_named():
    many = [entry(receipt=f"{n:02}", unit="SXD", score=4) for n in (4, 2, 0, 1, 3)]
    few = [entry(receipt="05", unit="UBND-25195", is_first=False, score=2, first_solved="no", first_score=1)]
    found = ledger.lines([*few, entry(receipt="06", unit="SYT"), *many], JUNE)
    assert found[0] == "00,SXD,2026-06,first,link,yes,4,yes,4"
    assert [line[:2] for line in found] == [f"{n:02}" for n in range(7)]  # by receipt: no order of time is left
    assert found[5] == "05,other,2026-06,later,link,yes,2,no,1"
    # One rating of the unit fewer, and its name goes: four strangers would know who the fifth was.
    assert all(",other," in line for line in ledger.lines([*few, *many[:4]], JUNE))


def test_one_small_unit_alone_is_not_named_by_elimination():
    sizes = {"LONE": 1, "NEXT": 6, "BIG": 7}
    entries = [entry(receipt=f"{unit}{n}", unit=unit) for unit, size in sizes.items() for n in range(size)]
    named = {ledger.unit_of(line) for line in ledger.lines(entries, JUNE)}
    assert named == {"BIG", "other"}
    assert {ledger.unit_of(line) for line in ledger.lines(entries[1:], JUNE)} == {"NEXT", "BIG"}


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.integers(1, 8)), st.randoms(use_true_random=False))
def test_other_is_never_one_unit_where_there_are_two_and_the_order_of_rows_does_not_matter(sizes, chance):
    entries = [entry(receipt=f"{unit}{n}", unit=unit) for unit, size in sizes.items() for n in range(size)]
    found = ledger.lines(entries, JUNE)
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert ledger.lines(shuffled, JUNE) == found
    hidden = {line[0] for line in found if ledger.unit_of(line) == "other"}
    assert {unit for unit, size in sizes.items() if size < 5} <= hidden
    assert len(hidden) != 1 or len(sizes) == 1


def test_a_seal_binds_counts_month_and_everything_before():
    entries = [entry(receipt="a1", score=4), entry(receipt="b2", score=3)]
    seal = ledger.seal(entries, JUNE, "")
    assert (seal.ratings, seal.satisfied, seal.previous_root) == (2, 1, "")
    a, b = (sha256(b"\x00" + line.encode()).digest() for line in ledger.lines(entries, JUNE))
    tree = sha256(b"\x01" + a + b).digest()
    assert seal.root == sha256(b"\x02" + b",2026-06,2,1," + tree).hexdigest()
    others = [
        ledger.seal(entries, JUNE, seal.root),
        ledger.seal(entries, date(2026, 7, 1), ""),
        ledger.seal(entries[:1], JUNE, ""),
        ledger.seal([*entries, entry(receipt="c3")], JUNE, ""),
        ledger.seal([entry(receipt="a1", score=5), entries[1]], JUNE, ""),
        ledger.seal([entry(receipt="a1", score=4, first_score=3), entries[1]], JUNE, ""),
    ]
    assert len({one.root for one in [seal, *others]}) == 7


def test_a_month_is_sealed_when_its_last_rating_can_no_longer_be_changed():
    end = datetime(2026, 6, 30, 17, tzinfo=UTC)  # midnight in the province
    assert ledger.sealable_from(end, 72) == datetime(2026, 7, 3, 18, tzinfo=UTC)


def test_the_tool_for_everybody_knows_only_the_standard_library_and_reads_files(tmp_path):
    months, before = [], ""
    for month_on, scores in ((date(2026, 5, 1), [5, 4, 1]), (JUNE, []), (date(2026, 7, 1), [2, 5])):
        entries = [entry(receipt=f"{n:016x}", unit='S"X,D', score=score) for n, score in enumerate(scores)]
        seal = ledger.seal(entries, month_on, before)
        name = f"{month_on:%Y-%m}"
        text = "".join(f"{line}\n" for line in [ledger.HEADER, *ledger.lines(entries, month_on)])
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        months.append(
            {"month": name, "ratings": seal.ratings, "satisfied": seal.satisfied, "previous_root": before, "root": seal.root, "ledger": ""}
        )  # fmt: skip
        before = seal.root
    (tmp_path / "ledger.json").write_text(json.dumps({"months": months}))
    files = [str(tmp_path / name) for name in ("ledger.json", "2026-05.csv", "2026-06.csv", "2026-07.csv")]

    def said(*more):
        command = [
            sys.executable,
            "-I",
            "-S",
            "tools/verify_ratings.py",
            *files,
            *more,
        ]  # nothing but the standard library
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stdout.splitlines(), done.stderr

    code, shown, trouble = said(months[0]["root"])
    assert (code, trouble) == (0, "")
    assert shown == [
        "2026-05  3 ratings, 2 satisfied, 66.7 %  OK",
        "2026-06  0 ratings, 0 satisfied, 0.0 %  OK",
        "2026-07  2 ratings, 1 satisfied, 50.0 %  OK",
        "first answers, last 3 months: 5 ratings, 3 satisfied, 60.0 %",
        "in all   5 ratings, 3 satisfied, 60.0 %  OK",
    ]
    # Whoever rewrites a month and its seal breaks the chain, or, sealing all anew, a root that somebody noted.
    assert said("f" * 64)[:2] == (
        1,
        [
            *shown[:3],
            f"{'f' * 64}  DIFFERS: a seal you noted stands no more",
            shown[3],
            shown[4].replace("OK", "DIFFERS"),
        ],
    )
    months[1]["previous_root"] = "0" * 64
    (tmp_path / "ledger.json").write_text(json.dumps({"months": months}))
    code, shown, _trouble = said()
    assert code == 1
    assert [line[:7] for line in shown if "DIFFERS" in line] == ["2026-06", "in all "]
