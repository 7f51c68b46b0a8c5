// SPDX-License-Identifier: Apache-2.0
#include "server/app/routes.h"

#include <utility>

namespace wsproof {

SocketRoute& Routes::set_default(Server::MessageHandler handler) {
  if (default_ == nullptr) default_ = std::make_unique<SocketRoute>(loop_, deflate_);
  default_->on_message = std::move(handler);
  return *default_;
}

SocketRoute& Routes::set_socket(std::string path, Server::MessageHandler handler) {
  std::unique_ptr<SocketRoute>& route = sockets_[std::move(path)];
  if (route == nullptr) route = std::make_unique<SocketRoute>(loop_, deflate_);
  route->on_message = std::move(handler);
  return *route;
}

void Routes::set_page(std::string path, Page page) {
  pages_.insert_or_assign(std::move(path), std::move(page));
}

SocketRoute* Routes::socket(std::string_view path) const {
  const auto found = sockets_.find(path);
  return found != sockets_.end() ? found->second.get() : default_.get();
}

const Page* Routes::page(std::string_view path) const {
  const auto found = pages_.find(path);
  return found != pages_.end() ? &found->second : nullptr;
}

std::string_view path_of(std::string_view resource) {
  return resource.substr(0, resource.find('?'));
}

}  // namespace wsproof
