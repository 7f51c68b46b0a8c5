// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "tests/peers/faulty/frames.h"

namespace wsproof::faulty {
namespace {

/// Writes down what it gets: "text+4:abc|d." is a final text frame of four octets in two pieces.
class Log : public FrameSink {
 public:
  void on_header(const FrameHeader& header) override {
    log += std::to_string(header.opcode) + (header.fin ? "+" : "-");
    if (header.rsv != 0) log += "r" + std::to_string(header.rsv);
    if (header.longer_form) log += "long";
    log += std::to_string(header.length) + ":";
    fresh = true;
  }
  void on_payload(std::string_view piece) override {
    if (!fresh) log += "|";
    fresh = false;
    log += piece.size() > 20 ? std::to_string(piece.size()) + " octets" : std::string(piece);
  }
  void on_frame_end() override { log += ". "; }

  std::string log;
  bool fresh = true;
};

std::string read(std::initializer_list<std::string> reads, const Faults& faults = Faults()) {
  Log log;
  FrameReader reader(faults, log);
  for (const std::string& octets : reads) reader.push(octets);
  return log.log;
}

std::string masked(std::string_view payload, bool fin = true) {
  const Faults none;
  return FrameWriter(Role::kClient, none).frame(kText, payload, fin);
}

TEST(FaultyFramesTest, WritesAndReadsEachLengthForm) {
  const Faults none;
  for (const std::size_t size :
       std::initializer_list<std::size_t>{0, 1, 125, 126, 127, 65535, 65536}) {
    for (const Role role : {Role::kServer, Role::kClient}) {
      const std::string payload(size, 'x');
      const std::string octets = FrameWriter(role, none).frame(kBinary, payload, false, kRsv1);
      const std::size_t header = 2U +
                                 (size > 65535 ? 8U
                                  : size > 125 ? 2U
                                               : 0U) +
                                 (role == Role::kClient ? 4U : 0U);
      EXPECT_EQ(octets.size(), header + size);
      const std::string start = "2-r4" + std::to_string(size) + ":";
      EXPECT_EQ(read({octets}).substr(0, start.size()), start);
    }
  }
}

TEST(FaultyFramesTest, ReadsFramesHoweverTheyAreCut) {
  const std::string octets = masked("Hello") + masked("");
  EXPECT_EQ(read({octets}), "1+5:Hello. 1+0:. ");
  for (std::size_t at = 0; at <= octets.size(); ++at) {
    const std::string log = read({octets.substr(0, at), octets.substr(at)});
    const bool inside = at > 6 && at < 11;
    EXPECT_EQ(log.size(), inside ? 18U : 17U) << log;
  }
}

TEST(FaultyFramesTest, TellsOfLongerForms) {
  EXPECT_EQ(read({std::string("\x81\x7e\x00\x01z", 5)}), "1+long1:z. ");
  EXPECT_EQ(read({std::string("\x81\x7f\0\0\0\0\0\0\0\x01z", 11)}), "1+long1:z. ");
}

TEST(FaultyFramesTest, StoppedReaderSaysNothing) {
  Log log;
  const Faults none;
  FrameReader reader(none, log);
  reader.stop();
  reader.push(masked("Hello"));
  EXPECT_EQ(log.log, "");
}

TEST(FaultyFramesTest, FaultsOfReading) {
  const std::string two = masked("ab") + masked("cd");
  EXPECT_EQ(read({two}, Faults(Fault::kOneFrameARead)), "1+2:ab. ");
  EXPECT_EQ(read({two, ""}, Faults(Fault::kOneFrameARead)), "1+2:ab. 1+2:cd. ");
  EXPECT_EQ(read({masked("")}, Faults(Fault::kDropsEmptyFrames)), "");
  const std::string one = masked("abcdef");
  EXPECT_EQ(read({one.substr(0, 8), one.substr(8)}, Faults(Fault::kFrameInOneRead)).find("cdef"),
            std::string::npos);
  EXPECT_EQ(read({one.substr(0, 1), one}, Faults(Fault::kHeaderInOneRead)), "1+6:abcdef. ");
  EXPECT_NE(read({one.substr(0, 9), one.substr(9)}, Faults(Fault::kMaskPhasePerRead)),
            "1+6:abc|def. ");
  EXPECT_NE(read({masked("abc") + masked("d")}, Faults(Fault::kMaskPhaseGoesOn)),
            "1+3:abc. 1+1:d. ");
  EXPECT_EQ(read({std::string("\x81\x7e\x01\x00", 4)}, Faults(Fault::kLength16LittleEndian)),
            "1+long1:");
}

TEST(FaultyFramesTest, FaultsOfWriting) {
  const auto head = [](Role role, Fault fault, std::size_t size) {
    const Faults faults(fault);
    return FrameWriter(role, faults).frame(kText, std::string(size, 'x')).substr(0, 4);
  };
  EXPECT_EQ(head(Role::kServer, Fault::kMasksFrames, 1).substr(0, 2), "\x81\x81");
  EXPECT_EQ(head(Role::kClient, Fault::kDoesNotMask, 1), "\x81\x01x");
  EXPECT_EQ(head(Role::kServer, Fault::kWritesLongLength16, 1), std::string("\x81\x7e\x00\x01", 4));
  EXPECT_EQ(head(Role::kServer, Fault::kWritesLongLength64, 126),
            std::string("\x81\x7f\x00\x00", 4));
  EXPECT_EQ(head(Role::kServer, Fault::kWritesLengthTopBit, 65536),
            std::string("\x81\x7f\x80\x00", 4));
  EXPECT_EQ(head(Role::kServer, Fault::kWritesLengthCut, 65537),
            std::string("\x81\x7e\x00\x01", 4));
}

}  // namespace
}  // namespace wsproof::faulty
