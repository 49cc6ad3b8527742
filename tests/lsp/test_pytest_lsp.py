"""Sessions with the client of pytest-lsp, as the editors that it has recorded: it warns where an answer does not fit what
the editor said that it can take, and a warning is a failure here.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from itertools import accumulate

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

from tests.ide.world import TEXT
from tests.lsp.client import position

EDITORS = ("visual-studio-code", *(f"neovim@v0.{minor}" for minor in (6, 7, 8, 9, 10, 11)), "emacs")
SLIP = TEXT.replace("did buy", "did byu")
URI = "untitled:shop.seg"
FILE = types.TextDocumentIdentifier(URI)


def client() -> LanguageClient:
    """A client that takes what the server asks of it: that of pytest-lsp refuses what it does not know."""
    made = make_test_lsp_client()
    for asked in (
        types.CLIENT_REGISTER_CAPABILITY,
        types.WORKSPACE_CODE_LENS_REFRESH,
        types.WORKSPACE_INLAY_HINT_REFRESH,
    ):
        made.feature(asked)(lambda _: None)
    return made


SERVER = ClientServerConfig(server_command=[sys.executable, "-m", "segql_lsp"], client_factory=client)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_lsp.fixture(config=SERVER, params=EDITORS, scope="module")
async def editor(request: pytest.FixtureRequest, lsp_client: LanguageClient) -> AsyncIterator[None]:
    capabilities = client_capabilities(request.param)
    await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities))
    yield
    await lsp_client.shutdown_session()


def open(editor: LanguageClient, text: str) -> None:
    """Opens the file anew: the tests of an editor share its session."""
    editor.text_document_did_close(types.DidCloseTextDocumentParams(FILE))
    editor.diagnostics.pop(URI, None)
    item = types.TextDocumentItem(URI, "segql", 1, text)
    editor.text_document_did_open(types.DidOpenTextDocumentParams(item))


def at(text: str, before: str) -> types.Position:
    """Behind the first of some words."""
    return types.Position(*position(text, text.index(before) + len(before)))


def edited(text: str, edits: Sequence[types.TextEdit]) -> str:
    lines = text.splitlines(keepends=True)
    places = [0, *accumulate(map(len, lines))]
    for edit in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        start, end = (places[p.line] + p.character for p in (edit.range.start, edit.range.end))
        text = text[:start] + edit.new_text + text[end:]
    return text


def edits_of(change: types.WorkspaceEdit | None) -> Sequence[types.TextEdit]:
    """The edits of the one file, in the way that the editor takes them."""
    assert change is not None
    if change.changes is not None:
        return change.changes[URI]
    assert change.document_changes is not None
    (document,) = change.document_changes
    assert isinstance(document, types.TextDocumentEdit)
    assert (document.text_document.uri, document.text_document.version) == (URI, 1)
    return [edit for edit in document.edits if isinstance(edit, types.TextEdit)]


def prose(shown: object) -> str:
    """A text, whatever of it the editor shows: whether that fits the editor is for pytest-lsp to say."""
    return shown.value if isinstance(shown, types.MarkupContent) else str(shown)


async def test_a_slip_is_said_and_put_right(editor: LanguageClient) -> None:
    open(editor, SLIP)
    while URI not in editor.diagnostics:  # none of them can be told to pull again, so all are pushed to
        await editor.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    (said,) = editor.diagnostics[URI]
    assert (said.code, said.range.end) == ("SEG205", at(SLIP, "did byu"))
    context = types.CodeActionContext([said], only=[types.CodeActionKind.QuickFix])
    (fix,) = await editor.text_document_code_action_async(types.CodeActionParams(FILE, said.range, context)) or ()
    assert isinstance(fix, types.CodeAction)
    if fix.edit is None:
        fix = await editor.code_action_resolve_async(fix)
    assert edited(SLIP, edits_of(fix.edit)) == TEXT


async def test_completion_offers_what_could_stand_there(editor: LanguageClient) -> None:
    open(editor, SLIP)
    found = await editor.text_document_completion_async(types.CompletionParams(FILE, at(SLIP, "did b")))
    assert isinstance(found, types.CompletionList)
    buy = next(item for item in found.items if item.label == "buy")
    assert isinstance(buy.text_edit, types.TextEdit)
    assert edited(SLIP, [buy.text_edit]) == TEXT
    explained = await editor.completion_item_resolve_async(buy)
    assert "kind = 'buy'" in prose(explained.documentation)


async def test_names_are_explained_and_lead_to_their_declarations(editor: LanguageClient) -> None:
    open(editor, TEXT)
    place = at(TEXT, "did bu")
    hover = await editor.text_document_hover_async(types.HoverParams(FILE, place))
    assert hover is not None
    assert "event buy : kind = 'buy'" in prose(hover.contents)
    (there,) = await editor.text_document_definition_async(types.DefinitionParams(FILE, place)) or ()
    assert isinstance(there, types.Location)
    assert (there.uri, there.range.end) == (URI, at(TEXT, "event  buy"))


async def test_rename_leads_to_the_same_everywhere(editor: LanguageClient) -> None:
    open(editor, TEXT)
    change = await editor.text_document_rename_async(types.RenameParams(FILE, at(TEXT, "segment pay"), "customers"))
    assert edited(TEXT, edits_of(change)) == TEXT.replace("payers", "customers")


async def test_formatting_leads_to_the_form(editor: LanguageClient) -> None:
    loose = "zone  'UTC'\nparam x:text='a'\n"
    open(editor, loose)
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await editor.text_document_formatting_async(types.DocumentFormattingParams(FILE, options))
    assert edited(loose, edits or ()) == "zone 'UTC'\nparam x : text = 'a'\n"


async def test_the_outline_names_the_declarations(editor: LanguageClient) -> None:
    open(editor, TEXT)
    found = await editor.text_document_document_symbol_async(types.DocumentSymbolParams(FILE)) or ()
    assert {"rum", "plans", "payers", "lost", "pro"} <= {symbol.name for symbol in found}
