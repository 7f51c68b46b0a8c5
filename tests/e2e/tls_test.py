# SPDX-License-Identifier: Apache-2.0
"""wss://: wsproofd, the suite, and clients that nobody here wrote, with each other over TLS."""

import asyncio
import datetime
import ipaddress
import json
import os
import pathlib
import signal
import socket
import ssl
import sys
import tempfile
import unittest
import urllib.request

import process
import websockets
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TARGET = 3
OK = ("OK", "OK")
DAY = datetime.timedelta(days=1)


def write_pair(folder, name, first, last, hosts):
    """A self-signed pair as two PEM files, valid from now + first to now + last."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.utcnow()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + first)
        .not_valid_after(now + last)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = pathlib.Path(folder) / f"{name}.crt", pathlib.Path(folder) / f"{name}.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


LOOPBACK = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]


class Tls(process.WithServers, unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=os.environ.get("WSPROOF_TEST_DIR"))
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def self_signed(self, *flags):
        self.certificate = self.folder / "made.crt"
        return self.daemon("--tls-self-signed", "--tls-save-cert", self.certificate, *flags)

    def with_pair(self, name, first, last, hosts):
        self.certificate, key = write_pair(self.folder, name, first, last, hosts)
        return self.daemon("--tls-cert", self.certificate, "--tls-key", key)

    def context(self):
        return ssl.create_default_context(cafile=str(self.certificate))

    def connected(self, daemon):
        connection = socket.create_connection(("127.0.0.1", daemon.port), process.PATIENCE)
        self.addCleanup(connection.close)
        return connection

    def expect_end(self, connection):
        """All that still arrives; the end must come, in whichever way."""
        received = b""
        try:
            while octets := connection.recv(65536):
                received += octets
        except ConnectionResetError:
            pass
        return received

    def prove(self, url, *words):
        return process.run(process.WSPROOF, "server", url, *words, timeout=300)

    def expect_echo(self, daemon, context, message="through TLS"):
        async def talk():
            async with websockets.connect(
                daemon.ws(), ssl=context, max_size=None, open_timeout=process.PATIENCE
            ) as client:
                await client.send(message)
                self.assertEqual(await client.recv(), message)
                return client.transport.get_extra_info("ssl_object").version()

        return asyncio.run(asyncio.wait_for(talk(), process.PATIENCE))

    def test_the_whole_catalogue(self):
        daemon = self.self_signed()
        report = self.folder / "report"
        done = self.prove(
            daemon.ws(), "--ca", self.certificate, "--report-dir", report, "--deadline", 240,
            "--messages", 2, *process.PATIENT
        )
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr)
        index = json.loads((report / "index.json").read_text())
        (cases,) = index.values()
        self.assertEqual(len(cases), 517)
        self.assertLessEqual(
            {it["behavior"] for it in cases.values()}, {"OK", "INFORMATIONAL", "UNIMPLEMENTED"}
        )

    def listen(self, *flags):
        """wsproof client that waits for clients, and its wss:// URL."""
        waiting = process.Process(
            process.WSPROOF, "client", *flags, "--listen", "127.0.0.1:0",
            "--report-dir", self.folder / "report",
        )  # fmt: skip
        self.addCleanup(waiting.end)
        return waiting, waiting.wait_for_line(r"listening on (wss://127\.0\.0\.1:\d+)$")[1]

    def test_the_whole_catalogue_with_a_client(self):
        waiting, url = self.listen("--tls-self-signed", "--messages", 2, *process.PATIENT)
        done = process.run(process.WSTEST, "-m", "testeeclient", "-w", url, "-i", "ours",
                           timeout=2 * process.PATIENCE)
        self.assertEqual(done.returncode, 0, done)
        waiting.signal(signal.SIGINT)
        self.assertEqual(waiting.wait(), 0, waiting.lines)
        cases = json.loads((self.folder / "report/index.json").read_text())["ours"]
        self.assertGreaterEqual(len(cases), 517)
        others = {id for id, it in cases.items() if (it["behavior"], it["behaviorClose"]) != OK}
        self.assertEqual(others, {"7.1.6", "7.13.1", "7.13.2"})

    def test_clients_that_nobody_here_wrote(self):
        made = self.folder / "made.crt"
        pair = write_pair(self.folder, "pair", -DAY, DAY, LOOPBACK)
        for trusted, flags in [
            (made, ["--tls-self-signed", "--tls-save-cert", made]),
            (pair[0], ["--tls-cert", pair[0], "--tls-key", pair[1]]),
        ]:
            waiting, url = self.listen("1.1.*", *flags)
            context = ssl.create_default_context(cafile=str(trusted))
            page = waiting.wait_for_line(r"a browser opens (https://\S+/)$")[1]
            with urllib.request.urlopen(page, context=context) as answer:
                self.assertIn(b"<html", answer.read())

            async def talk(resource, url=url, context=context):
                async with websockets.connect(url + resource, ssl=context) as client:
                    async for message in client:
                        await client.send(message)

            for case in range(1, 9):
                asyncio.run(talk(f"/runCase?case={case}&agent=python"))
            asyncio.run(talk("/updateReports?agent=python&shutdownOnComplete=true"))
            self.assertEqual(waiting.wait(), 0, waiting.lines)
            cases = json.loads((self.folder / "report/index.json").read_text())["python"]
            self.assertEqual({it["behavior"] for it in cases.values()}, {"OK"})
            self.assertEqual(len(cases), 8)

    def test_a_client_that_is_started_runs_over_tls(self):
        script = (
            "import asyncio, ssl, sys, websockets\n"
            "async def talk():\n"
            "    context = ssl.create_default_context(cafile=sys.argv[2])\n"
            "    async with websockets.connect(sys.argv[1], ssl=context) as client:\n"
            "        async for message in client: await client.send(message)\n"
            "asyncio.run(talk())\n"
        )
        made = self.folder / "made.crt"
        done = process.run(
            process.WSPROOF, "client", "1.1.1", "7.1.1", "--tls-self-signed", "--tls-save-cert",
            made, "--", sys.executable, "-c", script, "{url}", made,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done)

    def test_python_in_both_versions(self):
        daemon = self.self_signed()
        for version in [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]:
            context = self.context()
            context.minimum_version = context.maximum_version = version
            self.assertEqual(self.expect_echo(daemon, context), version.name.replace("_", "."))
            self.expect_echo(daemon, context, bytes(range(256)) * 16384)

    def test_versions_before_1_2_are_refused(self):
        daemon = self.self_signed()
        context = self.context()
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
        with self.assertRaises(ssl.SSLError):
            self.expect_echo(daemon, context)

    def test_a_pair_from_files(self):
        daemon = self.with_pair("good", -DAY, DAY, LOOPBACK)
        self.expect_echo(daemon, self.context())
        done = self.prove(daemon.ws(), "1.1.1", "--ca", self.certificate)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def expect_failure(self, pattern, url, *words):
        done = self.prove(url, "1.1.*", *words)
        self.assertEqual(done.returncode, TARGET, done.stdout + done.stderr)
        self.assertRegex(" ".join(done.stdout.split()), pattern)

    def test_untrusted(self):
        daemon = self.self_signed()
        self.expect_failure("certificate is not trusted: self.signed certificate", daemon.ws())
        # Waiting for the server to come up does not help, so it is not done.
        self.expect_failure("--insecure takes any", daemon.ws(), "--wait-for", 3600)
        done = self.prove(daemon.ws(), "1.1.1", "--insecure")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_for_another_host(self):
        daemon = self.with_pair("other", -DAY, DAY, [x509.DNSName("example.org")])
        self.expect_failure(
            "certificate is not for 127.0.0.1 but for example.org",
            daemon.ws(), "--ca", self.certificate,
        )  # fmt: skip
        done = self.prove(
            daemon.ws(), "1.1.1", "--ca", self.certificate, "--sni", "example.org"
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_expired_and_not_yet_valid(self):
        daemon = self.with_pair("old", -2 * DAY, -DAY, LOOPBACK)
        self.expect_failure(
            "certificate has expired: it was valid until", daemon.ws(), "--ca", self.certificate
        )
        daemon = self.with_pair("early", DAY, 2 * DAY, LOOPBACK)
        self.expect_failure(
            "certificate is not valid yet", daemon.ws(), "--ca", self.certificate
        )

    def test_a_server_that_does_not_speak_tls(self):
        daemon = self.daemon()
        self.expect_failure(
            "the peer does not speak TLS", f"wss://{daemon.authority}/", "--insecure"
        )

    def test_a_client_that_does_not_speak_tls(self):
        daemon = self.self_signed()
        connection = self.connected(daemon)
        connection.sendall(b"GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertNotIn(b"HTTP", self.expect_end(connection))
        self.expect_failure("speaks TLS: its URL is wss://", f"ws://{daemon.authority}/")
        self.expect_echo(daemon, self.context())

    def test_a_slow_handshake_meets_the_deadline(self):
        daemon = self.self_signed("--handshake-timeout", "50ms")
        for beginning in [b"", b"\x16", b"\x16\x03\x01\x02\x00\x01\x00"]:
            connection = self.connected(daemon)
            connection.sendall(beginning)
            self.assertEqual(self.expect_end(connection), b"")

    def test_a_cut_without_close_notify(self):
        daemon = self.self_signed()
        for _ in range(3):
            connection = self.connected(daemon)
            secure = self.context().wrap_socket(
                connection, server_hostname="localhost", suppress_ragged_eofs=False
            )
            secure.sendall(
                b"GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            self.assertTrue(secure.recv(65536).startswith(b"HTTP/1.1 101 "))
            os.close(secure.detach())
        self.expect_echo(daemon, self.context())

    def test_the_end_is_told_with_close_notify(self):
        daemon = self.self_signed()
        secure = self.context().wrap_socket(
            self.connected(daemon), server_hostname="localhost", suppress_ragged_eofs=False
        )
        self.addCleanup(secure.close)
        secure.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        page = b""
        # A cut would be an SSLEOFError here.
        while octets := secure.recv(65536):
            page += octets
        self.assertIn(b"<html", page)

    def test_says_what_is_wrong_with_the_flags(self):
        certificate, key = write_pair(self.folder, "good", -DAY, DAY, LOOPBACK)
        _, other = write_pair(self.folder, "other", -DAY, DAY, LOOPBACK)
        for pattern, flags in [
            ("--tls-cert needs --tls-key", ["--tls-cert", certificate]),
            ("--tls-key needs --tls-cert", ["--tls-key", key]),
            ("nowhere: cannot be read", ["--tls-cert", certificate, "--tls-key", "nowhere"]),
            ("not a certificate in PEM", ["--tls-cert", key, "--tls-key", key]),
            ("the key is not that of", ["--tls-cert", certificate, "--tls-key", other]),
            ("gives? others", ["--tls-self-signed", "--tls-cert", certificate, "--tls-key", key]),
            ("--tls-save-cert is for", ["--tls-save-cert", "x"]),
        ]:
            done = process.run(process.WSPROOFD, *flags)
            self.assertEqual(done.returncode, 2, done)
            self.assertRegex(done.stderr, r"\Awsproofd: [^\n]*" + pattern + r"[^\n]*\n\Z")
        for pattern, flags in [
            ("--ca is about TLS", ["ws://localhost/", "--ca", certificate]),
            ("nowhere: cannot be read", ["wss://localhost/", "--ca", "nowhere"]),
            ("no certificates in PEM", ["wss://localhost/", "--ca", key]),
        ]:
            done = process.run(process.WSPROOF, "server", *flags)
            self.assertEqual(done.returncode, 2, done)
            self.assertRegex(done.stderr, r"\Awsproof: [^\n]*" + pattern + r"[^\n]*\n\Z")
        for pattern, flags in [
            ("--tls-cert needs --tls-key", ["--tls-cert", certificate]),
            ("--tls-key needs --tls-cert", ["--tls-key", key]),
            ("nowhere: cannot be read", ["--tls-cert", certificate, "--tls-key", "nowhere"]),
            ("gives? others", ["--tls-self-signed", "--tls-cert", certificate, "--tls-key", key]),
            ("--tls-save-cert is for", ["--tls-save-cert", "x"]),
            ("cannot write /nowhere/x", ["--tls-self-signed", "--tls-save-cert", "/nowhere/x"]),
        ]:
            done = process.run(process.WSPROOF, "client", *flags, "--listen", "127.0.0.1:0")
            self.assertEqual(done.returncode, 2, done)
            self.assertRegex(done.stderr, r"\Awsproof: [^\n]*" + pattern + r"[^\n]*\n\Z")


if __name__ == "__main__":
    unittest.main()
