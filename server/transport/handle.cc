// SPDX-License-Identifier: Apache-2.0
#include "server/transport/handle.h"

namespace wsproof {

void HandleCore::opened() {
  open_ = true;
  handle()->data = this;
}

void HandleCore::close() {
  if (closing_) return;
  closing_ = true;
  before_close();
  if (open_) uv_close(handle(), &HandleCore::on_closed);
}

void HandleCore::release() {
  released_ = true;
  close();
  if (!open_) delete this;
}

void HandleCore::on_closed(uv_handle_t* handle) {
  HandleCore* core = of(handle);
  core->open_ = false;
  if (core->released_) delete core;
}

}  // namespace wsproof
