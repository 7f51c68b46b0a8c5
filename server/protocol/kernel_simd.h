// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "server/protocol/kernel.h"

namespace wsproof::simd {

/// Appends a kernel for each instruction set that Highway was compiled for and that this processor
/// has, the fastest last. Not an installed header.
void add_kernels(std::vector<Kernel>& kernels);

}  // namespace wsproof::simd
