// SPDX-License-Identifier: Apache-2.0
// libwebsockets: echo at /, broadcast to everyone at /broadcast, at a port that the system chooses.
#include <libwebsockets.h>

#include <cstddef>
#include <cstring>
#include <deque>
#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <unordered_map>
#include <utility>

namespace {

/// Octets with the room in front that lws_write() wants for its header.
struct Message {
  bool binary = false;
  std::shared_ptr<std::string> octets = std::make_shared<std::string>(LWS_PRE, '\0');
};

/// One connection. libwebsockets gives it its memory, and nothing else.
struct Connection {
  bool broadcasts = false;
  Message arriving;
  std::deque<Message> waiting;
};

std::unordered_map<lws*, Connection*> members;

void give(lws* to, Connection& connection, const Message& message) {
  connection.waiting.push_back(message);
  lws_callback_on_writable(to);
}

int send_next(lws* to, Connection& connection) {
  if (connection.waiting.empty()) return 0;
  const Message message = std::move(connection.waiting.front());
  connection.waiting.pop_front();
  const std::size_t size = message.octets->size() - LWS_PRE;
  auto* payload = reinterpret_cast<unsigned char*>(message.octets->data()) + LWS_PRE;
  const int sent = lws_write(to, payload, size, message.binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT);
  if (sent < static_cast<int>(size)) return -1;
  if (!connection.waiting.empty()) lws_callback_on_writable(to);
  return 0;
}

void take(lws* from, Connection& connection, const void* data, std::size_t size) {
  if (lws_is_first_fragment(from) != 0) {
    connection.arriving = Message{};
    connection.arriving.binary = lws_frame_is_binary(from) != 0;
  }
  connection.arriving.octets->append(static_cast<const char*>(data), size);
  if (lws_is_final_fragment(from) == 0) return;
  const Message message = std::exchange(connection.arriving, Message{});
  if (!connection.broadcasts) {
    give(from, connection, message);
    return;
  }
  for (const auto& [socket, member] : members) give(socket, *member, message);
}

int on_event(lws* socket, lws_callback_reasons reason, void* user, void* data, std::size_t size) {
  auto* connection = static_cast<Connection*>(user);
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED: {
      new (connection) Connection;
      char path[32] = {};
      lws_hdr_copy(socket, path, sizeof(path), WSI_TOKEN_GET_URI);
      connection->broadcasts = std::strcmp(path, "/broadcast") == 0;
      if (connection->broadcasts) members.emplace(socket, connection);
      break;
    }
    case LWS_CALLBACK_CLOSED:
      members.erase(socket);
      connection->~Connection();
      break;
    case LWS_CALLBACK_RECEIVE:
      take(socket, *connection, data, size);
      break;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return send_next(socket, *connection);
    default:
      break;
  }
  return 0;
}

}  // namespace

int main() {
  const lws_protocols protocols[] = {
      {"wsproof", on_event, sizeof(Connection), 64 * 1024, 0, nullptr, 0},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0},
  };
  lws_set_log_level(0, nullptr);
  lws_context_creation_info info{};
  // Without the second it takes any octets for text.
  info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_VALIDATE_UTF8;
  info.iface = "lo";
  info.port = 0;
  info.protocols = protocols;
  lws_context* context = lws_create_context(&info);
  lws_vhost* host = context == nullptr ? nullptr : lws_create_vhost(context, &info);
  if (host == nullptr) {
    std::cerr << "libwebsockets: cannot listen\n";
    return 1;
  }
  std::cout << "listening on ws://127.0.0.1:" << lws_get_vhost_listen_port(host) << '/'
            << std::endl;
  while (lws_service(context, 0) >= 0) {
  }
}
