// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "conformance/report/escape.h"
#include "server/protocol/utf8.h"
#include "tests/conformance/sample_run.h"

namespace wsproof::conformance {
namespace {

/// Whether a terminal would show this as it is: no control character of any kind.
bool is_harmless(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    const bool is_c1 =
        octet == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (octet < 0x20 || octet == 0x7F || is_c1) {
      return false;
    }
  }
  return is_utf8(text);
}

TEST(Escape, leaves_plain_text_alone) {
  EXPECT_EQ(printable("Hello, \xce\xba\xe1\xbd\xb9!"), "Hello, \xce\xba\xe1\xbd\xb9!");
}

TEST(Escape, shows_what_could_steer_a_terminal) {
  EXPECT_EQ(printable("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(printable("a\r\n\tb"), "a\\r\\n\\tb");
  EXPECT_EQ(printable("\x7f"), "\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\u{009b}31m");
}

TEST(Escape, shows_what_could_not_be_seen) {
  EXPECT_EQ(printable("\xe2\x80\xae"), "\\u{202e}");  // right-to-left override
  EXPECT_EQ(printable("\xe2\x80\x8b"), "\\u{200b}");  // zero-width space
  EXPECT_EQ(printable("\xef\xbb\xbf"), "\\u{feff}");
}

TEST(Escape, shows_octets_that_are_not_utf8) {
  EXPECT_EQ(printable("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(printable("\xe2\x82"), "\\xe2\\x82");  // cut
}

TEST(Escape, doubles_backslashes_of_peers_but_not_ours) {
  EXPECT_EQ(printable("\\x1b"), "\\\\x1b");
  EXPECT_EQ(printable_sentence("\\x1b"), "\\x1b");
}

TEST(Escape, makes_every_octet_harmless) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      ASSERT_TRUE(is_harmless(printable(text))) << first << ' ' << second;
      ASSERT_TRUE(is_harmless(printable_sentence(text))) << first << ' ' << second;
      ASSERT_TRUE(is_harmless(preview(text, text.size(), 20))) << first << ' ' << second;
    }
  }
  EXPECT_TRUE(is_harmless(printable(kHostile)));
}

TEST(Escape, agrees_with_the_protocols_validator) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      for (const int third : {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF}) {
        const std::string text{static_cast<char>(first), static_cast<char>(second),
                               static_cast<char>(third)};
        ASSERT_EQ(is_utf8(text), !find_invalid_utf8(as_bytes(text)).has_value()) << hex(text);
        const std::string four = text + '\x80';
        ASSERT_EQ(is_utf8(four), !find_invalid_utf8(as_bytes(four)).has_value()) << hex(four);
      }
    }
  }
}

TEST(Escape, replaces_what_is_not_utf8) {
  EXPECT_EQ(utf8_or_replaced("a\xff"
                             "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(utf8_or_replaced("\xce\xba"), "\xce\xba");
}

TEST(Markup, becomes_text) {
  EXPECT_EQ(escaped_markup("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;'&amp;'&lt;/a&gt;");
}

TEST(Preview, quotes_text_and_dumps_noise) {
  EXPECT_EQ(preview("Hello", 5, 20), "\"Hello\"");
  EXPECT_EQ(preview("", 0, 20), "\"\"");
  EXPECT_EQ(preview("say \"hi\"", 8, 20), "\"say \\\"hi\\\"\"");
  EXPECT_EQ(preview(std::string("\x00\xff", 2), 2, 20), "00 ff");
}

TEST(Preview, keeps_to_its_width) {
  const std::string letters(100, 'a');
  const std::string noise(100, '\xff');
  for (std::size_t width = 12; width < 40; ++width) {
    EXPECT_LE(columns(preview(letters, letters.size(), width)), width);
    EXPECT_LE(columns(preview(noise, noise.size(), width)), width);
  }
  EXPECT_EQ(preview(letters, 100, 12), "\"aaaaaa\" ...");
  EXPECT_EQ(preview("aa", 100, 12), "\"aa\" ...");
}

TEST(Cut, counts_code_points) {
  EXPECT_EQ(columns("\xce\xba\xe1\xbd\xb9"), 2U);
  EXPECT_EQ(cut("\xce\xba\xe1\xbd\xb9", 2), "\xce\xba\xe1\xbd\xb9");
  EXPECT_EQ(cut("\xce\xba\xce\xba\xce\xba\xce\xba\xce\xba", 4), "\xce\xba...");
}

}  // namespace
}  // namespace wsproof::conformance
