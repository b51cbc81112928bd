"""What may be opened, and that no secret of an address gets into what is stored or said."""

from __future__ import annotations

import string
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.errors import Fault
from console.models.feeds.address import _PLAIN, Address, Secrets, _read_in_full, joined, scrubbed, taken_apart

SECRET = "Gh7-kL9_pW2xQ"


@pytest.mark.parametrize(
    ("text", "url", "secrets"),
    [
        ("", "", Secrets()),
        ("rtsp://192.0.2.7/ch/1", "rtsp://192.0.2.7/ch/1", Secrets()),
        (f"rtsp://admin:{SECRET}@192.0.2.7:554/ch/1", "rtsp://192.0.2.7:554/ch/1", Secrets("admin", SECRET)),
        ("rtsp://admin:p%40ss%2F1@192.0.2.7/1", "rtsp://192.0.2.7/1", Secrets("admin", "p@ss/1")),
        (
            f"http://192.0.2.7/snap.cgi?ch=1&user=a&pwd={SECRET}",
            "http://192.0.2.7/snap.cgi?ch=1",
            Secrets(query={"user": "a", "pwd": SECRET}),
        ),
        ("udp://@239.1.2.3:5000", "udp://@239.1.2.3:5000", Secrets()),
        ("udp://:5000", "udp://@:5000", Secrets()),
        ("file:///srv/clips/a.mp4", "file:///srv/clips/a.mp4", Secrets()),
        ("HTTP://[2001:db8::1]:80/x", "http://[2001:db8::1]:80/x", Secrets()),
    ],
)
def test_secrets_are_taken_out_and_put_back(text: str, url: str, secrets: Secrets) -> None:
    told = taken_apart(text)
    assert told == Address(url, secrets)
    assert taken_apart(joined(told.url, told.secrets)) == told
    assert SECRET not in told.url
    assert SECRET not in repr(told.secrets)


@pytest.mark.parametrize(
    "text",
    [
        "ftp://192.0.2.7/x",
        "concat:/etc/passwd|/etc/shadow",
        "javascript:alert(1)",
        "/etc/passwd",
        "file://server/share/x.mp4",
        "file:relative.mp4",
        "rtsp:///no-server",
        "udp://239.1.2.3",
        "http://192.0.2.7:99999/x",
        "rtsp://192.0.2.7/a b",
        "rtsp://192.0.2.7/a\nSETUP",
        f"rtsp://admin:{SECRET}/x@192.0.2.7/1",
        f"rtsp://admin:{SECRET}#x@192.0.2.7/1",
        "http://x/" + "a" * 2000,
    ],
)
def test_what_must_not_be_opened_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(Fault) as refused:
        taken_apart(text)
    assert SECRET not in str(refused.value)
    assert "192.0.2.7" not in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_fault(text: str) -> None:
    try:
        told = taken_apart(text)
    except Fault:
        return
    assert taken_apart(told.url) == Address(told.url)


WORDS = st.text(string.ascii_letters + string.digits + "!$'()*,;=:@/?#[]% &+", min_size=6, max_size=30)


@given(WORDS, WORDS)
def test_whatever_a_password_holds_it_comes_back_and_nothing_of_it_stays(user: str, password: str) -> None:
    told = taken_apart(f"rtsp://{quote(user, safe='')}:{quote(password, safe='')}@192.0.2.7/ch")
    assert told == Address("rtsp://192.0.2.7/ch", Secrets(user, password))
    assert taken_apart(joined(told.url, told.secrets)) == told


def test_another_server_is_told_no_secret() -> None:
    """Who may write feeds may change where one is; not where its password goes."""
    held = Secrets("admin", SECRET, {"pwd": SECRET}, ["192.0.2.7"])
    assert SECRET in joined("rtsp://192.0.2.7/ch", held)
    assert SECRET in joined("http://192.0.2.7:81/snap", held)
    for url in ("rtsp://192.0.2.66/ch", "rtsp://192.0.2.7.example/ch", "http://192.0.2.66/192.0.2.7", "file:///192.0.2.7"):
        assert joined(url, held) == url


def test_what_a_library_says_is_scrubbed() -> None:
    text = f"Could not open rtsp://admin:{SECRET}@192.0.2.7/a?pwd={SECRET}: timed out"
    assert scrubbed(text) == "Could not open rtsp://192.0.2.7/a?... timed out" or SECRET not in scrubbed(text)
    assert SECRET not in scrubbed(text)
    assert "192.0.2.7/a" in scrubbed(text)


_PIECES = [
    "rtsp",
    "http",
    "https",
    "udp",
    "file",
    "ftp",
    "://",
    "@",
    ":",
    "/",
    "//",
    "cam",
    "Cam",
    "192.0.2.7",
    "554",
    "0554",
    "99999",
    "?",
]
_PIECES += ["#", "a=1", "pwd=x", "%41", "..", ";p", "[::1]", "[", "-", "é", "\n", " "]


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.sampled_from(_PIECES), max_size=9).map("".join)
    | st.lists(st.sampled_from(_PIECES), max_size=6).map(lambda pieces: "rtsp://cam/" + "".join(pieces))
)
def test_what_is_plain_is_read_as_anything_else(text: str) -> None:
    def told(read: Callable[[str], Address]) -> object:
        try:
            return read(text)
        except Fault as fault:
            return str(fault)

    if text.strip():
        assert told(taken_apart) == told(lambda held: _read_in_full(held.strip()))


def test_plain_addresses_are_seen_as_such() -> None:
    plain = ["rtsp://192.0.2.1:554/ch/1", "http://cam.example/a.jpg", "https://cam", "rtsp://cam:9/"]
    assert [bool(_PLAIN.fullmatch(each)) for each in plain] == [True] * 4
    assert all(_read_in_full(each) == Address(each) for each in plain)
