// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wsproof::fuzz {

/// Ends the program with a sentence on stderr unless `holds`. Unlike assert() it is there in every
/// build: it is what a target is made of.
void check(bool holds, const char* what, const char* file = __builtin_FILE(),
           int line = __builtin_LINE());

}  // namespace wsproof::fuzz
