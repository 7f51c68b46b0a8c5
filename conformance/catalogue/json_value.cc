// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/json_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>

namespace wsproof::conformance {
namespace {

/// Case files need 12; more than this is a mistake or an attack.
constexpr std::size_t kMaxDepth = 32;
/// The same, for the members of one object: looking for a name goes through all of them.
constexpr std::size_t kMaxMembers = 1000;
/// How much of an offending text stands in a message.
constexpr std::size_t kTextShown = 80;

/// Walks the text and counts for the handler how far the lexer has come: the parser itself tells no
/// positions.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;    // NOLINT(readability-identifier-naming): std::iterator_traits'
  using reference = const char&;  // NOLINT(readability-identifier-naming): std::iterator_traits'

  CountingIterator(const char* at, std::size_t* consumed) : at_(at), consumed_(consumed) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*consumed_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* consumed_;
};

/// RFC 6901 §3: "~" and "/" in a reference token are written "~0" and "~1".
std::string pointer_token(std::string_view name) {
  std::string token;
  for (const char c : name) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

/// One line of printable ASCII.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool printable = c >= ' ' && c <= '~';
    line += printable ? c : '?';
  }
  return line;
}

[[noreturn]] void fail_at(const std::string& file, int line, std::string_view pointer,
                          std::string_view sentence) {
  // A name in the pointer may be anything.
  throw CatalogueError(fmt::format("{}:{}: at {}: {}", file, line,
                                   pointer.empty() ? "the top" : one_line(pointer), sentence));
}

class Handler : public nlohmann::json_sax<nlohmann::json> {
 public:
  Handler(const std::string& file, std::string_view text, const std::size_t* consumed)
      : file_(file), text_(text), consumed_(consumed) {}

  JsonValue take() { return std::move(root_); }

  bool null() override {
    place(JsonValue::Kind::kNull);
    return true;
  }
  bool boolean(bool value) override {
    place(JsonValue::Kind::kBoolean).boolean = value;
    return true;
  }
  bool number_integer(number_integer_t value) override {
    // The parser calls this only for what does not fit number_unsigned: negative numbers.
    static_cast<void>(value);
    place(JsonValue::Kind::kOtherNumber);
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    place(JsonValue::Kind::kInteger).integer = value;
    return true;
  }
  bool number_float(number_float_t, const string_t&) override {
    place(JsonValue::Kind::kOtherNumber);
    return true;
  }
  bool string(string_t& value) override {
    place(JsonValue::Kind::kString).string = std::move(value);
    return true;
  }
  bool binary(binary_t&) override { return false; }  // not in JSON text

  bool start_object(std::size_t) override { return open(JsonValue::Kind::kObject); }
  bool start_array(std::size_t) override { return open(JsonValue::Kind::kArray); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    JsonValue& object = *open_.back();
    if (object.find(name) != nullptr) {
      fail_at(file_, line(), object.pointer, fmt::format("property '{}' twice", shown(name)));
    }
    if (object.names.size() >= kMaxMembers) {
      fail_at(file_, line(), object.pointer, fmt::format("more than {} properties", kMaxMembers));
    }
    // The name comes first; place() adds the item that belongs to this one.
    object.names.push_back(std::move(name));
    return true;
  }

  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override {
    // "[...] parse error at line 1, column 2: syntax error while parsing value - what is wrong"
    std::string_view reason = error.what();
    const std::size_t dash = reason.find(" - ", reason.find("syntax error"));
    if (dash != std::string_view::npos) reason.remove_prefix(dash + 3);
    fail_at(file_, line(), open_.empty() ? std::string_view() : open_.back()->pointer,
            "not JSON: " + shown(reason));
  }

 private:
  /// The line of the token that was just read. Of the octets consumed the last is either the last
  /// of the token or, behind a number, the one octet that showed where the number ends.
  int line() {
    const std::size_t end = std::min(*consumed_ == 0 ? 0 : *consumed_ - 1, text_.size());
    for (; counted_ < end; ++counted_) {
      if (text_[counted_] == '\n') ++line_;
    }
    return line_;
  }

  JsonValue& place(JsonValue::Kind kind) {
    JsonValue* value = &root_;
    if (!open_.empty()) {
      JsonValue& parent = *open_.back();
      std::string pointer =
          parent.pointer + "/" +
          (parent.kind == JsonValue::Kind::kObject ? pointer_token(parent.names.back())
                                                   : std::to_string(parent.items.size()));
      value = &parent.items.emplace_back();
      value->pointer = std::move(pointer);
    }
    value->kind = kind;
    value->file = &file_;
    value->line = line();
    return *value;
  }

  bool open(JsonValue::Kind kind) {
    JsonValue& value = place(kind);
    if (open_.size() >= kMaxDepth) {
      fail_at(file_, value.line, value.pointer,
              fmt::format("nested more than {} levels deep", kMaxDepth));
    }
    // The address stays good: nothing is added to the parent before this value is closed.
    open_.push_back(&value);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const std::string& file_;
  std::string_view text_;
  const std::size_t* consumed_;
  std::size_t counted_ = 0;
  int line_ = 1;
  JsonValue root_;
  std::vector<JsonValue*> open_;
};

}  // namespace

std::string shown(std::string_view text) {
  return one_line(text.substr(0, kTextShown)) + (text.size() > kTextShown ? "..." : "");
}

const JsonValue* JsonValue::find(std::string_view name) const {
  for (std::size_t i = 0; i < names.size() && i < items.size(); ++i) {
    if (names[i] == name) return &items[i];
  }
  return nullptr;
}

JsonValue parse_json(const std::string& name, std::string_view text) {
  std::size_t consumed = 0;
  Handler handler(name, text, &consumed);
  const CountingIterator begin(text.data(), &consumed);
  const CountingIterator end(text.data() + text.size(), &consumed);
  nlohmann::json::sax_parse(begin, end, &handler);
  return handler.take();
}

void fail(const JsonValue& where, const std::string& sentence) {
  fail_at(*where.file, where.line, where.pointer, sentence);
}

std::string_view kind_name(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::kNull:
      return "null";
    case JsonValue::Kind::kBoolean:
      return "true or false";
    case JsonValue::Kind::kInteger:
      return "a whole number";
    case JsonValue::Kind::kOtherNumber:
      return "a negative or fractional number";
    case JsonValue::Kind::kString:
      return "a string";
    case JsonValue::Kind::kArray:
      return "an array";
    case JsonValue::Kind::kObject:
      return "an object";
  }
  return "something else";
}

}  // namespace wsproof::conformance
