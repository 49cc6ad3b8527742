from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lsp.client import PULLS, PUSHED, Client, server


@pytest.fixture
def pulling() -> Iterator[Client]:
    """An editor that asks for diagnostics, as VS Code does."""
    with server() as (_, client):
        client.start(PULLS)
        yield client


@pytest.fixture
def pushed() -> Iterator[Client]:
    """An editor that is sent diagnostics, as older ones are."""
    with server() as (_, client):
        client.start(PUSHED)
        yield client
