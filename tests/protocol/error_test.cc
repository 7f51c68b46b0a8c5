// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/protocol/close_code.h"

namespace wsproof {
namespace {

std::vector<Error> all_errors() {
  std::vector<Error> errors;
  for (std::size_t at = 0; at < kErrorCount; ++at) errors.push_back(static_cast<Error>(at));
  return errors;
}

bool is_kebab_case(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !name.empty() && name.front() != '-' && name.back() != '-' &&
         name.find("--") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), allowed);
}

TEST(Error, HasAKebabCaseNameOfItsOwn) {
  std::set<std::string_view> names;
  for (const Error error : all_errors()) {
    const std::string_view name = info(error).name;
    EXPECT_TRUE(is_kebab_case(name)) << name;
    EXPECT_TRUE(names.insert(name).second) << name << " stands twice";
  }
}

TEST(Error, HasASentenceOfItsOwnWithoutAFullStop) {
  std::set<std::string_view> sentences;
  for (const Error error : all_errors()) {
    const std::string_view sentence = info(error).sentence;
    ASSERT_FALSE(sentence.empty()) << info(error).name;
    EXPECT_TRUE(sentence.front() >= 'A' && sentence.front() <= 'Z') << sentence;
    EXPECT_NE(sentence.back(), '.') << sentence;
    EXPECT_TRUE(sentences.insert(sentence).second) << sentence;
  }
}

TEST(Error, NamesTheSectionThatIsBroken) {
  for (const Error error : all_errors()) {
    const std::string section(info(error).section);
    EXPECT_TRUE(section.starts_with("RFC 6455 ") || section.starts_with("RFC 7692 ") ||
                section.starts_with("RFC 9110 ") || section.starts_with("RFC 9112 "))
        << section;
    EXPECT_TRUE(section.size() > 9 && section[9] >= '1' && section[9] <= '9') << section;
  }
}

TEST(Error, LeadsToACloseCodeThatBothRolesMaySendOrToNone) {
  for (const Error error : all_errors()) {
    const std::uint16_t code = info(error).close_code;
    if (code == 0) continue;
    EXPECT_TRUE(may_send_close_code(code, true)) << info(error).name;
    EXPECT_TRUE(may_send_close_code(code, false)) << info(error).name;
  }
}

// The code of each error of an open connection: 1002 where it is not one of these.
TEST(Error, LeadsToTheCodeOfTheRfc) {
  const std::map<Error, std::uint16_t> codes = {
      {Error::kInvalidUtf8, 1007},     {Error::kCloseReasonNotUtf8, 1007},
      {Error::kInflateFailed, 1007},   {Error::kTooManyFragments, 1008},
      {Error::kTooManyControls, 1008}, {Error::kMessageTooBig, 1009},
      {Error::kFrameTooBig, 1009},     {Error::kPongTimeout, 1011},
      {Error::kDataAfterClose, 0},     {Error::kCloseTimeout, 0},
      {Error::kClosedWithoutClose, 0},
  };
  for (const Error error : all_errors()) {
    if (error >= Error::kHeadMalformed) continue;
    const auto found = codes.find(error);
    const std::uint16_t expected = found == codes.end() ? 1002 : found->second;
    EXPECT_EQ(info(error).close_code, expected) << info(error).name;
  }
}

TEST(Error, LeadsToNoCloseBeforeTheConnectionIsOpenOrAfterItIsClosed) {
  for (auto at = static_cast<std::size_t>(Error::kHeadMalformed); at < kErrorCount; ++at) {
    EXPECT_EQ(info(static_cast<Error>(at)).close_code, 0) << info(static_cast<Error>(at)).name;
  }
  EXPECT_EQ(info(Error::kDataAfterClose).close_code, 0);
  EXPECT_EQ(info(Error::kClosedWithoutClose).close_code, 0);
}

TEST(Error, IsTheOneThatItsEntrySpeaksOf) {
  // The order of the table against the order of the enum, at both ends and where rooms meet.
  EXPECT_EQ(info(Error::kReservedBit).name, "reserved-bit");
  EXPECT_EQ(info(Error::kInvalidUtf8).name, "invalid-utf8");
  EXPECT_EQ(info(Error::kPongTimeout).name, "pong-timeout");
  EXPECT_EQ(info(Error::kInflateFailed).name, "inflate-failed");
  EXPECT_EQ(info(Error::kHeadMalformed).name, "head-malformed");
  EXPECT_EQ(info(Error::kClosedInHandshake).name, "closed-in-handshake");
}

TEST(Error, IsFoundByItsName) {
  for (const Error error : all_errors()) EXPECT_EQ(error_by_name(info(error).name), error);
}

TEST(Error, IsNotFoundByAnyOtherName) {
  EXPECT_EQ(error_by_name(""), std::nullopt);
  EXPECT_EQ(error_by_name("reserved"), std::nullopt);
  EXPECT_EQ(error_by_name("Reserved-Bit"), std::nullopt);
}

}  // namespace
}  // namespace wsproof
