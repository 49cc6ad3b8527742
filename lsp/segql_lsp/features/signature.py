"""How the function around the cursor is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from segql.ide.signature import signature
from segql_lsp import convert

if TYPE_CHECKING:
    from segql_lsp.server import Server

OPTIONS = types.SignatureHelpOptions(trigger_characters=["("], retrigger_characters=[","])


def answer(server: Server, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    snapshot, offset = convert.asked(server.documents, params)
    found = signature(snapshot, offset)
    if found is None:
        return None
    # An argument is told by its text, not by its place in the label: not every client can take places.
    arguments = [types.ParameterInformation(found.usage[start:end]) for start, end in found.arguments]
    document = server.client_capabilities.text_document
    known = document and document.signature_help and document.signature_help.signature_information
    meaning = convert.prose(found.meaning, known and known.documentation_format)
    shown = types.SignatureInformation(found.usage, documentation=meaning, parameters=arguments)
    return types.SignatureHelp([shown], active_signature=0, active_parameter=found.active)
