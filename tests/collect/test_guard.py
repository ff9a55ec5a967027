"""What must never be reached is not reached, however it is spelled; and proxies are used as the environment says."""

from __future__ import annotations

import asyncio
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect import guard
from pipeline.collect.proxies import proxy_for
from pipeline.errors import BlockedAddress, ConnectError, DnsError
from pipeline.web.ip import is_public, literal

PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "0x7f.1", "0", "0.0.0.0", "10.1.2.3", "172.16.0.1",
    "192.168.0.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:db8::1]", "[3fff::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fec0::1]",
    "[ff02::1]", "[5f00::1]", "localhost", "LOCALHOST", "localhost.", "www.localhost", "printer.local", "db.internal", "nas.home.arpa",
    "127.0.0.1.", "①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1", "ⓛocalhost",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_addresses_of_this_machine_and_its_networks_are_known_in_every_spelling(host):
    with pytest.raises(BlockedAddress):
        guard.check(f"http://{host}:8080/feed")


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "[2a00:1450:4001:800::200e]", "adda.se", "localhost.example.se", "local.se", "internal.se"]
)
def test_addresses_of_the_public_web_are_let_through(host):
    assert guard.check(f"https://{host}/") is None


@given(st.ip_addresses(v=4), st.sampled_from(["{0}", "0x{0:x}", "0{0:o}"]))
def test_a_number_is_the_address_that_a_connection_would_be_made_to(address, spelling):
    assert address == literal(spelling.format(int(address)))


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:0:0", "64:ff9b::"]))
def test_an_address_within_an_address_is_judged_by_it(address, prefix):
    outer = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | int(address))

    assert is_public(address) == is_public(outer)


def watch(**table):
    def lookup(host):
        if host not in table:
            raise OSError(-2, "Name or service not known")
        return [ipaddress.ip_address(each) for each in table[host].split()]

    return guard.Guard(allow_private=False, lookup=lookup)


def test_of_the_addresses_of_a_name_only_public_ones_are_connected_to():
    assert ["8.8.8.8"] == [str(each) for each in asyncio.run(watch(mixed="10.0.0.1 8.8.8.8 ::1").addresses("mixed"))]


def test_a_name_with_private_addresses_alone_is_refused():
    with pytest.raises(BlockedAddress, match="inside leads to an address of this machine or of a private network"):
        asyncio.run(watch(inside="10.0.0.1 fe80::1").addresses("inside"))


def test_a_name_that_leads_nowhere_is_said_so():
    with pytest.raises(DnsError, match="the name nowhere leads nowhere"):
        asyncio.run(watch().addresses("nowhere"))


def test_a_socket_is_not_connected_to_what_was_not_checked():
    with pytest.raises(BlockedAddress):
        watch().admit("10.0.0.1")
    assert watch().admit("8.8.8.8") is None


def test_what_a_proxy_will_resolve_is_refused_where_it_is_known_to_be_private():
    with pytest.raises(BlockedAddress):
        asyncio.run(watch(inside="10.0.0.1").glance("inside"))
    assert asyncio.run(watch().glance("known-to-the-proxy-alone")) is None


PROXY = "http://proxy.example.se:3128"


@pytest.mark.parametrize(
    ("url", "environment", "proxy"),
    [
        ("http://a.se/", {}, None),
        ("http://a.se/", {"HTTP_PROXY": PROXY}, PROXY),
        ("https://a.se/", {"HTTP_PROXY": PROXY}, None),
        ("https://a.se/", {"https_proxy": PROXY}, PROXY),
        ("https://a.se/", {"ALL_PROXY": PROXY}, PROXY),
        ("http://a.se/", {"http_proxy": "proxy.example.se:3128"}, PROXY),
        ("http://a.se/", {"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"}, None),
        ("http://a.se/", {"http_proxy": PROXY, "NO_PROXY": "a.se"}, None),
        ("http://www.a.se/", {"http_proxy": PROXY, "NO_PROXY": "b.se, .a.se"}, None),
        ("http://aa.se/", {"http_proxy": PROXY, "NO_PROXY": "a.se"}, PROXY),
        ("http://a.se/", {"http_proxy": PROXY, "NO_PROXY": "a.se:8080"}, PROXY),
        ("http://a.se:8080/", {"http_proxy": PROXY, "NO_PROXY": "a.se:8080"}, None),
        ("http://a.se/", {"http_proxy": PROXY, "NO_PROXY": "*"}, None),
        ("http://10.1.2.3/", {"http_proxy": PROXY, "NO_PROXY": "10.0.0.0/8"}, None),
        ("http://[fd00::1]/", {"http_proxy": PROXY, "NO_PROXY": "fd00::/8"}, None),
        ("http://11.1.2.3/", {"http_proxy": PROXY, "NO_PROXY": "10.0.0.0/8"}, PROXY),
        ("http://xn--hllbar-iua.se/", {"http_proxy": PROXY, "NO_PROXY": "hållbar.se"}, None),
    ],
)  # fmt: skip
def test_a_request_goes_through_the_proxy_that_the_environment_names(url, environment, proxy):
    assert proxy == proxy_for(url, environment)


@pytest.mark.parametrize("value", ["socks5://p:1080", "http://", "file:///etc"])
def test_a_proxy_that_cannot_be_used_is_named_by_its_variable_alone(value):
    with pytest.raises(ConnectError) as caught:
        proxy_for("http://a.se/", {"http_proxy": value})

    assert "the proxy that http_proxy names can't be used: it has to be http://HOST:PORT" == caught.value.message
    assert "Correct the environment variable http_proxy, or unset it." == caught.value.hint
