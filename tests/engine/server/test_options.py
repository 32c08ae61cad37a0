"""What the options mean as settings, and what is refused of them."""

import re
from pathlib import Path

import pytest

from zeebe_engine import options
from zeebe_engine.generations import GENERATIONS
from zeebe_engine.options import OptionError
from zeebe_engine.settings import BasicAuth, BearerAuth, Settings, Tls


def _settings(*arguments: object) -> Settings:
    return options.settings(options.parser().parse_args(["run", *map(str, arguments)]))


def test_without_options_the_defaults_hold() -> None:
    assert _settings() == Settings()


def test_options_are_settings() -> None:
    found = _settings(
        *("--engine-version", "8.6", "--partitions", 1, "--read-lag", "250ms"),
        *("--tenants", "a,b", "--backpressure-limit", 9, "--business-id-uniqueness"),
        *("--data", "d", "--records", "r", "--host", "::1", "--snapshot-every", 7),
    )
    assert found == Settings(
        host="::1",
        data=Path("d"),
        generation=GENERATIONS["8.6"],
        partitions=1,
        read_lag=0.25,
        backpressure_limit=9,
        business_id_uniqueness=True,
        tenants=frozenset({"a", "b"}),
        records=Path("r"),
        snapshot_every=7,
    )


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    (tmp_path / "tokens").write_text("one\ntwo\n")
    basic = ("--auth", "basic", "--username", "demo", "--password-file", tmp_path / "secret")
    assert _settings(*basic).auth == BasicAuth("demo", "s3cret")
    bearer = ("--auth", "oauth", "--token-file", tmp_path / "tokens", "--audience", "zeebe")
    assert _settings(*bearer).auth == BearerAuth(frozenset({"one", "two"}), "zeebe", "")
    signed = ("--auth", "oauth", "--secret-file", tmp_path / "secret")
    assert _settings(*signed).auth == BearerAuth(frozenset(), "", "s3cret")


def test_tls_is_a_pair_of_files() -> None:
    pair = ("--tls-cert", "c", "--tls-key", "k")
    assert _settings(*pair).tls == Tls(Path("c"), Path("k"))
    assert _settings(*pair, "--client-ca", "a").tls == Tls(Path("c"), Path("k"), Path("a"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--tls-key", "k"), "both --tls-cert and --tls-key"),
        (("--client-ca", "a"), "both --tls-cert and --tls-key"),
        (("--auth", "basic"), "needs --username and --password-file"),
        (("--auth", "oauth"), "needs --token-file or --secret-file"),
        (("--auth", "oauth", "--token-file", "/missing"), "/missing cannot be read"),
        (("--auth", "oauth", "--token-file", "/dev/null"), "/dev/null is empty"),
    ],
)
def test_what_does_not_go_together_is_told(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        _settings(*arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--engine-version", "7.0"), "invalid choice: '7.0' (choose from"),
        (("--grpc-port", "70000"), "'70000' is no number from 0 to 65535"),
        (("--partitions", "0"), "'0' is no number from 1 to"),
        (("--read-lag", "soon"), "'soon' is no duration, as 500ms, 2s or 1m"),
        (("--read-lag", "-1s"), "expected one argument. See zeebe-engine run --help."),
    ],
)
def test_a_value_that_is_none_is_told(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(OptionError, match=re.escape(words)):
        _settings(*arguments)
