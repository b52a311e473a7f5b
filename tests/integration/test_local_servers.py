"""The private RabbitMQ node, the private PostgreSQL cluster and the browser that every other test relies on."""

import os
import subprocess
import sys
from pathlib import Path

import kombu
import pytest
import sqlalchemy as sa

from deploy.local.accounts import own_directory, server_account
from deploy.local.errors import DirectoryInUseError, ServerCommandError, ServerStartError
from deploy.local.ports import accepts, free_ports
from deploy.local.postgres import PrivateCluster
from deploy.local.rabbitmq import PrivateBroker
from deploy.local.reachable_directories import remove_abandoned
from shared.testing.server_slots import ServerSlot

PROJECT = Path(__file__).resolve().parents[2]


def publish_and_read(uri: str, queue_name: str = "letters") -> str:
    with kombu.Connection(uri, connect_timeout=5) as connection:
        queue = connection.SimpleQueue(queue_name)
        queue.put("xin chào")
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
        return message.payload


def write_row(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE facts (fact text)"))
        connection.execute(sa.text("INSERT INTO facts VALUES ('đã ghi')"))
    engine.dispose()


def read_rows(url: str) -> list[str]:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        rows = list(connection.execute(sa.text("SELECT fact FROM facts")).scalars())
    engine.dispose()
    return rows


@pytest.fixture
def second_place(server_slot: ServerSlot) -> Path:
    return server_slot.fresh_directory("second")


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


class TestPrivateBroker:
    def test_each_test_gets_a_virtual_host_of_its_own(self, amqp_uri: str, broker: PrivateBroker) -> None:
        assert publish_and_read(amqp_uri) == "xin chào"
        assert amqp_uri != broker.amqp_uri

    def test_it_listens_on_loopback_only(self, broker: PrivateBroker) -> None:
        ports = {broker.port, broker.identity.distribution_port, broker.identity.epmd_port}
        listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        addresses = {
            entry[1].partition(":")[0]
            for entry in listening
            if entry[3] == "0A" and int(entry[1].partition(":")[2], 16) in ports
        }
        assert addresses == {"0100007F"}

    def test_no_guest_can_log_in(self, broker: PrivateBroker) -> None:
        connection = kombu.Connection(broker.uri(user="guest", password="guest"), connect_timeout=5)
        with pytest.raises(Exception, match=r"ACCESS_REFUSED|Socket closed|403"):
            connection.connect()
        connection.release()

    def test_a_user_may_only_do_what_it_was_permitted(self, broker: PrivateBroker) -> None:
        uri = broker.add_user("agency-hub", "secret", permissions=("", "qms\\.intake", ""))
        with kombu.Connection(uri, connect_timeout=5) as connection:
            connection.connect()
            with pytest.raises(Exception, match="ACCESS_REFUSED"):
                connection.SimpleQueue("forbidden")

    def test_a_refused_command_is_an_error(self, broker: PrivateBroker) -> None:
        with pytest.raises(ServerCommandError):
            broker.evaluate("exit(no_such_thing)")

    def test_a_killed_node_comes_back_on_the_same_port_with_its_messages(self, own_broker: PrivateBroker) -> None:
        uri, pid = own_broker.amqp_uri, own_broker.pid
        with kombu.Connection(uri, transport_options={"confirm_publish": True}) as connection:
            queue = connection.SimpleQueue("kept")
            queue.put("còn đây")
            queue.close()
        own_broker.kill9()
        assert own_broker.pid is None
        assert own_broker.start() == uri
        assert own_broker.pid != pid
        with kombu.Connection(uri) as connection:
            assert connection.SimpleQueue("kept").get(timeout=5).payload == "còn đây"
        own_broker.stop()
        own_broker.wipe()
        own_broker.start()
        with kombu.Connection(uri) as connection:
            assert connection.SimpleQueue("kept").qsize() == 0

    def test_stopping_leaves_no_process_behind(self, second_place: Path, broker: PrivateBroker) -> None:
        with PrivateBroker(second_place) as second:
            assert publish_and_read(second.amqp_uri) == "xin chào"
            ports = (second.port, second.identity.epmd_port)
            if os.geteuid() == 0:
                assert owner_of(second.pid) != 0
        assert [port for port in ports if accepts(port)] == []
        assert broker.pid is not None
        assert accepts(broker.port)

    def test_a_directory_has_one_owner(self, broker: PrivateBroker) -> None:
        with pytest.raises(DirectoryInUseError, match="another running process"):
            PrivateBroker(broker.directory).start()

    def test_a_running_node_is_not_wiped(self, broker: PrivateBroker) -> None:
        with pytest.raises(ServerCommandError, match="cannot be wiped"):
            broker.wipe()

    def test_a_taken_port_is_refused_and_not_mistaken_for_the_own_node(
        self, second_place: Path, broker: PrivateBroker
    ) -> None:
        taken = PrivateBroker(second_place, port=broker.port)
        with pytest.raises(ServerStartError, match="in use by another program"):
            taken.start()
        assert taken.pid is None

    def test_a_failed_start_shows_the_end_of_the_log(self, second_place: Path) -> None:
        hurried = PrivateBroker(second_place)
        with pytest.raises(ServerStartError, match=r"RabbitMQ was not ready after 1 s\n +.*\w") as failure:
            hurried.start(seconds=1)
        assert "node.log" in failure.value.hint
        assert hurried.pid is None


class TestPrivateCluster:
    def test_it_is_durable_and_on_loopback(self, postgres_cluster: PrivateCluster) -> None:
        settings = "fsync", "synchronous_commit", "full_page_writes", "listen_addresses"
        values = [postgres_cluster.execute(f"SHOW {name}").strip() for name in settings]
        assert values == ["on", "on", "on", "127.0.0.1"]

    def test_root_never_runs_it(self, postgres_cluster: PrivateCluster) -> None:
        assert owner_of(postgres_cluster.pid) != 0

    def test_every_test_gets_an_empty_database(self, database_url: str) -> None:
        write_row(database_url)
        assert read_rows(database_url) == ["đã ghi"]

    def test_committed_rows_survive_kill_9(self, own_postgres_cluster: PrivateCluster) -> None:
        url = own_postgres_cluster.create_database("survivor")
        write_row(url)
        own_postgres_cluster.kill9()
        own_postgres_cluster.start()
        assert read_rows(url) == ["đã ghi"]

    def test_only_the_password_opens_it(self, postgres_cluster: PrivateCluster) -> None:
        engine = sa.create_engine(sa.make_url(postgres_cluster.url()).set(password="wrong"))
        with pytest.raises(sa.exc.OperationalError, match="password authentication failed"):
            engine.connect()

    def test_database_names_are_checked(self, postgres_cluster: PrivateCluster) -> None:
        with pytest.raises(ValueError, match="not a database name"):
            postgres_cluster.create_database("x; DROP DATABASE y")

    def test_the_server_of_a_killed_owner_is_ended_by_the_next_one(self, second_place: Path) -> None:
        directory = second_place
        script = (
            "import os, sys; from pathlib import Path; from deploy.local.postgres import PrivateCluster\n"
            "cluster = PrivateCluster(Path(sys.argv[1])); cluster.start()\n"
            "print(cluster.pid, flush=True); os._exit(9)"
        )
        orphan = subprocess.run(
            [sys.executable, "-c", script, str(directory)], cwd=PROJECT, capture_output=True, text=True, check=False
        )
        pid = int(orphan.stdout)
        assert Path(f"/proc/{pid}").exists()
        with PrivateCluster(directory) as cluster:
            assert cluster.pid != pid
            assert cluster.execute("SELECT 1").strip() == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers under another account")
def test_a_directory_closed_to_the_server_account_gets_a_stand_in_that_goes_with_its_link(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    account = server_account("postgres")
    real = own_directory(closed / "cluster", account)
    assert (closed / "cluster").is_symlink()
    assert real.stat().st_uid == account.uid
    assert own_directory(closed / "cluster", account) == real
    (closed / "cluster").unlink()
    remove_abandoned()
    assert not real.exists()


def test_free_ports_are_different_and_below_the_ephemeral_range() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert max(ports) < 32768


@pytest.mark.browser
def test_the_browser_opens_a_page_in_vietnamese(browser_page) -> None:
    browser_page.set_content("<h1>Bảng toàn quốc</h1>")
    assert browser_page.locator("h1").inner_text() == "Bảng toàn quốc"
    assert browser_page.evaluate("navigator.language") == "vi-VN"
