// SPDX-License-Identifier: Apache-2.0
// An echo server made with libwebsockets, at a port that the system chooses.
#include <libwebsockets.h>

#include <csignal>
#include <cstddef>
#include <deque>
#include <iostream>
#include <new>
#include <string>
#include <utility>

namespace {

volatile std::sig_atomic_t ended = 0;
lws_context* the_context = nullptr;

void end(int) {
  ended = 1;
  lws_cancel_service(the_context);
}

struct Message {
  bool binary = false;
  std::string octets;
};

/// One connection. libwebsockets gives it its memory, and nothing else.
struct Echo {
  Message arriving;
  std::deque<Message> waiting;
  // What was written last: its compressor goes on reading there until it asks for the next.
  Message leaving;
};

int send_next(lws* connection, Echo& echo) {
  echo.leaving = {};
  if (echo.waiting.empty()) return 0;
  Message& message = echo.leaving;
  message = std::move(echo.waiting.front());
  echo.waiting.pop_front();
  const std::size_t size = message.octets.size();
  message.octets.insert(0, LWS_PRE, '\0');  // where the header goes
  auto* payload = reinterpret_cast<unsigned char*>(message.octets.data()) + LWS_PRE;
  const int sent =
      lws_write(connection, payload, size, message.binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT);
  if (sent < static_cast<int>(size)) return -1;
  if (!echo.waiting.empty()) lws_callback_on_writable(connection);
  return 0;
}

int on_event(lws* connection, lws_callback_reasons reason, void* user, void* data,
             std::size_t size) {
  auto* echo = static_cast<Echo*>(user);
  switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
      new (echo) Echo;
      break;
    case LWS_CALLBACK_CLOSED:
      echo->~Echo();
      break;
    case LWS_CALLBACK_RECEIVE:
      if (lws_is_first_fragment(connection) != 0) {
        echo->arriving = {lws_frame_is_binary(connection) != 0, {}};
      }
      echo->arriving.octets.append(static_cast<const char*>(data), size);
      if (lws_is_final_fragment(connection) == 0) break;
      echo->waiting.push_back(std::exchange(echo->arriving, {}));
      lws_callback_on_writable(connection);
      break;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return send_next(connection, *echo);
    default:
      break;
  }
  return 0;
}

}  // namespace

int main() {
  const lws_protocols protocols[] = {
      {"echo", on_event, sizeof(Echo), 64 * 1024, 0, nullptr, 0},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0},
  };
  const lws_extension extensions[] = {
      {"permessage-deflate", lws_extension_callback_pm_deflate, "permessage-deflate"},
      {nullptr, nullptr, nullptr},
  };
  lws_set_log_level(0, nullptr);
  lws_context_creation_info info{};
  // Without the second it takes any octets for text.
  info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_VALIDATE_UTF8;
  info.iface = "lo";
  info.port = 0;
  info.protocols = protocols;
  info.extensions = extensions;
  the_context = lws_create_context(&info);
  lws_vhost* host = the_context == nullptr ? nullptr : lws_create_vhost(the_context, &info);
  if (host == nullptr) {
    std::cerr << "echo_libwebsockets: cannot listen\n";
    return 1;
  }
  std::signal(SIGINT, end);
  std::signal(SIGTERM, end);
  std::cout << "listening on ws://127.0.0.1:" << lws_get_vhost_listen_port(host) << '/'
            << std::endl;
  while (ended == 0 && lws_service(the_context, 0) >= 0) {
  }
  lws_context_destroy(the_context);
}
