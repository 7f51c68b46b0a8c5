# SPDX-License-Identifier: Apache-2.0
"""index.html of a report folder, opened from its file in a real browser."""

import asyncio
import json
import os
import pathlib
import shutil
import tempfile
import unittest

import browser
import process

CHROMIUM = shutil.which("chromium")
# Ends the element that it stands in, and would say so in the title.
MARKUP = "</script><img src=x onerror=\"document.title='run'\"><b>bold</b>"
SHOWN = "[...document.querySelectorAll('.case:not([hidden]) .id')].map((it) => it.textContent)"


def spoil(value, key=""):
    """Markup wherever a peer could have put some."""
    if isinstance(value, dict):
        return {name: spoil(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [spoil(one, key) for one in value]
    peers = ("agent", "target", "rerun", "happened", "close_happened", "sentence", "end_reason",
             "octets", "unit", "response_head", "peer_name", "difference")
    return value + MARKUP if key in peers and isinstance(value, str) else value


@unittest.skipUnless(CHROMIUM, "Chromium is not installed")
class HtmlReport(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        daemon = process.Daemon()
        cls.addClassCleanup(daemon.end)
        faulty, url = process.peer("faulty_ignores_errors.py")
        cls.addClassCleanup(faulty.end)
        process.run(process.WSPROOF, "server", daemon.ws(), url, "1", "5", "7.1", "--agent", "good",
                    "--agent", "careless", "--report-dir", cls.folder)

    async def asyncSetUp(self):
        self.browser = await browser.Browser().start(CHROMIUM)
        self.addAsyncCleanup(self.browser.end)

    async def open(self, file="index.html", fragment="", **options):
        tab = await self.browser.open(f"file://{self.folder / file}{fragment}", **options)
        await tab.wait_until("document.readyState === 'complete' && !!document.querySelector('.case')")
        return tab

    async def show(self, tab, name):
        """Keeps a picture for a person to look at."""
        folder = os.environ.get("WSPROOF_TEST_DIR")
        if folder:
            await tab.screenshot(os.path.join(folder, name))

    async def test_shows_first_what_went_wrong_and_filters(self):
        tab = await self.open()
        verdicts = {
            agent["agent"]: {one["id"]: one["verdict"] for one in agent["results"]}
            for agent in json.loads((self.folder / "wsproof.json").read_text("utf-8"))["agents"]
        }
        ids = list(verdicts["good"])
        wrong = [it for it in ids if verdicts["careless"][it] in ("FAIL", "NON-STRICT")]
        self.assertEqual(await tab.value(SHOWN), wrong)
        await tab.click("#shown button")
        self.assertEqual(await tab.value(SHOWN), ids)
        await tab.click("#search")
        await tab.type("5.9")
        await tab.wait_until(f"{SHOWN}.join() === '5.9'")
        await tab.click("#shown button")
        # A cell of the matrix: the family and the endpoint.
        await tab.click("#matrix tbody tr:nth-child(2) td:nth-child(3) button")
        await tab.wait_until(f"{SHOWN}.every((it) => it.startsWith('5.'))")
        self.assertEqual(await tab.value("document.querySelector('#family').value"),
                         "5 Fragmentation")
        self.assertEqual(await tab.value("document.querySelector('#agent').value"), "1")
        self.assertEqual(tab.complaints, [])
        await self.show(tab, "filtered.png")

    async def test_says_what_an_endpoint_did_not_run(self):
        stored = json.loads((self.folder / "wsproof.json").read_text("utf-8"))
        good, careless = stored["agents"]
        good["results"] = [one for one in good["results"] if one["id"].startswith("1.")]
        careless["end"], careless["end_reason"] = "died", "the server died during the run"
        for one in careless["results"]:
            if one["id"].startswith("7."):
                one.update(verdict="FAIL", ran=False)
        other = self.folder / "other.json"
        other.write_text(json.dumps(stored), "utf-8")
        page = process.run(process.WSPROOF, "report", other, "--format", "html")
        self.assertEqual(page.returncode, 1, page.stderr)
        (self.folder / "other.html").write_text(page.stdout, "utf-8")
        tab = await self.open("other.html", width=1200, height=1400)
        cell = "document.querySelector('#matrix tbody tr:nth-child({}) td:nth-child({})').innerText"
        self.assertEqual(await tab.value(cell.format(2, 2)), "not in this run")
        self.assertRegex(await tab.value(cell.format(3, 3)), r"\A(\d+) of \1 not run\Z")
        await tab.value("document.querySelector('#case-5\\\\.9 .head').click()")
        text = await tab.value("document.querySelector('#case-5\\\\.9').innerText")
        self.assertIn("not in this run", text)
        self.assertIn("NOT RUN", await tab.value("document.querySelector('#cases').innerText"))
        self.assertEqual(tab.complaints, [])
        await self.show(tab, "other.png")

    async def test_a_case_opens_with_its_timeline(self):
        tab = await self.open(width=1200, height=1400)
        await tab.click("#case-5\\.9 .head")
        await tab.wait_until("document.querySelectorAll('#case-5\\\\.9 .timeline').length === 2")
        text = await tab.value("document.querySelector('#case-5\\\\.9').innerText")
        for words in ("MUST, RFC 6455 5.4", "acceptable", "happened", "Autobahn",
                      "wsproof server ws://", "continuation"):
            self.assertIn(words, text)
        for way in ("out", "in"):
            self.assertGreater(
                await tab.value(f"document.querySelectorAll('#case-5\\\\.9 li.{way} svg').length"), 0)
        self.assertEqual(tab.complaints, [])
        await self.show(tab, "case.png")
        await tab.click("#case-5\\.9 .head")
        await tab.wait_until("document.querySelectorAll('.timeline').length === 0")

    async def test_an_address_names_a_case(self):
        tab = await self.open(fragment="#1.1.1", width=390, height=844, touch=True)
        await tab.wait_until("document.querySelectorAll('#case-1\\\\.1\\\\.1 .timeline').length === 2")
        await self.show(tab, "phone.png")

    async def test_nothing_is_wider_than_the_screen(self):
        for width in (360, 390, 1200):
            tab = await self.open(fragment="#5.9", width=width, height=900, touch=width < 1000)
            await tab.wait_until("!!document.querySelector('.timeline')")
            self.assertLessEqual(await tab.value("document.documentElement.scrollWidth"), width)

    async def test_is_readable_in_the_dark(self):
        tab = await self.open(fragment="#5.9", width=1200, height=1400)
        await tab.call("Emulation.setEmulatedMedia",
                       features=[{"name": "prefers-color-scheme", "value": "dark"}])
        # Light letters on a dark ground: sums of red, green and blue.
        light = ("(name) => getComputedStyle(document.body)[name].match(/\\d+/g).slice(0, 3)"
                 ".reduce((sum, it) => sum + Number(it), 0)")
        self.assertLess(await tab.value(f"({light})('backgroundColor')"), 150)
        self.assertGreater(await tab.value(f"({light})('color')"), 600)
        await self.show(tab, "dark.png")

    async def test_markup_of_a_peer_stays_text(self):
        stored = json.loads((self.folder / "wsproof.json").read_text("utf-8"))
        spoilt = self.folder / "spoilt.json"
        spoilt.write_text(json.dumps(spoil(stored)), "utf-8")
        page = process.run(process.WSPROOF, "report", spoilt, "--format", "html",
                           "--exit-zero")
        self.assertEqual(page.returncode, 0, page.stderr)
        (self.folder / "spoilt.html").write_text(page.stdout, "utf-8")
        tab = await self.open("spoilt.html", width=390, height=844, touch=True)
        await tab.value("document.querySelectorAll('.head').forEach((it) => it.click())")
        await tab.wait_until("document.querySelectorAll('.timeline').length > 20")
        self.assertIn("<b>bold</b>", await tab.value("document.body.innerText"))
        self.assertEqual(await tab.value("document.querySelectorAll('img').length"), 0)
        bold = "[...document.querySelectorAll('b')].filter((it) => it.textContent === 'bold').length"
        self.assertEqual(await tab.value(bold), 0)
        self.assertNotEqual(await tab.value("document.title"), "run")
        self.assertLessEqual(await tab.value("document.documentElement.scrollWidth"), 390)
        self.assertEqual(tab.complaints, [])


if __name__ == "__main__":
    unittest.main()
