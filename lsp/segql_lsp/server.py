"""What is offered: one table from requests to the features that answer them, and the life of a session.

pygls carries the messages. Texts are kept by `documents`, never by pygls, and a request that cannot be understood gets
an error as its answer, which pygls would owe it for ever.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

from lsprotocol import types
from pygls import uris
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
from segql_lsp.data import Data
from segql_lsp.documents import Documents, name_of
from segql_lsp.features import (
    actions,
    completion,
    diagnostics,
    folding,
    formatting,
    hierarchy,
    hints,
    hover,
    lens,
    links,
    navigation,
    rename,
    selection,
    shown,
    signature,
    symbols,
    tokens,
)
from segql_lsp.parent import end_with
from segql_lsp.settings import Settings, settings
from segql_lsp.text import Encoding

log = logging.getLogger(__name__)

Answer = Callable[["Server", Any], Any]

# What is offered whatever the client: the request, what answers it, and the options that announce it.
FEATURES: tuple[tuple[str, Answer, Any], ...] = (
    (types.TEXT_DOCUMENT_COMPLETION, completion.answer, completion.OPTIONS),
    (types.COMPLETION_ITEM_RESOLVE, completion.resolve, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, actions.answer, actions.OPTIONS),
    (types.CODE_ACTION_RESOLVE, actions.resolve, None),
    (types.TEXT_DOCUMENT_HOVER, hover.answer, None),
    (types.TEXT_DOCUMENT_DEFINITION, navigation.definition, None),
    (types.TEXT_DOCUMENT_DECLARATION, navigation.definition, None),  # what is declared is defined there
    (types.TEXT_DOCUMENT_TYPE_DEFINITION, navigation.type_definition, None),
    (types.TEXT_DOCUMENT_REFERENCES, navigation.references, types.ReferenceOptions(work_done_progress=True)),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, navigation.highlight, None),
    (types.TEXT_DOCUMENT_PREPARE_RENAME, rename.prepare, None),
    (types.TEXT_DOCUMENT_RENAME, rename.answer, types.RenameOptions(prepare_provider=True, work_done_progress=True)),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, tokens.answer, tokens.OPTIONS),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, tokens.delta, tokens.OPTIONS),
    (types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, tokens.within, tokens.OPTIONS),
    (types.TEXT_DOCUMENT_CODE_LENS, lens.answer, lens.OPTIONS),
    (types.CODE_LENS_RESOLVE, lens.resolve, None),
    (types.WORKSPACE_TEXT_DOCUMENT_CONTENT, shown.answer, None),
    (types.TEXT_DOCUMENT_SIGNATURE_HELP, signature.answer, signature.OPTIONS),
    (types.TEXT_DOCUMENT_INLAY_HINT, hints.answer, None),
    (types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY, hierarchy.prepare, None),
    (types.CALL_HIERARCHY_INCOMING_CALLS, hierarchy.incoming, None),
    (types.CALL_HIERARCHY_OUTGOING_CALLS, hierarchy.outgoing, None),
    (types.TEXT_DOCUMENT_DOCUMENT_LINK, links.answer, links.OPTIONS),
    (types.WORKSPACE_WILL_RENAME_FILES, links.renamed, links.RENAMES),
    (types.TEXT_DOCUMENT_SELECTION_RANGE, selection.answer, None),
    (types.TEXT_DOCUMENT_FORMATTING, formatting.answer, None),
    (types.TEXT_DOCUMENT_RANGE_FORMATTING, formatting.within, None),
    (types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, formatting.typing, formatting.TYPING),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols.answer, None),
    (types.WORKSPACE_SYMBOL, symbols.everywhere, types.WorkspaceSymbolOptions(work_done_progress=True)),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, folding.answer, None),
)

# Commands, for any client: each takes the address of a file, the name of a segment, and maybe an engine.
COMMANDS: tuple[tuple[str, Answer], ...] = (
    (lens.COMPILE, lens.sql),
    (lens.SHOW, shown.show),
    (lens.MAP, shown.mapped),
    (lens.RUN, lens.run),
    (lens.TEST, lens.test),
)

TEXT = "segql/text"  # asked by tests and by people who look for a mistake of ours

# The first that a client offers is taken: code points and bytes need no arithmetic with surrogates.
_ENCODINGS: tuple[Encoding, ...] = ("utf-32", "utf-8", "utf-16")


class Protocol(LanguageServerProtocol):
    """pygls' protocol, save for texts, for the encoding of positions, and for what a bad request gets."""

    _server: Server

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._asked: dict[str | int, tuple[str, float]] = {}  # when requests came, while times are logged

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
        if not self._server.trace:
            super().handle_message(message)
            return
        started = perf_counter()
        if number is not None and method is not None:
            self._asked[number] = (method, started)
        super().handle_message(message)
        if number is None and method is not None:
            log.info("%s %.1f ms", method, 1000 * (perf_counter() - started))

    def _send_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        super()._send_response(msg_id, result=result, error=error)
        if msg_id in self._asked:
            method, started = self._asked.pop(msg_id)
            log.info("%s %.1f ms", method, 1000 * (perf_counter() - started))

    def _refuse(self, number: str | int, error: JsonRpcException) -> None:
        self._send_response(number, error=error.to_response_error())

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        result = yield from super().lsp_initialize(params)
        if self._server.shows and result.capabilities.workspace:  # pygls does not know it yet
            options = types.TextDocumentContentOptions([shown.SCHEME])
            result.capabilities.workspace.text_document_content = options
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
        shown.changed(self._server)

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

    def __init__(self, shared: bool = False, trace: bool = False) -> None:
        """With `shared`, other sessions run in this process, and it outlives each; with `trace`, times are logged."""
        super().__init__("segql", __version__, protocol_cls=Protocol)
        self.shared = shared
        self.trace = trace
        self.documents = Documents()
        self.diagnostics = diagnostics.State()
        self.tokens = tokens.State()
        self.data = Data()
        self.workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="segql")  # pygls' own one reads the input
        self.shown: dict[str, str] = {}  # documents of SQL that a client has, and their texts
        self.written: dict[str, str] = {}  # the last SQL of each, for as long as there is none any more
        self.shows = False  # whether this client can show them
        self.settings = Settings()
        self.initialized = False
        self.started = False
        self.exit_code = 0
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self.offer(types.INITIALIZE, Server._initialize)
        self.offer(types.INITIALIZED, Server._begin)
        self.offer(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, Server._files_changed)
        self.offer(types.TEXT_DOCUMENT_DID_SAVE, Server._files_changed)
        self.offer(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, Server._folders_changed)
        self.offer(types.WORKSPACE_DID_CHANGE_CONFIGURATION, Server._settings_changed)
        self.offer(TEXT, Server._text)
        for method, answer, options in FEATURES:
            self.offer(method, answer, options)

        for command, work in COMMANDS:
            self._command(command, work)

    def offer(self, method: str, answer: Answer, options: Any = None) -> None:
        """Answers a request from now on. What is offered before the end of `initialize` is announced."""

        def handle(params: Any) -> Any:
            return answer(self, params)

        async def handle_in_turns(params: Any) -> Any:
            return await answer(self, params)

        self.feature(method, options)(handle_in_turns if asyncio.iscoroutinefunction(answer) else handle)

    def _command(self, name: str, work: Answer) -> None:
        """A command takes whatever comes, and says itself what it needs."""

        def do(*arguments: Any) -> Any:
            return work(self, list(arguments))

        async def do_beside(*arguments: Any) -> Any:
            return await work(self, list(arguments))

        self.command(name)(do_beside if asyncio.iscoroutinefunction(work) else do)

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
        folders = [folder.uri for folder in params.workspace_folders or ()]
        single = [params.root_uri] if params.root_uri else [_uri(params.root_path)] if params.root_path else []
        self.documents.look_below(folders or single)
        workspace, window = params.capabilities.workspace, params.capabilities.window
        content, show = workspace and workspace.text_document_content, window and window.show_document
        self.shows = bool(content and show and show.support)
        self._set(_section(params.initialization_options))
        if params.process_id is not None and not self.shared:
            end_with(params.process_id)
        diagnostics.begin(self, params.capabilities)

    def _begin(self, _: types.InitializedParams) -> None:
        """Asks for settings, and to be told when they or files change, where the client can."""
        workspace = self.client_capabilities.workspace
        told = workspace and workspace.did_change_configuration
        if told and told.dynamic_registration:
            options: Any = types.DidChangeConfigurationRegistrationOptions(section="segql")
            self._register("segql-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)
        self.started = True
        self._ask_for_settings()
        watching = workspace and workspace.did_change_watched_files
        if not (watching and watching.dynamic_registration):
            return
        watchers = [types.FileSystemWatcher(glob) for glob in ("**/*.seg", "**/segql.toml")]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        self._register("segql-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)

    def _register(self, name: str, method: str, options: Any) -> None:
        wanted = types.Registration(id=name, method=method, register_options=options)
        self.client_register_capability(types.RegistrationParams([wanted]), lambda _: None)

    def _files_changed(self, _: Any) -> None:
        self.documents.look_again()
        diagnostics.changed(self)

    def _folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        gone = {name_of(folder.uri) for folder in params.event.removed}
        kept = [root for root in self.documents.roots if root not in gone]
        self.documents.look_below([*map(self.documents.uri, kept), *(folder.uri for folder in params.event.added)])
        diagnostics.changed(self)
        self._ask_for_settings()

    def _text(self, params: Any) -> dict[str, Any]:
        """The version and the hash of an open text: for those who look whether it is still that of the editor."""
        match _plain(params):
            case {"uri": str(uri)} if document := self.documents.opened.get(name_of(uri)):
                text = document.text.text.encode("utf-8", "surrogatepass")
                return {"version": document.version, "sha256": hashlib.sha256(text).hexdigest()}
            case _:
                raise JsonRpcInvalidParams("the address of an open file is needed")

    # ------------------------------------------------------------ settings

    def _settings_changed(self, params: types.DidChangeConfigurationParams) -> None:
        """Clients either send all settings, or say that there are others now, to be asked for."""
        if not self._ask_for_settings() and isinstance(params.settings, Mapping):
            self._set(_section(params.settings))

    def _ask_for_settings(self) -> bool:
        """Asks the client for the settings of the whole, and of each folder; False if it cannot be asked."""
        workspace = self.client_capabilities.workspace
        if not (workspace and workspace.configuration):
            return False
        roots = self.documents.roots
        items = [types.ConfigurationItem(section="segql")]
        items += [types.ConfigurationItem(section="segql", scope_uri=self.documents.uri(root)) for root in roots]

        def answered(found: Any) -> None:
            given = [_plain(each) for each in found] if isinstance(found, list | tuple) else []
            if given:
                self._set(given[0], dict(zip(roots, given[1:], strict=False)))

        self.workspace_configuration(types.ConfigurationParams(items), answered)
        return True

    def _set(self, whole: Any, folders: Mapping[str, Any] | None = None) -> None:
        """Takes settings over. What is wrong with them is told once, and counts as not set."""
        self.settings, wrong = settings(whole)
        found = {root: settings(given) for root, given in (folders or {}).items() if given is not None}
        self.documents.defaults = {root: each for root, (each, _) in found.items()}
        self.documents.default = self.settings
        for problem in dict.fromkeys((*wrong, *(w for _, said in found.values() for w in said))):
            log.warning("settings: %s", problem)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"SegQL: {problem}"))
        if self.started:
            diagnostics.changed(self)
            self._refresh()

    def settings_of(self, name: str) -> Settings:
        """The settings that hold for a file: those of the nearest folder of the workspace."""
        return self.documents.settings_of(name)

    def _refresh(self) -> None:
        """Has the client ask again for what it shows, where it can be told to."""
        workspace = self.client_capabilities.workspace
        if workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support:
            self.workspace_inlay_hint_refresh(None, lambda _: None)
        if workspace and workspace.code_lens and workspace.code_lens.refresh_support:
            self.workspace_code_lens_refresh(None, lambda _: None)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """What goes wrong is for the log: a message box at every keystroke helps nobody. A refusal is an answer."""
        log.log(logging.INFO if isinstance(error, JsonRpcException) else logging.ERROR, "%s", error)


def _section(given: Any) -> Any:
    """The settings under `segql`; the whole, if there is nothing of that name."""
    plain = _plain(given)
    if isinstance(plain, Mapping):
        return plain.get("segql", plain)
    return None


def _plain(given: Any) -> Any:
    """What came in a message, as mappings and lists: pygls makes objects of what it has no class for."""
    if hasattr(given, "_asdict"):
        given = given._asdict()
    if isinstance(given, Mapping):
        return {name: _plain(value) for name, value in given.items()}
    if isinstance(given, list | tuple):
        return [_plain(each) for each in given]
    return given


def _uri(path: str) -> str:
    return uris.from_fs_path(path) or path
