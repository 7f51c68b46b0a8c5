// SPDX-License-Identifier: Apache-2.0
#include "server/app/page.h"

#include "server/app/page_files.h"

namespace wsproof {

std::string_view page() { return embedded::page_files().front().bytes; }

}  // namespace wsproof
