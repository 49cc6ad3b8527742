"""Sessions of editors as they announce themselves, hostile ones too; and of somebody who types for a long time."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest
from segql_lsp.server import FEATURES

from segql.compiler import check
from segql.source import Source
from segql.syntax import parse
from tests.ide.world import TEXT
from tests.lsp.client import Client, Json, RefusedError, position, server, uri
from tests.lsp.test_text import ENCODINGS, place

PROFILES = {path.stem: path for path in sorted((Path(__file__).parent / "profiles").glob("*.json"))}
URI = "untitled:a.seg"
SLIP = TEXT.replace("did buy", "did byu")


def said(client: Client, pulls: bool) -> list[Json]:
    """The diagnostics of the file, in the way of the client."""
    if pulls:
        items: list[Json] = client.ask("diagnostic", URI)["items"]
        return items
    pushed: list[Json] = client.wait("textDocument/publishDiagnostics", uri=URI)["diagnostics"]
    return pushed


@pytest.mark.parametrize("name", PROFILES)
def test_a_session_with_each_editor(name: str) -> None:
    capabilities: Json = json.loads(PROFILES[name].read_text("utf-8"))
    with server() as (process, client):
        client.answers["workspace/configuration"] = lambda params: [None for _ in params["items"]]
        offered = client.start(capabilities)["capabilities"]
        client.open(URI, SLIP)
        (found,) = said(client, "diagnosticProvider" in offered)
        assert (found["code"], found["range"]["start"]["line"]) == ("SEG205", SLIP[: SLIP.index("byu")].count("\n"))
        at = position(SLIP, SLIP.index("byu"))
        client.ask("hover", URI, at)
        items = client.ask("completion", URI, at)["items"]
        assert {"buy", "view"} <= {item["label"] for item in items}
        completion = capabilities.get("textDocument", {}).get("completion", {}).get("completionItem", {})
        if not completion.get("snippetSupport"):
            assert all(item.get("insertTextFormat", 1) == 1 for item in client.ask("completion", URI, (0, 0))["items"])
        here = {"start": {"line": at[0], "character": at[1]}, "end": {"line": at[0], "character": at[1]}}
        fixes = client.ask("codeAction", URI, range=here, context={"diagnostics": [found]})
        literal = capabilities.get("textDocument", {}).get("codeAction", {}).get("codeActionLiteralSupport")
        assert bool(fixes) is bool(literal)
        symbols = client.ask("documentSymbol", URI)
        assert {"rum", "payers", "lost"} <= {symbol["name"] for symbol in symbols}
        client.change(URI, 2, {"text": TEXT})
        assert said(client, "diagnosticProvider" in offered) == []
        client.stop()
        assert process.wait(30) == 0


def test_a_hostile_client_gets_an_answer_to_everything() -> None:
    """No versions, ranges that are nowhere, parameters of the wrong kind: each request is answered, and the text stays."""
    draw = random.Random(3)
    far = [-(2**31), -1, 0, 3, 10**6, 2**31 - 1]
    odd: list[Any] = [None, 3, "x", [], {}, {"line": "a"}, True, [None], 2**40, -1.5]
    with server() as (_, client):
        client.start({})
        client.notify(
            "textDocument/didOpen", {"textDocument": {"uri": URI, "languageId": "", "version": 0, "text": TEXT}}
        )
        for _n in range(300):
            line, character = draw.choice(far), draw.choice(far)
            method = draw.choice(FEATURES)[0]
            params: Json = {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
            params["range"] = {
                "start": {"line": draw.choice(far), "character": draw.choice(far)},
                "end": params["position"],
            }
            params |= {"context": {"diagnostics": []}, "newName": "x", "ch": "}", "options": {}, "query": ""}
            if draw.random() < 0.5:
                params[draw.choice(list(params))] = draw.choice(odd)
            try:
                client.request(method, params)
            except RefusedError as refused:
                assert refused.code in (-32602, -32603, -32803), (method, params, refused)  # noqa: PT017
            if draw.random() < 0.2:
                client.notify(
                    "textDocument/didChange", {"textDocument": {"uri": URI}, "contentChanges": draw.choice(odd)}
                )
        assert client.request("segql/text", {"uri": URI})["sha256"] == hashed(TEXT)


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_after_two_thousand_keystrokes_both_have_the_same_text(encoding: str) -> None:
    draw, text = random.Random(encoding), TEXT.replace("\n", "\r\n", 12)
    keys = [*"abc {}'=\n#", "\r\n", "é", "語", "𝒳", "👩‍🚀", "\u2028", "\u0085", "did buy\n", "segment x {\n"]
    cursor = text.index("did buy")
    with server() as (_, client):
        pulls: Json = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}
        client.start({"general": {"positionEncodings": [encoding]}, **pulls})
        client.open(URI, text)
        for version in range(2, 2002):
            if draw.random() < 0.05:
                cursor = draw.randrange(len(text) + 1)
            key, gone = draw.choice(keys), 0
            if draw.random() < 0.35:
                key, gone = "", min(draw.choice([1, 1, 1, 7]), cursor)
            start, end = cursor - gone, cursor
            if inside_a_break(text, start) or inside_a_break(text, end):
                cursor = max(cursor - 1, 0)
                continue
            first, last = (place(text, at, encoding) for at in (start, end))  # type: ignore[arg-type]
            client.change(URI, version, {"range": {"start": first._asdict(), "end": last._asdict()}, "text": key})
            text = text[:start] + key + text[end:]
            cursor = start + len(key)
            if version % 200 == 0:
                client.ask("completion", URI, place(text, cursor, encoding))  # type: ignore[arg-type]
                assert client.request("segql/text", {"uri": URI}) == {"version": version, "sha256": hashed(text)}
                told = [(d["code"], d["range"]["start"]) for d in client.ask("diagnostic", URI)["items"]]
                assert told == from_scratch(text, encoding)


def from_scratch(text: str, encoding: str) -> list[tuple[str, Json]]:
    """What a check says that remembers nothing."""
    parse.forget()
    said = check(Source(text)).diagnostics
    return [(d.code, place(text, d.primary.span.start, encoding)._asdict()) for d in said]  # type: ignore[arg-type]


def test_a_file_of_ten_thousand_lines_can_be_typed_in() -> None:
    segment = "\nsegment s{n} {{\n  key  usr.id\n  from rum\n\n" + "  did buy where amount > 1\n" * 20 + "}}\n"
    text = TEXT + "".join(segment.format(n=n) for n in range(400))
    assert text.count("\n") > 10_000
    with server() as (_, client):
        client.start(json.loads(PROFILES["vscode"].read_text("utf-8")))
        client.open(URI, text)
        assert client.ask("diagnostic", URI)["items"] == []
        line, character = position(text, text.index("did buy", len(text) // 2))
        here = {"start": {"line": line, "character": character}, "end": {"line": line, "character": character + 3}}
        client.change(URI, 2, {"range": here, "text": "dod"})
        (said,) = client.ask("diagnostic", URI)["items"]
        assert said["range"]["start"] == here["start"]
        assert len(client.ask("documentSymbol", URI)) > 400


def inside_a_break(text: str, offset: int) -> bool:
    return text[max(offset - 1, 0) : offset + 1] == "\r\n"


# ---------------------------------------------------------------- files on the disk


def test_files_that_change_vanish_or_are_no_text_behind_an_open_one(tmp_path: Path) -> None:
    used, main = tmp_path / "used.seg", tmp_path / "main.seg"
    text = "use 'used.seg'\n\nsegment b {\n  key  u\n  from s\n  in a\n}\n"
    good = "source s {\n  from t\n  time at\n  key  u\n}\n\nsegment a {\n  key  u\n  from s\n}\n"
    used.write_text(good, "utf-8")
    main.write_text(text, "utf-8")
    with server() as (_, client):
        client.start(json.loads(PROFILES["vscode"].read_text("utf-8")), rootUri=uri(tmp_path))
        client.open(uri(main), text)

        def codes() -> set[str]:
            return {each["code"] for each in client.ask("diagnostic", uri(main))["items"]}

        assert codes() == set()
        main.write_text("something else", "utf-8")  # the open text counts
        assert codes() == set()
        for broken in (b"\x00\xff\xfe\x80" * 50, None):
            used.unlink()
            if broken is not None:
                used.write_bytes(broken)
            assert "SEG213" in codes()
            with pytest.raises(RefusedError):
                client.ask("documentSymbol", uri(used))
            used.write_text(good, "utf-8")
            assert codes() == set()
        main.unlink()
        assert client.ask("documentSymbol", uri(main))[0]["name"] == "b"
        assert codes() == set()
