"""What a stranger invents becomes no label and no line of its own: methods, paths, hosts."""

import pytest
from prometheus_client import generate_latest

from sms_gateway.app import create_ops_app
from sms_gateway.metrics import METHODS, OTHER, REGISTRY
from tests.security.conftest import Serve
from tests.security.gateway.conftest import OpenApp
from tests.security.gateway.wire import request, send, status

ODD = [
    *("PUT", "PATCH", "TRACE", "CONNECT", "TRACK", "DEBUG", "LINK", "UNLINK", "PURGE", "PROPFIND"),
    *("MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "SEARCH", "REPORT", "ACL", "BIND", "QUERY", "PRI"),
    *("GETT", "GET1", "X", "A" * 200, "!", "#$%", "'", "0", "~", "*", "_GET", "GET-", "POST.", "OPTIONSS"),
]
PATHS = ["/", "/healthz", "/chat/messages", "/chat/sessions", "/sms/twilio", "/simulator", "/no-such-page"]


def _labels(name: str) -> set[str]:
    return {
        sample.labels[name]
        for metric in REGISTRY.collect()
        if metric.name == "renewal_request_seconds"
        for sample in metric.samples
        if name in sample.labels
    }


@pytest.mark.parametrize("method", ODD)
def test_an_invented_method_is_refused_and_leaves_no_label_and_no_line_of_its_own(
    client, capsys, method: str
) -> None:
    for path in PATHS:
        answer = client.open(path, method=method)
        assert answer.status_code == 405
        assert answer.json["error"]["message"]
    assert _labels("method") <= METHODS | {OTHER}
    assert f"method={method} " not in capsys.readouterr().out


@pytest.mark.parametrize("method", ["get", "Post", "GE T", "G\x00T", "GÉT", "(GET)", "GET,POST", "", "\t"])
def test_what_is_no_method_at_all_gets_an_error_of_the_servers_that_repeats_nothing(
    open_app: OpenApp, serve: Serve, method: str
) -> None:
    answer = send(serve(open_app()), f"{method} / HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert status(answer) == 400
    assert not method.strip() or method.encode() not in answer.partition(b"\r\n\r\n")[2]


def test_many_invented_methods_and_paths_do_not_make_the_metrics_grow(client) -> None:
    client.open("/a", method="FIRST")
    before = len(generate_latest(REGISTRY).splitlines())
    for number in range(200):
        client.open(f"/a{number}", method=f"M{number}")
        client.get(f"/b{number}?c={number}")
        client.get(f"/static/{number}")
    assert len(generate_latest(REGISTRY).splitlines()) - before < 100


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
@pytest.mark.parametrize(
    "path", ["/chat/sessions", "/healthz", "/static/base.css", "/nothing", "/%ff", "//a//b"]
)
def test_a_route_as_a_label_is_one_of_ours(client, method: str, path: str) -> None:
    before = set(
        _labels("route")
    )  # other tests of this process open other apps, whose rules are not mounted here
    with client.open(path, method=method):
        pass
    known = {rule.rule for rule in client.application.url_map.iter_rules()}
    ops = {rule.rule for rule in create_ops_app(client.application).url_map.iter_rules()}
    assert set(_labels("route")) - before <= known | ops | {"unknown"}


def test_an_odd_method_is_refused_on_the_operators_port_too(open_app: OpenApp) -> None:
    ops = create_ops_app(open_app()).test_client()
    assert {ops.open(path, method="PURGE").status_code for path in ("/readyz", "/metrics", "/x")} == {405}


def test_a_method_that_a_route_has_not_names_those_that_it_has(client) -> None:
    answer = client.get("/chat/sessions")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_an_odd_method_through_the_real_server_is_refused(open_app: OpenApp, serve: Serve) -> None:
    port = serve(open_app())
    for method in ("TRACE", "CONNECT", "PURGE"):
        answer = send(port, request(method, "/", b"X-Secret: echo-me"))
        assert status(answer) == 405
        assert b"echo-me" not in answer
