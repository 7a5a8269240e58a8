"""The stand-ins run in a thread and as a process of their own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from sandbox.server import Handle, start, start_process


def test_a_thread_serves_until_it_is_stopped() -> None:
    handle = start()
    assert requests.get(handle.url, timeout=5).status_code == 200
    handle.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(handle.url, timeout=5)


def test_a_taken_port_is_told() -> None:
    handle = start()
    with pytest.raises(OSError, match="in use"):
        start(handle.port)
    handle.stop()


def test_a_process_serves_with_the_token_given_and_ends() -> None:
    handle = start_process(token="mine")
    me = requests.get(f"{handle.url}/api/v2/users/me", headers={"Authorization": "Bearer mine"}, timeout=5)
    handle.stop()
    assert (me.status_code, handle.process.returncode) == (200, 0)


def test_writers_at_the_same_time_lose_nothing(served: Handle) -> None:
    requests.post(f"{served.url}/_sandbox/tickets", json={"subject": "x", "text": "y"}, timeout=5)
    requests.post(f"{served.url}/_sandbox/limits", json={"ticket_updates": 0}, timeout=5)

    def tag(number: int) -> int:
        path = f"{served.url}/api/v2/tickets/1/tags"
        headers = {"Authorization": "Bearer test-token"}
        return requests.put(path, json={"tags": [f"t{number}"]}, headers=headers, timeout=5).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tag, range(40))) == {200}
    assert len(served.account.tickets[1].tags) == 40
    stamps = [one.created_at for one in served.account.tickets[1].audits]
    assert len(stamps) == 41
