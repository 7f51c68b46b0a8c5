// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

/// What the rewritten sources call. All mutants are compiled in at once; which one is alive, if
/// any, is said by the environment variable WSPROOF_MUTANT when a program starts.
namespace wsproof_mutation {

inline constexpr int kMostMutants = 1 << 14;
/// The mutant that is alive; -1: none.
extern int alive;
/// Which mutants' places have been passed since the last look.
extern unsigned char passed[kMostMutants];

/// Outside of functions that the compiler may run. Not constexpr, so that a mutant where only a
/// constant may stand is refused by the compiler, and left out.
struct Run {
  static bool on(int id) {
    passed[id] = 1;
    return id == alive;
  }
};

/// Inside of them: no mutant is alive while the compiler runs them.
struct Either {
  static constexpr bool on(int id) { return !std::is_constant_evaluated() && Run::on(id); }
};

// One name for each operator, with one mutant or two.
template <typename When>
struct Operators : When {
  using When::on;

  template <typename A, typename B>
  static constexpr bool less(int id, int other, const A& a, const B& b) {
    if (on(id)) return a <= b;
    return on(other) ? a >= b : a < b;
  }
  template <typename A, typename B>
  static constexpr bool less_equal(int id, int other, const A& a, const B& b) {
    if (on(id)) return a < b;
    return on(other) ? a > b : a <= b;
  }
  template <typename A, typename B>
  static constexpr bool greater(int id, int other, const A& a, const B& b) {
    if (on(id)) return a >= b;
    return on(other) ? a <= b : a > b;
  }
  template <typename A, typename B>
  static constexpr bool greater_equal(int id, int other, const A& a, const B& b) {
    if (on(id)) return a > b;
    return on(other) ? a < b : a >= b;
  }
  template <typename A, typename B>
  static constexpr bool equal(int id, const A& a, const B& b) {
    return on(id) ? a != b : a == b;
  }
  template <typename A, typename B>
  static constexpr bool not_equal(int id, const A& a, const B& b) {
    return on(id) ? a == b : a != b;
  }

  template <typename T>
  static constexpr T constant(int id, const T& original, std::type_identity_t<T> mutated) {
    return on(id) ? mutated : original;
  }

#define WSPROOF_BINARY(name, op, mutated)                      \
  template <typename A, typename B>                            \
  static constexpr auto name(int id, const A& a, const B& b) { \
    return on(id) ? a mutated b : a op b;                      \
  }
  WSPROOF_BINARY(add, +, -)
  WSPROOF_BINARY(subtract, -, +)
  WSPROOF_BINARY(multiply, *, /)
  WSPROOF_BINARY(divide, /, *)
  WSPROOF_BINARY(modulo, %, *)
  WSPROOF_BINARY(bit_and, &, |)
  WSPROOF_BINARY(bit_or, |, &)
  WSPROOF_BINARY(bit_xor, ^, |)
  WSPROOF_BINARY(shift_left, <<, >>)
  WSPROOF_BINARY(shift_right, >>, <<)
#undef WSPROOF_BINARY

#define WSPROOF_ASSIGN(name, op, mutated)              \
  template <typename A, typename B>                    \
  static constexpr A& name(int id, A& a, const B& b) { \
    if (on(id)) {                                      \
      a mutated b;                                     \
    } else {                                           \
      a op b;                                          \
    }                                                  \
    return a;                                          \
  }
  WSPROOF_ASSIGN(assign_add, +=, -=)
  WSPROOF_ASSIGN(assign_subtract, -=, +=)
  WSPROOF_ASSIGN(assign_and, &=, |=)
  WSPROOF_ASSIGN(assign_or, |=, &=)
  WSPROOF_ASSIGN(assign_xor, ^=, |=)
  WSPROOF_ASSIGN(assign_left, <<=, >>=)
  WSPROOF_ASSIGN(assign_right, >>=, <<=)
#undef WSPROOF_ASSIGN

  template <typename A>
  static constexpr A& increment(int id, A& a) {
    return on(id) ? --a : ++a;
  }
  template <typename A>
  static constexpr A& decrement(int id, A& a) {
    return on(id) ? ++a : --a;
  }
  template <typename A>
  static constexpr A increment_after(int id, A& a) {
    return on(id) ? a-- : a++;
  }
  template <typename A>
  static constexpr A decrement_after(int id, A& a) {
    return on(id) ? a++ : a--;
  }
  template <typename A>
  static constexpr auto negate(int id, const A& a) {
    return on(id) ? +a : -a;
  }
  template <typename A>
  static constexpr auto complement(int id, const A& a) {
    return on(id) ? +a : ~a;
  }
};

}  // namespace wsproof_mutation

using WsproofRun = wsproof_mutation::Operators<wsproof_mutation::Run>;
using WsproofEither = wsproof_mutation::Operators<wsproof_mutation::Either>;
