// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/peers/faulty/contents.h"
#include "tests/peers/faulty/messages.h"

namespace wsproof::faulty {
namespace {

/// Feeds frames, and writes down what came of them: "text Hello. ", "fails 1007".
class Reader {
 public:
  explicit Reader(const Faults& faults = Faults()) : faults_(faults), reader_(faults_) {}

  Reader& frame(std::uint8_t opcode, std::string_view payload, bool fin = true) {
    FrameHeader header;
    header.opcode = opcode;
    header.fin = fin;
    header.length = payload.size();
    note(reader_.begin_frame(header));
    if (!payload.empty()) note(reader_.payload(payload));
    note(reader_.end_frame());
    for (const Message& message : reader_.take()) {
      log_ += (message.binary ? "binary " : "text ") + message.payload + ". ";
    }
    return *this;
  }
  Reader& ping(std::string_view payload) {
    reader_.ping_came(payload);
    return *this;
  }
  [[nodiscard]] std::string log() const { return log_; }

 private:
  void note(const MessageReader::Violation& violation) {
    if (violation && log_.find("fails") == std::string::npos) {
      log_ += "fails " + std::to_string(*violation);
    }
  }

  Faults faults_;
  MessageReader reader_;
  std::string log_;
};

std::string two_fragments(const Faults& faults = Faults()) {
  return Reader(faults).frame(kText, "one", false).frame(kContinuation, "two").log();
}

TEST(FaultyMessagesTest, PutsFragmentsTogether) {
  EXPECT_EQ(two_fragments(), "text onetwo. ");
  EXPECT_EQ(Reader().frame(kBinary, "\xFF").frame(kText, "").log(), "binary \xFF. text . ");
  EXPECT_EQ(Reader().frame(kText, "a", false).ping("b").frame(kContinuation, "c").log(),
            "text ac. ");
}

TEST(FaultyMessagesTest, KeepsTheOrderOfFrames) {
  EXPECT_EQ(Reader().frame(kContinuation, "x").log(), "fails 1002");
  EXPECT_EQ(Reader().frame(kText, "a", false).frame(kText, "b").log().substr(0, 10), "fails 1002");
}

TEST(FaultyMessagesTest, ChecksTextOverFragments) {
  EXPECT_EQ(Reader().frame(kText, "\xC3", false).frame(kContinuation, "\xA4").log(),
            "text \xC3\xA4. ");
  EXPECT_EQ(Reader().frame(kText, "\xC3").log(), "fails 1007");
  EXPECT_EQ(Reader().frame(kText, "\xFF", false).log(), "fails 1007");
}

TEST(FaultyMessagesTest, FaultsOfFragments) {
  EXPECT_EQ(two_fragments(Faults(Fault::kLosesFirstFragment)), "text two. ");
  EXPECT_EQ(two_fragments(Faults(Fault::kLosesLastFragment)), "text one. ");
  EXPECT_EQ(two_fragments(Faults(Fault::kSwapsFragments)), "text twoone. ");
  EXPECT_EQ(two_fragments(Faults(Fault::kEchoesEachFragment)), "text one. text two. ");
  EXPECT_EQ(two_fragments(Faults(Fault::kRefusesFragments)).substr(0, 10), "fails 1002");
  EXPECT_EQ(Reader(Faults(Fault::kSkipsStrayContinuation)).frame(kContinuation, "x").log(), "");
  EXPECT_EQ(Reader(Faults(Fault::kEchoesStrayContinuation)).frame(kContinuation, "x").log(),
            "text x. ");
  EXPECT_EQ(
      Reader(Faults(Fault::kAppendsNewMessage)).frame(kText, "a", false).frame(kText, "b").log(),
      "text ab. ");
  EXPECT_EQ(Reader(Faults(Fault::kBeginsAnew)).frame(kText, "a", false).frame(kText, "b").log(),
            "text b. ");
}

TEST(FaultyMessagesTest, FaultsOfText) {
  const auto cut_character = [](Fault fault) {
    return Reader(Faults(fault)).frame(kText, "\xC3", false).frame(kContinuation, "\xA4").log();
  };
  EXPECT_EQ(cut_character(Fault::kUtf8PerFragment).substr(0, 10), "fails 1007");
  EXPECT_EQ(cut_character(Fault::kUtf8PerRead).substr(0, 10), "fails 1007");
  EXPECT_EQ(Reader(Faults(Fault::kUtf8Unchecked)).frame(kText, "\xFF").log(), "text \xFF. ");
  EXPECT_EQ(Reader(Faults(Fault::kUtf8Replaced)).frame(kText, "\xFF").log(), "text \xEF\xBF\xBD. ");
  EXPECT_EQ(Reader(Faults(Fault::kUtf8AtEnd)).frame(kText, "\xFF", false).log(), "");
  EXPECT_EQ(Reader(Faults(Fault::kUtf8AtEnd)).frame(kText, "\xFF").log(), "fails 1007");
  EXPECT_EQ(Reader(Faults(Fault::kUtf8FailsWith1002)).frame(kText, "\xFF", false).log(),
            "fails 1002");
}

std::string echo(std::string text, Fault fault, bool binary = false) {
  const auto answer = echo_of({binary, std::move(text)}, 1, Faults(fault));
  return answer ? (answer->binary ? "binary " : "text ") + answer->payload : "none";
}

TEST(FaultyContentsTest, WithoutFaultsNothingIsChanged) {
  const auto answer = echo_of({false, "Hello"}, 2, Faults());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->payload, "Hello");
  EXPECT_EQ(pong_of("Hello", Faults()), "Hello");
  EXPECT_EQ(close_answer_to("\x03\xE8 bye", Faults()), "\x03\xE8");
  EXPECT_EQ(close_answer_to("", Faults()), "");
  EXPECT_EQ(failure_body(1002, Faults()), "\x03\xEA");
}

TEST(FaultyContentsTest, FaultsChangeEchoes) {
  EXPECT_EQ(echo(" a ", Fault::kTrims), "text a");
  EXPECT_EQ(echo(std::string("a\0b", 3), Fault::kStopsAtNul), "text a");
  EXPECT_EQ(echo("\xC3\xA4", Fault::kTextAsLatin1), "text \xC3\x83\xC2\xA4");
  EXPECT_EQ(echo("\xE1\xBD\xB9", Fault::kNormalisesText), "text \xCF\x8C");
  EXPECT_EQ(echo("\xF0\xA4\xAD\xA2", Fault::kQuestionMarks), "text ?");
  EXPECT_EQ(echo("\xF0\x90\x80\x80", Fault::kSendsSurrogates), "text \xED\xA0\x80\xED\xB0\x80");
  EXPECT_EQ(echo("\xEF\xBF\xBD", Fault::kDropsReplacementCharacters), "text ");
  EXPECT_EQ(echo("\xEF\xBF\xBA!", Fault::kDropsSpecials), "text !");
  EXPECT_EQ(echo("\n", Fault::kLineEnds), "text \r\n");
  EXPECT_EQ(echo("a$b", Fault::kDollarSigns), "text ab");
  EXPECT_EQ(echo("\xC3\x9F", Fault::kFoldsSharpS), "text ss");
  EXPECT_EQ(echo("\xE2\x82\xAC", Fault::kEuroSign), "text \xC2\x80");
  EXPECT_EQ(echo("ab", Fault::kNoEchoOfTwoOctets), "none");
  EXPECT_EQ(echo("abc", Fault::kNoEchoOfTwoOctets), "text abc");
  EXPECT_EQ(echo(std::string(16384, 'x'), Fault::kShortBuffer16Kib),
            "text " + std::string(16383, 'x'));
  EXPECT_EQ(echo(std::string(16385, 'x'), Fault::kShortBuffer16Kib),
            "text " + std::string(16385, 'x'));
  EXPECT_EQ(echo("\xFE", Fault::kClearsTopBit, true), "binary ~");
  EXPECT_EQ(echo("a", Fault::kTextBecomesBinary), "binary a");
  EXPECT_EQ(echo("", Fault::kNoEchoOfEmpty), "none");
  EXPECT_EQ(echo(std::string(125, 'x'), Fault::kCuts125), "text " + std::string(124, 'x'));
  EXPECT_EQ(echo(std::string(126, 'x'), Fault::kCuts125), "text " + std::string(126, 'x'));
  EXPECT_FALSE(echo_of({false, "x"}, 2, Faults(Fault::kNoEchoOfSecond)));
}

TEST(FaultyContentsTest, FaultsChangePongsAndCloses) {
  EXPECT_EQ(pong_of("ab", Faults(Fault::kPongChanged)), "ac");
  EXPECT_EQ(pong_of("ab", Faults(Fault::kEmptyPong)), "");
  EXPECT_EQ(pong_of("a b", Faults(Fault::kPongStopsAtBlank)), "a");
  EXPECT_FALSE(pong_of("ab", Faults(Fault::kNoPong)));
  EXPECT_EQ(pong_of("", Faults(Fault::kPongTooLong))->size(), 126U);
  EXPECT_EQ(close_answer_to("\x03\xE8", Faults(Fault::kCloseCodeReversed)), "\xE8\x03");
  EXPECT_EQ(close_answer_to("\x03\xE8", Faults(Fault::kCloseCodeCut)), "\x03");
  EXPECT_EQ(close_answer_to("\x03\xEC", Faults(Fault::kAnswersBadCloseWith1000)), "\x03\xE8");
  EXPECT_EQ(failure_body(1002, Faults(Fault::kFailsWithoutCode)), "");
  EXPECT_EQ(failure_body(1002, Faults(Fault::kFailsWith1011)), "\x03\xF3");
}

}  // namespace
}  // namespace wsproof::faulty
