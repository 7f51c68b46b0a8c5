// SPDX-License-Identifier: Apache-2.0
// What a session sends, octet by octet.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/protocol/compression.h"
#include "server/protocol/session.h"
#include "tests/support/hex.h"
#include "tests/support/session_rig.h"

namespace wsproof {
namespace {

using test::SessionRig;
using test::to_hex;

TEST(SessionSend, ServerFramesAsInTheRfc) {
  SessionRig rig(Role::kServer);
  // RFC 6455 5.7.
  EXPECT_TRUE(rig.send("Hello"));
  EXPECT_EQ(to_hex(rig.log.take_written()), "81 05 48 65 6c 6c 6f");
  EXPECT_TRUE(rig.session.send_fragment(MessageKind::kText, as_bytes("Hel"), true, false));
  EXPECT_TRUE(rig.session.send_fragment(MessageKind::kText, as_bytes("lo"), false, true));
  EXPECT_EQ(to_hex(rig.log.take_written()), "01 03 48 65 6c 80 02 6c 6f");
  EXPECT_TRUE(rig.session.ping(as_bytes("Hello")));
  EXPECT_EQ(to_hex(rig.log.take_written()), "89 05 48 65 6c 6c 6f");
  EXPECT_TRUE(rig.session.pong({}));
  EXPECT_EQ(to_hex(rig.log.take_written()), "8a 00");
  rig.expect(
      "send text \"Hello\"\n"
      "send text+ \"Hel\"\n"
      "send ... \"lo\"\n"
      "send ping \"Hello\"\n"
      "send pong \"\"\n");
}

TEST(SessionSend, ClientFramesAreMaskedWithAFreshKeyEach) {
  SessionRig rig(Role::kClient);
  EXPECT_TRUE(rig.send("Hello"));
  EXPECT_EQ(to_hex(rig.log.take_written()), "81 85 00 01 02 03 48 64 6e 6f 6f");
  EXPECT_TRUE(rig.session.ping({}));
  EXPECT_EQ(to_hex(rig.log.take_written()), "89 80 04 05 06 07");
  EXPECT_TRUE(rig.close(1000));
  EXPECT_EQ(to_hex(rig.log.take_written()), "88 82 08 09 0a 0b 0b e1");
  rig.expect("send text \"Hello\"\nsend ping \"\"\nsend close 1000\n");
}

TEST(SessionSend, EveryLengthForm) {
  for (const Role role : {Role::kServer, Role::kClient}) {
    for (const std::size_t size :
         std::vector<std::size_t>{0, 1, 125, 126, 4'095, 4'096, 4'097, 65'535, 65'536, 200'000}) {
      SessionRig rig(role);
      const std::string payload(size, 'x');
      EXPECT_TRUE(rig.session.send(MessageKind::kBinary, as_bytes(payload)));
      rig.expect("send binary " + test::show(as_bytes(payload)) + "\n");
      EXPECT_TRUE(rig.log.between_frames());
    }
  }
}

TEST(SessionSend, ServerPayloadIsNotCopied) {
  struct Where : SessionHandler {
    const std::uint8_t* body = nullptr;
    void on_message(Session&, MessageKind, MutableBytes) override {}
    void on_write(Session&, Bytes, Bytes written) override { body = written.data(); }
    void on_shutdown(Session&) override {}
    void on_closed(Session&, const CloseInfo&) override {}
  } where;
  const SessionOptions options;
  Session session(Role::kServer, options, where, std::nullopt, Time{0});
  const std::string payload(100'000, 'x');
  session.send(MessageKind::kBinary, as_bytes(payload));
  EXPECT_EQ(where.body, as_bytes(payload).data());
}

TEST(SessionSend, FragmentsMustFitTogether) {
  for (const Role role : {Role::kServer, Role::kClient}) {
    SessionRig rig(role);
    const auto fragment = [&rig](bool first, bool last) {
      return rig.session.send_fragment(MessageKind::kBinary, as_bytes("x"), first, last);
    };
    EXPECT_FALSE(fragment(false, true));
    EXPECT_TRUE(fragment(true, true));
    EXPECT_TRUE(rig.session.may_send_message());
    EXPECT_TRUE(fragment(true, false));
    EXPECT_FALSE(rig.session.may_send_message());
    EXPECT_FALSE(fragment(true, false));
    EXPECT_FALSE(rig.send("not now"));
    EXPECT_TRUE(rig.session.ping({}));
    EXPECT_TRUE(fragment(false, false));
    EXPECT_TRUE(fragment(false, true));
    EXPECT_TRUE(rig.session.may_send_message());
    EXPECT_TRUE(rig.send("now"));
    rig.expect(
        "send binary \"x\"\n"
        "send binary+ \"x\"\n"
        "send ping \"\"\n"
        "send ...+ \"x\"\n"
        "send ... \"x\"\n"
        "send text \"now\"\n");
  }
}

TEST(SessionSend, ControlPayloadsHaveTheirLimit) {
  SessionRig rig(Role::kServer);
  const std::string longest(125, 'x');
  const std::string too_long(126, 'x');
  EXPECT_TRUE(rig.session.ping(as_bytes(longest)));
  EXPECT_TRUE(rig.session.pong(as_bytes(longest)));
  EXPECT_FALSE(rig.session.ping(as_bytes(too_long)));
  EXPECT_FALSE(rig.session.pong(as_bytes(too_long)));
  rig.expect("send ping 125 octets\nsend pong 125 octets\n");
}

TEST(SessionSend, EncodedMessageIsWhatAServerSends) {
  for (const std::size_t size : std::vector<std::size_t>{0, 5, 125, 126, 65'535, 65'536}) {
    SessionRig rig(Role::kServer);
    const std::string payload(size, 'x');
    for (const MessageKind kind : {MessageKind::kText, MessageKind::kBinary}) {
      rig.session.send(kind, as_bytes(payload));
      EXPECT_EQ(encode_message(kind, as_bytes(payload)), rig.log.take_written());
    }
  }
}

TEST(SessionSend, EncodedMessageIsCompressedWhereThatMakesItShorter) {
  const std::string payload(500, 'x');
  Compression ours(Role::kServer, {}, {});
  Compression same(Role::kServer, {}, {});
  std::vector<std::uint8_t> compressed;
  ASSERT_TRUE(same.deflate(as_bytes(payload), compressed));
  const std::string frame = encode_message(MessageKind::kText, as_bytes(payload), &ours);
  EXPECT_EQ(frame.substr(0, 2), std::string({'\xC1', static_cast<char>(compressed.size())}));
  EXPECT_EQ(frame.substr(2), as_text(compressed));

  const std::string as_it_is = encode_message(MessageKind::kText, as_bytes("short"), &ours);
  EXPECT_EQ(as_it_is, "\x81\x05short");
}

TEST(SessionSend, WithoutASourceOfItsOwnTheSecureOneIsUsed) {
  test::SessionLog log(Role::kClient);
  const SessionOptions options;
  Session session(Role::kClient, options, log, std::nullopt, Time{0});
  session.send(MessageKind::kText, as_bytes("Hello"));
  session.send(MessageKind::kText, as_bytes("Hello"));
  const std::string written = log.take_written();
  ASSERT_EQ(written.size(), 22U);
  EXPECT_NE(written.substr(2, 4), written.substr(13, 4));
  EXPECT_EQ(log.take(), "send text \"Hello\"\nsend text \"Hello\"\n");
}

}  // namespace
}  // namespace wsproof
