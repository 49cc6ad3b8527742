"""What is offered: one table from requests to the features that answer them, and the life of a session.

pygls carries the messages. Texts are kept by `documents`, never by pygls, and a request that cannot be understood gets
an error as its answer, which pygls would owe it for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Generator
from typing import Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcServerNotInitialized,
)
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from segql.version import __version__
from segql_lsp.documents import Documents
from segql_lsp.features import (
    actions,
    completion,
    diagnostics,
    folding,
    formatting,
    hover,
    lens,
    navigation,
    rename,
    symbols,
    tokens,
)
from segql_lsp.parent import end_with
from segql_lsp.text import Encoding

log = logging.getLogger(__name__)

Answer = Callable[["Server", Any], Any]

# What is offered whatever the client: the request, what answers it, and the options that announce it.
FEATURES: tuple[tuple[str, Answer, Any], ...] = (
    (types.TEXT_DOCUMENT_COMPLETION, completion.answer, completion.OPTIONS),
    (types.COMPLETION_ITEM_RESOLVE, completion.resolve, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, actions.answer, actions.OPTIONS),
    (types.TEXT_DOCUMENT_HOVER, hover.answer, None),
    (types.TEXT_DOCUMENT_DEFINITION, navigation.definition, None),
    (types.TEXT_DOCUMENT_REFERENCES, navigation.references, None),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, navigation.highlight, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, rename.prepare, None),
    (types.TEXT_DOCUMENT_RENAME, rename.answer, types.RenameOptions(prepare_provider=True)),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, tokens.answer, tokens.OPTIONS),
    (types.TEXT_DOCUMENT_CODE_LENS, lens.answer, lens.OPTIONS),
    (types.TEXT_DOCUMENT_FORMATTING, formatting.answer, None),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols.answer, None),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, folding.answer, None),
)

# The first that a client offers is taken: code points and bytes need no arithmetic with surrogates.
_ENCODINGS: tuple[Encoding, ...] = ("utf-32", "utf-8", "utf-16")


class Protocol(LanguageServerProtocol):
    """pygls' protocol, save for texts, for the encoding of positions, and for what a bad request gets."""

    _server: Server

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as an object. A request that is none is answered at once, and nothing else is done about it."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), str | int):
                self._refuse(
                    data["id"], JsonRpcInvalidParams(f"the parameters of {data['method']} are not as they should be")
                )
            else:
                log.warning("a message was left out: %s", error)
            return _Nothing()

    def handle_message(self, message: Any) -> None:
        method, number = getattr(message, "method", None), getattr(message, "id", None)
        if method is not None and number is not None:
            if self._shutdown:
                self._refuse(number, JsonRpcInvalidRequest("the server is shutting down"))
                return
            if not self._server.initialized and method != types.INITIALIZE:
                self._refuse(number, JsonRpcServerNotInitialized("`initialize` comes first"))
                return
        super().handle_message(message)

    def _refuse(self, number: str | int, error: JsonRpcException) -> None:
        self._send_response(number, error=error.to_response_error())

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        result = yield from super().lsp_initialize(params)
        result.capabilities.position_encoding = types.PositionEncodingKind(self._server.documents.encoding)
        return result

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self._server.documents.open(params.text_document)
        diagnostics.changed(self._server)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        self._server.documents.change(params)
        diagnostics.changed(self._server)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._server.documents.close(params.text_document.uri)
        diagnostics.changed(self._server)

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> Generator[Any, Any, None]:
        self._server.exit_code = 0 if self._shutdown else 1
        yield from super().lsp_exit(*args)


class _Nothing:
    """Stands for a message that was answered already; a protocol of no version is passed over."""

    jsonrpc = ""


class Server(LanguageServer):
    """One session with one client."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__("segql", __version__, protocol_cls=Protocol)
        self.documents = Documents()
        self.diagnostics = diagnostics.State()
        self.initialized = False
        self.exit_code = 0
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self.offer(types.INITIALIZE, Server._initialize)
        self.offer(types.INITIALIZED, Server._watch)
        self.offer(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, Server._files_changed)
        self.offer(types.TEXT_DOCUMENT_DID_SAVE, Server._files_changed)
        for method, answer, options in FEATURES:
            self.offer(method, answer, options)

        def compile(*arguments: Any) -> str:
            return lens.run(self, list(arguments))

        self.command(lens.COMMAND)(compile)

    def offer(self, method: str, answer: Answer, options: Any = None) -> None:
        """Answers a request from now on. What is offered before the end of `initialize` is announced."""

        def handle(params: Any) -> Any:
            return answer(self, params)

        self.feature(method, options)(handle)

    def later(self, what: str, seconds: float, work: Callable[[], None]) -> None:
        """Does something after a while, unless the same is asked for again before that: the latest wins."""
        if what in self._waiting:
            self._waiting.pop(what).cancel()
        self._waiting[what] = asyncio.get_running_loop().call_later(seconds, self._now, what, work)

    def _now(self, what: str, work: Callable[[], None]) -> None:
        self._waiting.pop(what, None)
        try:
            work()
        except Exception:
            log.exception("%s went wrong", what)

    def _initialize(self, params: types.InitializeParams) -> None:
        offered = params.capabilities.general and params.capabilities.general.position_encodings
        known = [str(getattr(each, "value", each)) for each in offered or ()]
        self.documents.encoding = next((e for e in _ENCODINGS if e in known), "utf-16")
        self.initialized = True
        if params.process_id is not None:
            end_with(params.process_id)
        diagnostics.begin(self, params.capabilities)

    def _watch(self, _: types.InitializedParams) -> None:
        """Asks to be told of changes on the disk, where the client can."""
        workspace = self.client_capabilities.workspace
        watching = workspace and workspace.did_change_watched_files
        if not (watching and watching.dynamic_registration):
            return
        watchers = [types.FileSystemWatcher(glob) for glob in ("**/*.seg", "**/segql.toml")]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        wanted = types.Registration(id="segql-files", method=method, register_options=options)
        self.client_register_capability(types.RegistrationParams([wanted]), lambda _: None)

    def _files_changed(self, _: Any) -> None:
        diagnostics.changed(self)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """What goes wrong is for the log: a message box at every keystroke helps nobody."""
        log.error("%s", error)
