// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace wsproof {

/// Opens /dev/null for each of descriptors 0 to 2 that the program was started without. Otherwise
/// the next file or socket would get that number, and what is printed. Call first in main().
void open_standard_descriptors();

/// Writes out what is left of standard output. False where anything written to it was lost, as on a
/// full disk; a reader that has gone away did not want the rest.
[[nodiscard]] bool flush_standard_output();

}  // namespace wsproof
