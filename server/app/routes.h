// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "server/app/room.h"
#include "server/app/server.h"
#include "server/transport/loop.h"

namespace wsproof {

/// Where WebSocket clients of one kind meet: what is done with their messages, and who is online.
struct SocketRoute {
  SocketRoute(Loop& loop, const DeflateOptions& deflate) : room(loop, deflate) {}
  Server::MessageHandler on_message;
  Room room;
};

/// What a plain GET gets.
struct Page {
  std::string content_type;
  std::string body;
};

/// Which path leads where. Paths are compared octet by octet, without the query. Set up before the
/// server runs; what it hands out stays where it is.
class Routes {
 public:
  /// `deflate` outlives the routes: how broadcasts are compressed.
  Routes(Loop& loop, const DeflateOptions& deflate) : loop_(loop), deflate_(deflate) {}

  SocketRoute& set_default(Server::MessageHandler handler);
  SocketRoute& set_socket(std::string path, Server::MessageHandler handler);
  void set_page(std::string path, Page page);

  /// Null where nothing is.
  [[nodiscard]] SocketRoute* socket(std::string_view path) const;
  [[nodiscard]] const Page* page(std::string_view path) const;

 private:
  Loop& loop_;
  const DeflateOptions& deflate_;
  std::map<std::string, std::unique_ptr<SocketRoute>, std::less<>> sockets_;
  std::map<std::string, Page, std::less<>> pages_;
  std::unique_ptr<SocketRoute> default_;
};

/// The resource name without its query (RFC 6455 3).
[[nodiscard]] std::string_view path_of(std::string_view resource);

}  // namespace wsproof
