# SPDX-License-Identifier: Apache-2.0
"""wsproofd's page, opened and used in a real browser."""

import asyncio
import os
import shutil
import signal
import unittest

import browser
import process

CHROMIUM = shutil.which("chromium")
MESSAGES = "[...document.querySelectorAll('#messages li span')].map((it) => it.textContent)"
OPEN = "document.querySelector('#state')?.dataset.state === 'open'"


@unittest.skipUnless(CHROMIUM, "Chromium is not installed")
class Page(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.daemon = await asyncio.to_thread(process.Daemon)
        self.addCleanup(self.daemon.end)
        self.browser = await browser.Browser().start(CHROMIUM)
        self.addAsyncCleanup(self.browser.end)

    async def open(self, **options):
        tab = await self.browser.open(self.daemon.http(), **options)
        await tab.wait_until(OPEN)
        return tab

    async def expect_messages(self, tab, messages):
        await tab.wait_until(f"{MESSAGES}.length >= {len(messages)}")
        self.assertEqual(await tab.value(MESSAGES), messages)

    async def show(self, tab, name):
        """Keeps a picture for a person to look at."""
        folder = os.environ.get("WSPROOF_TEST_DIR")
        if folder:
            await tab.screenshot(os.path.join(folder, name))

    async def test_typed_in_one_tab_seen_in_upper_case_in_the_other(self):
        first, second = await self.open(), await self.open(width=390, height=844, touch=True)
        # The field has the focus: a person can type at once.
        await first.type("hello from the first\n")
        for tab in [first, second]:
            await self.expect_messages(tab, ["HELLO FROM THE FIRST"])
        await second.click("#text")
        await second.type("and back")
        await second.click("#send")
        for tab in [first, second]:
            await self.expect_messages(tab, ["HELLO FROM THE FIRST", "AND BACK"])
            self.assertEqual(await tab.value("document.querySelector('#text').value"), "")
            self.assertEqual(tab.complaints, [])
        await self.show(first, "desktop.png")
        await self.show(second, "phone.png")

    async def test_markup_is_text(self):
        first, second = await self.open(), await self.open()
        markup = "<img src=x onerror=\"document.title='run'\"><b>bold</b>"
        await first.type(markup + "\n")
        for tab in [first, second]:
            await self.expect_messages(tab, [markup.upper()])
            markup_made = "document.querySelectorAll('#messages img, #messages b').length"
            self.assertEqual(await tab.value(markup_made), 0)
            self.assertNotIn("run", (await tab.value("document.title")).lower())
            self.assertEqual(tab.complaints, [])

    async def test_nothing_is_wider_than_the_screen(self):
        for width in [320, 390, 1280]:
            with self.subTest(width=width):
                tab = await self.open(width=width, height=700, touch=width < 1000)
                await tab.type("unbroken" * 40 + "\n")
                await tab.wait_until(f"{MESSAGES}.length > 0")
                self.assertLessEqual(await tab.value("document.documentElement.scrollWidth"), width)
                self.assertLessEqual(await tab.value("document.documentElement.scrollHeight"), 700)
                await self.show(tab, f"long-{width}.png")

    async def test_many_messages_scroll_and_the_field_stays(self):
        tab = await self.open(width=390, height=600, touch=True)
        await tab.value(
            "for (let n = 0; n < 60; ++n) { text.value = 'message ' + n; form.requestSubmit(); }"
        )
        await tab.wait_until(f"{MESSAGES}.length === 60")
        await tab.wait_until(
            "messages.scrollTop + messages.clientHeight >= messages.scrollHeight - 8"
        )
        self.assertLessEqual(
            await tab.value("document.querySelector('#send').getBoundingClientRect().bottom"), 600
        )
        await self.show(tab, "many.png")

    async def test_the_end_of_the_server_is_told(self):
        tab = await self.open(width=390, height=844, touch=True)
        self.daemon.signal(signal.SIGTERM)
        await tab.wait_until("document.querySelector('#state').dataset.state === 'closed'")
        self.assertIn("1001", await tab.value("document.querySelector('#state').textContent"))
        self.assertTrue(await tab.value("document.querySelector('#text').disabled"))
        self.assertFalse(await tab.value("document.querySelector('#connect').hidden"))
        self.assertEqual(self.daemon.wait(), 0)
        await self.show(tab, "closed.png")


if __name__ == "__main__":
    unittest.main()
