// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/protocol/bytes.h"

namespace wsproof::fuzz {

/// What each target defines: runs one input and ends the program where something does not hold.
/// Leaves nothing behind: the next input meets the same state.
void run(Bytes octets);

}  // namespace wsproof::fuzz
