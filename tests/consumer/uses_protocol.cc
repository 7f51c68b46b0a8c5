// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "server/protocol/frame.h"
#include "server/protocol/handshake.h"

int main() {
  // The example of RFC 6455, section 1.3.
  std::cout << wsproof::accept_key("dGhlIHNhbXBsZSBub25jZQ==") << '\n';
  const wsproof::RawFrame frame{.header = {.payload_length = 5}, .payload = "Hello"};
  std::cout << wsproof::encode_frame(frame).size() << " octets\n";
}
