// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/compressor.h"

#include "server/protocol/deflate.h"

namespace wsproof {

std::unique_ptr<Compressor> make_compressor(int window_bits, int level, int mem_level) {
  return level == MessageDeflater::kFastLevel ? make_isal_compressor(window_bits)
                                              : make_zlib_compressor(window_bits, level, mem_level);
}

}  // namespace wsproof
